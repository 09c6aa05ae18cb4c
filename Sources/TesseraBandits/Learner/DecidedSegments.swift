package import TesseraModel

/// The segments that a cycle decides for, as the learner sees them: whom each stands for, and where an exposure of any
/// micro-segment belongs.
package struct DecidedSegments: Sendable {
  /// Active customers by micro-segment.
  package struct Population: Sendable {
    package let context: ContextCode
    package let members: Int
    package init(context: ContextCode, members: Int) { (self.context, self.members) = (context, members) }
  }

  package let contexts: [ContextCode]
  /// By decided segment: the micro-segments whose nearest decided one it is.
  let populations: [[Population]]
  private let numbers: [SIMD16<UInt16>: Int]
  private let relaxation: [Int]
  /// Receipts of a time with more axes are read as far as there are axes now.
  private let axes: Int

  /// - Parameters:
  ///   - contexts: of the decided segments, relaxed axes 0.
  ///   - relaxation: indices of the axes in the order in which they are relaxed.
  ///   - active: everyone who is decided for.
  package init(_ contexts: [ContextCode], relaxation: [Int], active: [Population]) {
    self.contexts = contexts
    self.relaxation = relaxation
    let axes = contexts.first?.codes.count ?? 0
    self.axes = axes
    numbers = Dictionary(contexts.enumerated().map { (DecidedSegments.packed($1, axes), $0) }) { first, _ in first }
    var populations = contexts.map { _ in [Population]() }
    for part in active where part.members > 0 {
      guard let home = DecidedSegments.home(of: part.context, axes, numbers, relaxation) else { continue }
      populations[home].append(part)
    }
    self.populations = populations
  }

  /// The nearest decided segment of a micro-segment; nil only if not even everyone is decided for.
  package func nearest(to context: ContextCode) -> Int? {
    DecidedSegments.home(of: context, axes, numbers, relaxation)
  }

  /// All decided segments that a micro-segment is part of, the nearest first.
  func all(of context: ContextCode) -> [Int] {
    var code = DecidedSegments.packed(context, axes)
    var out = numbers[code].map { [$0] } ?? []
    for axis in relaxation where code[axis] != 0 {
      code[axis] = 0
      if let number = numbers[code] { out.append(number) }
    }
    return out
  }

  private static func home(
    of context: ContextCode, _ axes: Int, _ numbers: [SIMD16<UInt16>: Int], _ relaxation: [Int]
  ) -> Int? {
    var code = packed(context, axes)
    if let home = numbers[code] { return home }
    for axis in relaxation {
      code[axis] = 0
      if let home = numbers[code] { return home }
    }
    return nil
  }

  private static func packed(_ context: ContextCode, _ axes: Int) -> SIMD16<UInt16> {
    var out = SIMD16<UInt16>.zero
    for (i, code) in context.codes.prefix(min(16, axes)).enumerated() { out[i] = code }
    return out
  }
}
