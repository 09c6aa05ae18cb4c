package import TesseraModel

extension ModelPrices {
  /// The built-in rows.
  package static let builtin = (try? ModelPrices(text: builtinText)) ?? ModelPrices(rows: [])

  /// Dollars per million tokens. Read from the vendors' price pages of October and November 2026 on 2026-11-22, those
  /// of GPT from second hand. When they began is not said there: `from` is the first day of the oldest page, and
  /// nothing is claimed for the time before. What a row leaves out follows the vendors' rule: a cache read costs 0.1
  /// of the input, a write 1.25, a write for an hour 2, a batch half.
  static let builtinText = """
    [
      {"model": "claude-haiku-5-5", "from": "2026-10-01", "input": 0.10, "output": 0.50,
       "cache_read": 0.01, "cache_write_5m": 0.125, "long_above": 100000, "long_times": 5},
      {"model": "claude-sonnet-5-5", "from": "2026-10-01", "input": 2, "output": 10,
       "cache_read": 0.10, "cache_write_5m": 2.50},
      {"model": "claude-opus-5-5", "from": "2026-10-01", "input": 4, "output": 20,
       "cache_read": 0.20, "cache_write_5m": 5},
      {"model": "claude-fable-5-1", "from": "2026-10-01", "input": 10, "output": 50},
      {"model": "gpt-6-luna", "from": "2026-10-01", "input": 0.10, "output": 0.50,
       "cache_read": 0.01, "cache_write_5m": 0.125},
      {"model": "gpt-6.1-terra", "from": "2026-10-01", "input": 1, "output": 5, "cache_read": 0.05},
      {"model": "gpt-6-sol", "from": "2026-10-01", "input": 2, "output": 10, "cache_read": 0.20}
    ]
    """

  private static let keys = [
    "model", "from", "input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "long_above", "long_times",
    "batch",
  ]

  /// Reads a list of rows as in the built-in text.
  package init(text: String) throws(ConfigurationError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONParser.parse(text)
    } catch {
      throw ConfigurationError(path: "prices", message: error.description)
    }
    self.init(rows: try ModelPrices.rows(value, path: "prices"))
  }

  /// These prices and those of a configuration; where both have a model and a day, the configuration counts.
  /// - Parameter value: a list of mappings, or nil.
  package func extended(with value: JSONValue?, path: String) throws(ConfigurationError) -> ModelPrices {
    guard let value, !value.isNull else { return self }
    let added = try ModelPrices.rows(value, path: path)
    let kept = rows.filter { row in !added.contains { $0.model == row.model && $0.from == row.from } }
    return ModelPrices(rows: kept + added)
  }

  private static func rows(_ value: JSONValue, path: String) throws(ConfigurationError) -> [Row] {
    guard let elements = value.elements else { throw ConfigurationError(path: path, message: "must be a list") }
    var rows: [Row] = []
    for (i, element) in elements.enumerated() { rows.append(try row(element, path: "\(path)[\(i)]")) }
    return rows
  }

  private static func row(_ value: JSONValue, path: String) throws(ConfigurationError) -> Row {
    let reader = try ConfigurationReader(value, path: path, keys: keys)
    guard let from = try? Instant(parsing: reader.requiredString("from")) else {
      throw reader.failure("from", "must be a day like 2026-10-01")
    }
    func price(_ name: String) throws(ConfigurationError) -> Int? {
      guard let money = try reader.money(name) else { return nil }
      let micro = money.units / (Money.scale / 1_000_000)
      guard micro >= 0, micro <= 1_000_000_000_000, micro * (Money.scale / 1_000_000) == money.units else {
        throw reader.failure(name, "must be dollars per million tokens with at most six decimals")
      }
      return Int(micro)
    }
    guard let input = try price("input") else { throw reader.failure("input", "is missing") }
    guard let output = try price("output") else { throw reader.failure("output", "is missing") }
    return Row(
      model: try reader.requiredString("model"), from: from, input: input, output: output,
      cacheRead: try price("cache_read") ?? (input + 9) / 10,
      cacheWrite5m: try price("cache_write_5m") ?? (input * 5 + 3) / 4,
      cacheWrite1h: try price("cache_write_1h") ?? input * 2,
      longAbove: try reader.integer("long_above", in: 1...100_000_000),
      longTimes: try reader.integer("long_times", in: 1...100) ?? 1,
      batchShare: try price("batch") ?? 500_000)
  }
}
