extension Renderer {
  /// `date`. What is no date stays as it is.
  mutating func date(_ application: Application) throws(LiquidError) -> Value {
    let position = application.position
    let format = try text(of: application.first ?? .null, at: position)
    if format.isEmpty { return application.input }
    guard let time = time(of: application.input) else { return application.input }
    try budget.spend(format.utf8.count >> 4, at: position)
    let text = TimeFormat(time: time).text(format)
    guard text.utf8.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return .string(text)
  }

  private mutating func time(of value: Value) -> CivilTime? {
    let zone = options.timeZone
    switch value {
    case .data(.int(let seconds)): return zone.time(seconds: seconds)
    case .data(.string(let text)), .safe(let text):
      guard (1...DateParser.bytesMax).contains(text.utf8.count) else { return nil }
      if text.utf8.allSatisfy(\.isDigit) { return Int(text).flatMap { zone.time(seconds: $0) } }
      if let time = ISOTime.time(text, in: zone) { return time }
      hasReadClock = true
      let seconds = CivilTime.floorDivision(Int(options.nowMilliseconds), 1000)
      let milliseconds = Int(options.nowMilliseconds) &- seconds &* 1000
      guard let now = zone.time(seconds: seconds, milliseconds: milliseconds) else { return nil }
      let word = text.lowercased()
      return word == "now" || word == "today" ? now : DateParser.time(text, now: now, in: zone)
    default: return nil
    }
  }

  /// `money` and its like: an amount in the shop's currency, written the shop's way.
  func money(_ application: Application, _ form: MoneyFormat.Form) throws(LiquidError) -> Value {
    if application.input.isNull || application.input.isEmptyContainer { return .string("") }
    guard let amount = number(application.input).asDecimal ?? Decimal(number(application.input).double),
      let text = MoneyFormat(options.moneyFormat, currency: options.currency).text(amount, form)
    else { throw application.failure("the amount is too large") }
    guard text.utf8.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return .safe(text)
  }
}
