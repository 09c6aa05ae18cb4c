import TesseraModel

/// The tuple of axis values as small numbers: the form in which segments are counted and looked up. What a number means
/// is the business of the table it was made with (`AxisSpace` while running, `Census` in a book); 0 is `any` in all of
/// them.
package struct SegmentKey: Hashable, Sendable, Comparable {
  /// One code an axis, in the order of the axes; unused places are 0.
  package var codes: SIMD16<UInt16>

  /// The most axes a store can have: with everyone's own segment first, a decision is found in 16 look-ups.
  package static let axesMax = AxisDefinition.countMax

  package init(codes: SIMD16<UInt16> = .zero) { self.codes = codes }

  package subscript(axis: Int) -> UInt16 {
    get { codes[axis] }
    set { codes[axis] = newValue }
  }

  /// The key with the axes outside `mask` set to `any`.
  package func relaxed(_ mask: SegmentMask) -> SegmentKey { SegmentKey(codes: codes & mask.bits) }

  /// The same 32 bytes, to compare and hash four words at a time: as they stand they are gone through one by one.
  private var words: SIMD4<UInt64> { unsafeBitCast(codes, to: SIMD4<UInt64>.self) }

  package static func == (a: SegmentKey, b: SegmentKey) -> Bool {
    let differences = a.words ^ b.words
    return differences.x | differences.y | differences.z | differences.w == 0
  }

  package static func < (a: SegmentKey, b: SegmentKey) -> Bool {
    for i in 0..<axesMax where a.codes[i] != b.codes[i] { return a.codes[i] < b.codes[i] }
    return false
  }

  package func hash(into hasher: inout Hasher) {
    let words = words
    hasher.combine(words.x)
    hasher.combine(words.y)
    hasher.combine(words.z)
    hasher.combine(words.w)
  }
}

/// Which axes still count: all ones for those, zero for the relaxed.
package struct SegmentMask: Hashable, Sendable {
  package var bits: SIMD16<UInt16>

  /// - Parameter relaxing: indices of the axes that read `any`.
  package init(relaxing: some Sequence<Int>) {
    bits = SIMD16(repeating: .max)
    for axis in relaxing { bits[axis] = 0 }
  }
}
