/// The micro-segment of an exposure as it travels in a receipt: sixteen bits an axis, so that the learner needs no
/// look-up of a segment that may be long gone. Two names of one axis share a code once in 65,536; their results are
/// then pooled, which costs accuracy and nothing else.
package struct ContextCode: Hashable, Sendable {
  /// One code an axis in the order of the axes; 0 is `any`.
  package var codes: [UInt16]

  package init(codes: [UInt16]) { self.codes = codes }
  package init(_ segment: Segment) {
    codes = zip(segment.axes, segment.values).map { ContextCode.code(axis: $0, value: $1) }
  }

  /// The code of one value: never 0 but for `any`.
  package static func code(axis: String, value: AxisValue) -> UInt16 {
    if value == .any { return 0 }
    let digest = SHA256.hash((axis + "\u{1F}" + value.canonical).utf8)
    return max(1, UInt16(digest[0]) << 8 | UInt16(digest[1]))
  }

  /// Whether everyone in `self` is in `coarser` too.
  package func isWithin(_ coarser: ContextCode) -> Bool {
    codes.count == coarser.codes.count && zip(codes, coarser.codes).allSatisfy { $1 == 0 || $0 == $1 }
  }
}
