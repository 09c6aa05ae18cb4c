/// Segment keys in one word: each axis gets as many bits as its codes need, the first axis the highest, so that words
/// order as keys do. Ten axes with a thousand brands and categories take some forty bits.
package struct KeyPacking: Sendable, Equatable {
  /// One an axis, and how many axes there are: vectors, for lists would be counted by every thread that looks at them.
  private let shifts: SIMD16<UInt64>
  private let masks: SIMD16<UInt64>
  private let count: Int
  /// How many brands and categories there is room for.
  private var namesMax = (brands: 0, categories: 0)

  package static func == (a: KeyPacking, b: KeyPacking) -> Bool {
    a.shifts == b.shifts && a.masks == b.masks && a.count == b.count
  }

  /// - Parameter codesMax: the highest code of each axis.
  /// - Returns: nil where a word does not have the bits.
  package init?(codesMax: [Int]) {
    let widths = codesMax.map { Int.bitWidth - max(1, $0).leadingZeroBitCount }
    let total = widths.reduce(0, +)
    guard total <= 64 else { return nil }
    var (shifts, masks, left) = (SIMD16<UInt64>.zero, SIMD16<UInt64>.zero, total)
    for (i, width) in widths.enumerated() {
      left -= width
      shifts[i] = UInt64(left)
      masks[i] = width == 64 ? .max : 1 << UInt64(width) - 1
    }
    (self.shifts, self.masks, count) = (shifts, masks, widths.count)
  }

  @inline(__always)
  package func word(_ key: SegmentKey) -> UInt64 {
    var out: UInt64 = 0
    for i in 0..<count { out |= UInt64(key[i]) << shifts[i] }
    return out
  }

  /// The word with another code for an axis.
  func word(_ word: UInt64, _ axis: Int, _ code: UInt16) -> UInt64 {
    word & ~(masks[axis] << shifts[axis]) | UInt64(code) << shifts[axis]
  }

  package func key(_ word: UInt64) -> SegmentKey {
    var out = SegmentKey()
    for i in 0..<count { out[i] = UInt16(word >> shifts[i] & masks[i]) }
    return out
  }

  /// The word with the axes of `relaxed` set to `any`.
  package func mask(relaxing axes: some Sequence<Int>) -> UInt64 {
    var out = UInt64.max
    for axis in axes { out &= ~(masks[axis] << shifts[axis]) }
    return out
  }
}

extension KeyPacking {
  /// Words for a space's keys, with room for half as many names again; nil where a word does not have the bits.
  init?(_ space: AxisSpace, _ catalog: Catalog) {
    let names = (catalog.brands.names.count, catalog.categories.names.count)
    func packing(_ brands: Int, _ categories: Int) -> KeyPacking? {
      var packing = KeyPacking(
        codesMax: space.axes.map { axis in
          switch axis.nameSource {
          case .brands: axis.words.count + brands
          case .categories: axis.words.count + categories
          case nil: axis.words.count
          }
        })
      packing?.namesMax = (brands, categories)
      return packing
    }
    guard let made = packing(names.0 * 3 / 2 + 16, names.1 * 3 / 2 + 16) ?? packing(names.0, names.1) else {
      return nil
    }
    self = made
  }

  /// Whether the catalog's names still fit.
  func fits(_ catalog: Catalog) -> Bool {
    catalog.brands.names.count <= namesMax.brands && catalog.categories.names.count <= namesMax.categories
  }
}

extension AxisSpace {
  func packing(_ catalog: Catalog) -> KeyPacking? { KeyPacking(self, catalog) }
}
