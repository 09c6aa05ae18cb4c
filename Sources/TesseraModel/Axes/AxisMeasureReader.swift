/// Reads measures: `count: orders`, `where: {…}`, `window: 30d`.
enum AxisMeasureReader {
  static let keys = AxisMeasure.Quantity.allCases.map(\.rawValue) + ["where", "window"]

  /// - Parameter quantity: which of the reader's keys names the source; `no` counts.
  static func read(
    _ reader: ConfigurationReader, _ key: String
  ) throws(ConfigurationError) -> AxisMeasure {
    let quantity = AxisMeasure.Quantity(rawValue: key) ?? .count
    var amount: AxisMeasure.Amount?
    let source: AxisMeasure.Source
    if quantity == .sum {
      amount = try reader.word(key, of: AxisMeasure.Amount.self)
      source = amount == .value ? .events : .lines
    } else {
      guard let named = try reader.word(key, of: AxisMeasure.Source.self) else {
        throw reader.failure(key, "is missing")
      }
      source = named
      try check(quantity, source, reader, key)
    }
    let filter = try filter(reader, source)
    if quantity == .share, filter == AxisFilter() {
      throw reader.failure("where", "a share needs to know of which \(source.rawValue)")
    }
    return AxisMeasure(
      quantity: quantity, source: source, amount: amount, filter: filter, window: try duration(reader, "window"))
  }

  private static func check(
    _ quantity: AxisMeasure.Quantity, _ source: AxisMeasure.Source, _ reader: ConfigurationReader, _ key: String
  ) throws(ConfigurationError) {
    switch (quantity, source) {
    case (.first, .joined): return
    case (_, .joined): throw reader.failure(key, "joined is a single moment: first: joined")
    case (.share, .sessions), (.last, .sessions), (.first, .sessions):
      throw reader.failure(key, "sessions can only be counted")
    case (.share, .refunds): throw reader.failure(key, "use lines where refunded is true")
    case (.last, .units), (.first, .units): throw reader.failure(key, "units have no time of their own: use lines")
    default: return
    }
  }

  private static func filter(
    _ reader: ConfigurationReader, _ source: AxisMeasure.Source
  ) throws(ConfigurationError) -> AxisFilter {
    guard let value = reader.value("where") else { return AxisFilter() }
    let keys: [String] =
      switch source {
      case .events, .visits: ["type", "channel", "brand", "category", "tier"]
      case .orders: ["discount_code", "refunded"]
      case .lines, .units: ["brand", "category", "tier", "discounted", "refunded", "discount_code"]
      case .refunds: ["brand", "category", "tier"]
      case .sessions, .joined: []
      }
    guard !keys.isEmpty else { throw reader.failure("where", "\(source.rawValue) cannot be filtered") }
    let inner = try ConfigurationReader(value, path: reader.child("where"), keys: keys)
    var filter = AxisFilter()
    filter.types = try inner.strings("type")
    filter.channel = try inner.word("channel", of: MessageChannel.self)
    filter.brand = try name(inner, "brand")
    filter.category = try name(inner, "category")
    filter.tier = try inner.word("tier", of: PriceTier.self)
    filter.discounted = try inner.flag("discounted")
    filter.refunded = try inner.flag("refunded")
    filter.discountCode = try inner.flag("discount_code")
    return filter
  }

  private static func name(_ reader: ConfigurationReader, _ key: String) throws(ConfigurationError) -> String? {
    guard let text = try reader.string(key) else { return nil }
    guard let name = NameNormalization.normalized(text) else { throw reader.failure(key, "must not be blank") }
    return name
  }

  /// A time such as `30d`, `12h` or `45m`, in milliseconds.
  static func duration(_ reader: ConfigurationReader, _ key: String) throws(ConfigurationError) -> Int64? {
    guard let text = try reader.string(key) else { return nil }
    guard let milliseconds = duration(text) else {
      throw reader.failure(key, "must be a time like 30d, 12h or 45m, not \"\(text.prefix(40))\"")
    }
    return milliseconds
  }

  static func duration(_ text: String) -> Int64? {
    guard let unit = text.utf8.last, let count = Int64(text.dropLast()), count > 0, count <= 100_000 else { return nil }
    switch unit {
    case UInt8(ascii: "d"): return count * Instant.day
    case UInt8(ascii: "h"): return count * Instant.hour
    case UInt8(ascii: "m"): return count * Instant.minute
    default: return nil
    }
  }

  /// A border in the measure's own unit.
  static func threshold(
    _ text: String, of measure: AxisMeasure, _ reader: ConfigurationReader, _ key: String
  ) throws(ConfigurationError) -> AxisThreshold {
    switch measure.quantity {
    case .last, .first:
      guard let age = duration(text) else {
        throw reader.failure(key, "must be a time like 30d, 12h or 45m, not \"\(text.prefix(40))\"")
      }
      return .age(age)
    case .share: return .millionths(try share(text, reader, key))
    case .sum where measure.amount != .units:
      guard let money = Money(decimal: text) else { throw reader.failure(key, "must be an amount like 19.90") }
      return .money(money)
    case .count, .sum:
      guard let number = Int64(text), abs(number) <= 1_000_000_000_000 else {
        throw reader.failure(key, "must be a whole number, not \"\(text.prefix(40))\"")
      }
      return .whole(number)
    }
  }

  /// A share such as `35%` or `0.35`, of a million.
  static func share(_ text: String, _ reader: ConfigurationReader, _ key: String) throws(ConfigurationError) -> Int64 {
    let isPercent = text.utf8.last == UInt8(ascii: "%")
    let digits = isPercent ? String(text.dropLast()) : text
    let scale: Int128 = isPercent ? 10_000 : 1_000_000
    guard let number = Money(decimal: digits), number.units >= 0, number.units <= Money.scale * (isPercent ? 100 : 1),
      number.units * scale % Money.scale == 0
    else { throw reader.failure(key, "must be a share like 35% or 0.35, not \"\(text.prefix(40))\"") }
    return Int64(number.units * scale / Money.scale)
  }
}
