/// The filters, resolved when a template is parsed.
enum Filter: String, Sendable, CaseIterable {
  case `default`, upcase, downcase, capitalize, strip, append, prepend, replace, remove, truncate, size, first, last,
    join
  case escape, plus, minus, times, money
  case urlEncode = "url_encode"
  case stripNewlines = "strip_newlines"
  case dividedBy = "divided_by"

  /// Longest text a filter makes, characters: the rendering's own limit comes on top.
  private static let lengthMax = 100_000

  /// Applies the filter. Anything it cannot work on comes out as it was, or empty.
  func apply(_ value: LiquidValue, _ arguments: [LiquidValue], _ options: RenderOptions) -> LiquidValue {
    let first = arguments.first ?? .null
    switch self {
    case .default: return value.isEmpty || value == .bool(false) ? first : value
    case .upcase: return .string(value.text.uppercased())
    case .downcase: return .string(value.text.lowercased())
    case .capitalize: return .string(value.text.prefix(1).uppercased() + value.text.dropFirst().lowercased())
    case .strip: return .string(Filter.stripped(value.text))
    case .stripNewlines: return .string(value.text.filter { !$0.isNewline })
    case .append: return .string(String((value.text + first.text).prefix(Filter.lengthMax)))
    case .prepend: return .string(String((first.text + value.text).prefix(Filter.lengthMax)))
    case .replace: return Filter.replaced(value.text, first.text, arguments.dropFirst().first?.text ?? "")
    case .remove: return Filter.replaced(value.text, first.text, "")
    case .truncate: return Filter.truncated(value.text, arguments)
    case .size: return value["size"]
    case .first: return value["first"]
    case .last: return value["last"]
    case .join: return Filter.joined(value, separator: arguments.isEmpty ? " " : first.text)
    case .escape: return .string(Escaping.html(value.text))
    case .urlEncode: return .string(Escaping.percent(value.text))
    case .plus: return Filter.arithmetic(value, first, +)
    case .minus: return Filter.arithmetic(value, first, -)
    case .times: return Filter.arithmetic(value, first, *)
    case .dividedBy: return first.number == 0 ? .null : Filter.arithmetic(value, first, /)
    case .money: return .string(Filter.money(value, options.moneyFormat))
    }
  }

  private static func stripped(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }

  private static func replaced(_ text: String, _ old: String, _ new: String) -> LiquidValue {
    old.isEmpty ? .string(text) : .string(String(text.replacing(old, with: new).prefix(lengthMax)))
  }

  private static func truncated(_ text: String, _ arguments: [LiquidValue]) -> LiquidValue {
    let length = max(0, Int(arguments.first?.number ?? 50))
    let ellipsis = arguments.count > 1 ? arguments[1].text : "..."
    if text.count <= length { return .string(text) }
    return .string(text.prefix(max(0, length - ellipsis.count)) + ellipsis)
  }

  private static func joined(_ value: LiquidValue, separator: String) -> LiquidValue {
    guard case .array(let elements) = value else { return .string(value.text) }
    return .string(String(elements.map(\.text).joined(separator: separator).prefix(lengthMax)))
  }

  private static func arithmetic(
    _ a: LiquidValue, _ b: LiquidValue, _ operation: (Double, Double) -> Double
  ) -> LiquidValue {
    let result = operation(a.number ?? 0, b.number ?? 0)
    if case .int = a, case .int = b, result.isFinite, abs(result) < 9e15 { return .int(Int(result.rounded(.down))) }
    return .double(result)
  }

  private static func money(_ value: LiquidValue, _ format: String) -> String {
    guard let number = value.number, number.isFinite, abs(number) < 1e12 else { return "" }
    let cents = Int((abs(number) * 100).rounded())
    var whole = String(cents / 100)
    var grouped = ""
    while whole.count > 3 {
      grouped = "," + whole.suffix(3) + grouped
      whole.removeLast(3)
    }
    let fraction = cents % 100
    let amount = (number < 0 ? "-" : "") + whole + grouped + "." + (fraction < 10 ? "0" : "") + String(fraction)
    return format.replacing("{{amount}}", with: amount).replacing("{{ amount }}", with: amount)
  }
}
