/// Segment keys in one word: each axis gets as many bits as its codes need, the first axis the highest, so that words
/// order as keys do. Ten axes with a thousand brands and categories take some forty bits.
package struct KeyPacking: Sendable, Equatable {
  private let shifts: [UInt64]
  private let masks: [UInt64]

  /// - Parameter codesMax: the highest code of each axis.
  /// - Returns: nil where a word does not have the bits.
  package init?(codesMax: [Int]) {
    let widths = codesMax.map { Int.bitWidth - max(1, $0).leadingZeroBitCount }
    let total = widths.reduce(0, +)
    guard total <= 64 else { return nil }
    var (shifts, left) = ([UInt64](), total)
    for width in widths {
      left -= width
      shifts.append(UInt64(left))
    }
    self.shifts = shifts
    masks = widths.map { $0 == 64 ? .max : 1 << UInt64($0) - 1 }
  }

  @inline(__always)
  package func word(_ key: SegmentKey) -> UInt64 {
    var out: UInt64 = 0
    for i in shifts.indices { out |= UInt64(key[i]) << shifts[i] }
    return out
  }

  package func key(_ word: UInt64) -> SegmentKey {
    var out = SegmentKey()
    for i in shifts.indices { out[i] = UInt16(word >> shifts[i] & masks[i]) }
    return out
  }

  /// The word with the axes of `relaxed` set to `any`.
  package func mask(relaxing axes: some Sequence<Int>) -> UInt64 {
    var out = UInt64.max
    for axis in axes { out &= ~(masks[axis] << shifts[axis]) }
    return out
  }
}

extension AxisSpace {
  /// Words for this space's keys; nil where the vocabularies have grown too large for one.
  func packing(_ catalog: Catalog) -> KeyPacking? {
    KeyPacking(
      codesMax: axes.map { axis in
        let names =
          switch axis.nameSource {
          case .brands: catalog.brands.names.count
          case .categories: catalog.categories.names.count
          case nil: 0
          }
        return axis.words.count + names
      })
  }
}
