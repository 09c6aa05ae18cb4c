import TesseraModel

/// The segments that a policy is learned and judged by in a log.
///
/// The most frequent contexts stand for themselves. What is left is rolled up as in the product: axis by axis is
/// relaxed, those with most values first, and what has enough rows by then is a segment. The last one is everyone.
package enum LogSegments {
  /// Contexts that stand for themselves at least, if there are as many; more as long as contexts × actions, each of
  /// which costs an estimate of two microseconds, are no more than `cellsMax`. People of other contexts are judged as a
  /// mixture, on which the model's expectation is somewhat low.
  static let contextsMin = 3_000
  static let cellsMax = 1_000_000
  static let rollUpsMax = 1_000

  static func contextsMax(actions: Int) -> Int { max(contextsMin, cellsMax / max(1, actions)) }

  /// A roll-up of fewer rows tells hardly more than the next coarser one.
  static let rollUpMin = 50

  /// A context, relaxed or not, with its rows and where it first appears.
  private struct Part {
    let code: ContextCode
    var rows: Int
    let first: Int

    static func precedes(_ a: Part, _ b: Part) -> Bool { a.rows != b.rows ? a.rows > b.rows : a.first < b.first }
  }

  /// - Parameter contextsMax: contexts that stand for themselves.
  package static func decided(_ coding: ContextCoding, contextsMax: Int) -> DecidedSegments {
    let widths = coding.axes.map(\.words.count)
    let relaxation = coding.axes.indices.sorted { widths[$0] != widths[$1] ? widths[$0] > widths[$1] : $0 > $1 }
    let parts = coding.contexts.indices
      .map { Part(code: coding.contexts[$0], rows: coding.counts[$0], first: $0) }.sorted(by: Part.precedes)
    var chosen = parts.prefix(contextsMax).map(\.code)
    var rest = Array(parts.dropFirst(contextsMax))
    var budget = rollUpsMax
    for axis in relaxation where !rest.isEmpty {
      rest = relaxed(rest, axis)
      let large = rest.prefix { $0.rows >= rollUpMin }.prefix(budget)
      budget -= large.count
      chosen += large.map(\.code)
      rest.removeFirst(large.count)
    }
    let everyone = ContextCode(codes: coding.axes.map { _ in 0 })
    if !chosen.contains(everyone) { chosen.append(everyone) }
    return DecidedSegments(
      chosen, relaxation: relaxation,
      active: zip(coding.contexts, coding.counts).map { .init(context: $0, members: $1) })
  }

  /// One axis less, the largest first.
  private static func relaxed(_ parts: [Part], _ axis: Int) -> [Part] {
    var numbers: [ContextCode: Int] = [:]
    var out: [Part] = []
    for part in parts {
      var code = part.code
      code.codes[axis] = 0
      if let number = numbers[code] {
        out[number].rows += part.rows
      } else {
        numbers[code] = out.count
        out.append(Part(code: code, rows: part.rows, first: out.count))
      }
    }
    return out.sorted(by: Part.precedes)
  }
}
