/// What the columns of a log say, by row, and what is wrong with it. A value that makes no sense is not a number here.
struct LogValues: Sendable {
  /// The place of the action's column.
  let action: Int
  let propensity: [Double]
  let reward: [Double]
  let target: [Double]?
  /// The places of the person's and of the context's columns.
  let person: Int?
  let context: [Int]
  /// By row of a column: what is wrong.
  private let text: LogText
  private let places: [LogColumns.Role: Int]
  private let names: LogColumns

  /// Larger rewards overflow when they are squared and weighted.
  static let rewardMax = 1e15

  init(_ text: LogText, _ layout: LogLayout, _ names: LogColumns) {
    (self.text, places, self.names) = (text, layout.places, names)
    // The layout has these three, or it would not be there.
    action = layout.places[.action] ?? 0
    let propensities = layout.places[.propensity].map {
      LogValues.numbers(text.columns[$0]) { LogNumber.value($0).flatMap { 0 < $0 && $0 <= 1 ? $0 : nil } }
    }
    propensity = propensities ?? text.lines.map { _ in layout.propensity ?? .nan }
    reward = LogValues.numbers(text.columns[layout.places[.reward] ?? 0]) { word in
      LogNumber.reward(word).flatMap { $0.magnitude <= LogValues.rewardMax ? $0 : nil }
    }
    target = layout.places[.target].map {
      LogValues.numbers(text.columns[$0]) { LogNumber.value($0).flatMap { (0...1).contains($0) ? $0 : nil } }
    }
    (person, context) = (layout.places[.person], layout.context)
  }

  /// What is wrong with a row, if anything, and what it should be.
  func problem(_ row: Int) -> String? {
    if word(.action, row).isEmpty { return "\(names.name(.action)) is empty; it must name what was shown" }
    if propensity[row].isNaN { return wrong(.propensity, row, "it must be above 0 and at most 1") }
    if reward[row].isNaN {
      let rule = "it must be a number such as 0, 1 or 12.50, or true or false"
      return wrong(.reward, row, word(.reward, row).isEmpty ? "write 0 where nothing was earned" : rule)
    }
    if let target, target[row].isNaN {
      return wrong(.target, row, "it must be from 0 to 1: how likely the policy to be judged was to show the same")
    }
    return nil
  }

  private func wrong(_ role: LogColumns.Role, _ row: Int, _ rule: String) -> String {
    let word = word(role, row)
    return "\(names.name(role)) is \(word.isEmpty ? "empty" : String(word.prefix(40))); \(rule)"
  }

  private func word(_ role: LogColumns.Role, _ row: Int) -> String {
    guard let place = places[role] else { return "" }
    return text.columns[place].words[Int(text.columns[place].codes[row])]
  }

  /// Each distinct text is read once.
  private static func numbers(_ column: WordColumn, _ read: (String) -> Double?) -> [Double] {
    let values = column.words.map { read($0) ?? .nan }
    return column.codes.map { values[Int($0)] }
  }
}
