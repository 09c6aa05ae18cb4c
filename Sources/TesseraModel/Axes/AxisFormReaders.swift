/// Reads intervals: `cuts: [1, 2, 4, 10]`, or `percentiles: [50, 90, 99]`.
enum AxisCutReader {
  static func read(_ reader: ConfigurationReader) throws(ConfigurationError) -> (AxisDefinition.Form, [String]) {
    let key = AxisMeasure.Quantity.allCases.map(\.rawValue).first { reader.value($0) != nil } ?? "count"
    let measure = try AxisMeasureReader.read(reader, key)
    let none = try reader.string("none")
    if reader.value("percentiles") != nil { return try percentiles(reader, measure, none) }
    guard let texts = try list(reader, "cuts"), !texts.isEmpty else {
      throw reader.failure("cuts", "say where one value ends and the next begins, such as cuts: [1, 2, 4]")
    }
    var cuts: [AxisThreshold] = []
    for text in texts { cuts.append(try AxisMeasureReader.threshold(text, of: measure, reader, "cuts")) }
    for (a, b) in zip(cuts, cuts.dropFirst()) where !a.isBelow(b) {
      throw reader.failure("cuts", "must rise from the first to the last")
    }
    let isEmptyable = [.share, .last, .first].contains(measure.quantity)
    if isEmptyable, none == nil {
      throw reader.failure("none", "is missing: the value of someone who has nothing to measure, such as none: unknown")
    }
    if !isEmptyable, none != nil {
      throw reader.failure("none", "has no meaning here: a \(key) of nothing is 0; begin the cuts at 1")
    }
    let isAge = measure.quantity == .last || measure.quantity == .first
    let named =
      texts.map { "under-\($0)" } + [isAge ? "over-\(texts[texts.count - 1])" : "\(texts[texts.count - 1])-or-more"]
    let values = try reader.strings("values") ?? named
    try check(values, count: cuts.count + 1, reader)
    return (.cuts(measure, cuts, hasNone: none != nil), (none.map { [$0] } ?? []) + values)
  }

  private static func percentiles(
    _ reader: ConfigurationReader, _ measure: AxisMeasure, _ none: String?
  ) throws(ConfigurationError) -> (AxisDefinition.Form, [String]) {
    guard measure.quantity == .sum, measure.amount != .units else {
      throw reader.failure("percentiles", "compare sums of money: sum: net-revenue, revenue or value")
    }
    guard reader.value("cuts") == nil else { throw reader.failure("cuts", "has no meaning beside percentiles") }
    var ranks: [Int] = []
    for text in try list(reader, "percentiles") ?? [] {
      guard let rank = Int(text), rank > ranks.last ?? 0, rank < 100 else {
        throw reader.failure("percentiles", "must be whole numbers that rise from 1 to 99")
      }
      ranks.append(rank)
    }
    guard !ranks.isEmpty else { throw reader.failure("percentiles", "must be a list such as [50, 90, 99]") }
    let values = try reader.strings("values") ?? ["low"] + ranks.map { "over-p\($0)" }
    try check(values, count: ranks.count + 1, reader)
    return (.percentiles(measure, ranks), [none ?? "none"] + values)
  }

  private static func check(_ values: [String], count: Int, _ reader: ConfigurationReader) throws(ConfigurationError) {
    guard values.count == count else {
      throw reader.failure("values", "\(count - 1) cuts part \(count) values, but there are \(values.count)")
    }
  }

  /// Numbers and texts alike.
  private static func list(_ reader: ConfigurationReader, _ key: String) throws(ConfigurationError) -> [String]? {
    guard let value = reader.value(key) else { return nil }
    guard let elements = value.elements else { throw reader.failure(key, "must be a list") }
    var out: [String] = []
    for element in elements {
      switch element {
      case .string(let text), .number(let text): out.append(text)
      default: throw reader.failure(key, "must be a list of numbers, shares or times")
      }
    }
    guard out.count < AxisDefinition.wordsMax else {
      throw reader.failure(key, "an axis has at most \(AxisDefinition.wordsMax) values")
    }
    return out
  }
}

/// Reads `top: brand` and what goes with it.
enum AxisTopReader {
  static func read(_ reader: ConfigurationReader) throws(ConfigurationError) -> (AxisDefinition.Form, [String]) {
    guard let names = try reader.word("top", of: AxisTop.Names.self) else { throw reader.failure("top", "is missing") }
    guard let members = reader.value("weights")?.members, !members.isEmpty else {
      throw reader.failure("weights", "say what counts, such as weights: {product_viewed: 1, line: 5}")
    }
    var (weights, line, refund) = ([String: Int](), 0, 0)
    for (name, value) in members {
      guard let weight = value.integer, abs(weight) <= AxisTop.weightMax else {
        throw reader.failure(
          "weights.\(name)", "must be a whole number from -\(AxisTop.weightMax) to \(AxisTop.weightMax)")
      }
      switch name {
      case "line": line = weight
      case "refund": refund = weight
      default: weights[name] = weight
      }
    }
    let ties = try reader.string("ties") ?? "name"
    guard ties == "name" || ties == "latest" else { throw reader.failure("ties", "must be name or latest") }
    let top = AxisTop(
      names: names, weights: weights, lineWeight: line, refundWeight: refund,
      halfLife: try AxisMeasureReader.duration(reader, "half_life"),
      window: try AxisMeasureReader.duration(reader, "window"),
      atLeast: try reader.integer("at_least", in: 1...1_000_000) ?? 1,
      shareMillionths: try share(reader), latestWins: ties == "latest")
    let own = names == .tier ? PriceTier.allCases.map(\.rawValue) : []
    return (.top(top), [try reader.string("none") ?? "none"] + own)
  }

  private static func share(_ reader: ConfigurationReader) throws(ConfigurationError) -> Int64? {
    guard let text = try reader.string("of_total") else { return nil }
    return try AxisMeasureReader.share(text, reader, "of_total")
  }
}

/// Reads `rules:`, a list of values with a condition each.
enum AxisRuleReader {
  private static let comparisons = ["at_least", "over", "at_most", "under"]

  static func read(_ reader: ConfigurationReader) throws(ConfigurationError) -> (AxisDefinition.Form, [String]) {
    var rules: [AxisRule] = []
    let items = try reader.list("rules") ?? []
    for (i, item) in items.enumerated() {
      let inner = try ConfigurationReader(
        item.value, path: item.path, keys: ["value", "no"] + AxisMeasureReader.keys + comparisons)
      let rule = AxisRule(value: try inner.requiredString("value"), condition: try condition(inner))
      if rule.condition == .always, i < items.count - 1 {
        throw ConfigurationError(path: item.path, message: "this rule always holds, so those after it never do")
      }
      rules.append(rule)
    }
    guard let last = rules.last, last.condition == .always else {
      throw reader.failure("rules", "the last rule is the value of everybody else: - {value: …} without a condition")
    }
    var seen: [String] = []
    for rule in rules where !seen.contains(rule.value) { seen.append(rule.value) }
    guard let words = try reader.strings("values") else { return (.rules(rules), seen) }
    for word in seen where !words.contains(word) {
      throw reader.failure("values", "the rules give \"\(word)\", which is not listed")
    }
    return (.rules(rules), words)
  }

  private static func condition(_ reader: ConfigurationReader) throws(ConfigurationError) -> AxisRule.Condition {
    let measures = (["no"] + AxisMeasure.Quantity.allCases.map(\.rawValue)).filter { reader.value($0) != nil }
    let compared = comparisons.filter { reader.value($0) != nil }
    if measures.isEmpty, compared.isEmpty, reader.object.names.count == 1 { return .always }
    guard measures.count == 1 else {
      throw ConfigurationError(
        path: reader.path, message: "a rule has one measure, such as count: orders, or no: orders")
    }
    let measure = try AxisMeasureReader.read(reader, measures[0])
    if measures[0] == "no" {
      guard compared.isEmpty else { throw reader.failure(compared[0], "has no meaning beside no") }
      return .none(measure)
    }
    guard compared.count == 1, let text = try reader.string(compared[0]) else {
      throw ConfigurationError(
        path: reader.path, message: "a rule compares once: \(comparisons.joined(separator: ", "))")
    }
    let threshold = try AxisMeasureReader.threshold(text, of: measure, reader, compared[0])
    switch compared[0] {
    case "at_least": return .atLeast(measure, threshold)
    case "over": return .over(measure, threshold)
    case "at_most": return .atMost(measure, threshold)
    default: return .under(measure, threshold)
    }
  }
}

extension AxisThreshold {
  /// Whether it is lower than another of its kind.
  func isBelow(_ other: AxisThreshold) -> Bool {
    switch (self, other) {
    case (.whole(let a), .whole(let b)), (.millionths(let a), .millionths(let b)), (.age(let a), .age(let b)): a < b
    case (.money(let a), .money(let b)): a < b
    default: false
    }
  }
}
