package import TesseraModel

/// The context of a log's rows as the learner sees it: a few axes with a few values each.
///
/// Texts are taken as they are. Numbers with many values are cut at their octiles, so that each part has about an
/// eighth of the rows. Columns that cannot help are left out, each with the reason: ids, constants, and what describes
/// the action instead of the person. Rewards bear on none of this, so it may look at all rows.
package struct ContextCoding: Sendable {
  /// A column that became an axis.
  package struct Axis: Sendable {
    package let name: String
    /// The values, in words.
    package let words: [String]
    /// By row: the number of its value.
    package let values: [Int32]
  }

  package let axes: [Axis]
  /// Every context that occurs, in the order of the rows; one code an axis.
  package let contexts: [ContextCode]
  /// By row: the number of its context.
  package let context: [Int]
  /// By context: how many rows have it.
  package let counts: [Int]
  /// Sentences that name the columns that were left out.
  package let notes: [String]

  /// A context has sixteen places in the learner; one is kept free.
  static let axesMax = 15
  /// Numbers with more values are cut.
  static let numbersMax = 12
  /// Parts that they are cut into: few enough for each to be learned of, enough for a bend.
  static let parts = 8
  /// With fewer rows an action a column matches the actions by chance.
  static let rowsPerActionMin = 10

  package init(_ table: LoggedTable) {
    var axes: [Axis] = []
    var notes: [(reason: String, names: [String])] = []
    for column in table.context {
      let axis = ContextCoding.axis(column)
      if let reason = ContextCoding.objection(column, axis, table)
        ?? (axes.count < ContextCoding.axesMax ? nil : ContextCoding.surplus)
      {
        if let place = notes.firstIndex(where: { $0.reason == reason }) {
          notes[place].names.append(column.name)
        } else {
          notes.append((reason, [column.name]))
        }
      } else {
        axes.append(axis)
      }
    }
    self.axes = axes
    self.notes = notes.map { "Left out of the context: \($0.names.joined(separator: ", ")) (\($0.reason))." }
    let codes = axes.map { axis in
      axis.words.map { ContextCode.code(axis: axis.name, value: .word($0)) }
    }
    var numbers: [ContextCode: Int] = [:]
    var contexts: [ContextCode] = []
    var context: [Int] = []
    var counts: [Int] = []
    for row in 0..<table.count {
      let code = ContextCode(codes: axes.indices.map { codes[$0][Int(axes[$0].values[row])] })
      let number = numbers[code] ?? contexts.count
      if number == contexts.count {
        numbers[code] = number
        contexts.append(code)
        counts.append(0)
      }
      counts[number] += 1
      context.append(number)
    }
    (self.contexts, self.context, self.counts) = (contexts, context, counts)
  }

  private static let surplus = "only the first \(axesMax) are used; choose others with columns: context=…"

  /// Why a column is no axis.
  private static func objection(_ column: WordColumn, _ axis: Axis, _ table: LoggedTable) -> String? {
    if column.words.count < 2 { return "the same in all rows" }
    if numbers(column) == nil, column.words.count * 2 > table.count { return "a value of its own in most rows" }
    return describesAction(column, table) ? "they follow from the action" : nil
  }

  /// Whether all rows of an action have the same value.
  private static func describesAction(_ column: WordColumn, _ table: LoggedTable) -> Bool {
    guard table.actions.count > 1, table.count >= rowsPerActionMin * table.actions.count else { return false }
    var known = [Int32](repeating: -1, count: table.actions.count)
    for (action, code) in zip(table.action, column.codes) {
      if known[action] < 0 { known[action] = code }
      if known[action] != code { return false }
    }
    return true
  }

  private static func axis(_ column: WordColumn) -> Axis {
    guard column.words.count > numbersMax, let numbers = numbers(column) else {
      return Axis(name: column.name, words: column.words, values: column.codes)
    }
    let cuts = cuts(numbers, column.counts)
    var words: [String] = []
    for part in 0...cuts.count {
      words.append(part == 0 ? "up to \(cuts[0])" : "above \(cuts[part - 1])")
    }
    let none = Int32(words.count)
    words.append("")
    let places = numbers.map { x in x.map { x in Int32(cuts.count { $0 < x }) } ?? none }
    return Axis(name: column.name, words: words, values: column.codes.map { places[Int($0)] })
  }

  /// By word: its number, nil for the empty one; nil if the column holds a text or nothing.
  private static func numbers(_ column: WordColumn) -> [Double?]? {
    var out: [Double?] = []
    for word in column.words {
      let value = LogNumber.value(word)
      if value == nil, !word.isEmpty { return nil }
      out.append(value)
    }
    return out.contains { $0 != nil } ? out : nil
  }

  /// The upper ends of all parts but the last, in rising order; at least one.
  private static func cuts(_ numbers: [Double?], _ counts: [Int]) -> [Double] {
    let sorted = zip(numbers, counts).compactMap { x, n in x.map { (value: $0, count: n) } }
      .sorted { $0.value < $1.value }
    let total = sorted.reduce(0) { $0 + $1.count }
    var cuts: [Double] = []
    var (below, part) = (0, 1)
    // Nothing lies above the highest value, so that a part could end there.
    for (value, count) in sorted.dropLast() {
      below += count
      var isCut = false
      while part < parts, below * parts >= part * total {
        part += 1
        isCut = true
      }
      if isCut { cuts.append(value) }
    }
    if cuts.isEmpty, let last = sorted.dropLast().last { cuts.append(last.value) }
    return cuts
  }
}
