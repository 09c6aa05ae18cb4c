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

  private func time(of value: Value) -> CivilTime? {
    let offset = options.utcOffsetSeconds
    switch value {
    case .data(.int(let seconds)): return CivilTime(seconds: seconds, offset: offset)
    case .data(.string(let text)), .safe(let text):
      if text.isEmpty { return nil }
      if text.utf8.allSatisfy(\.isDigit) { return Int(text).flatMap { CivilTime(seconds: $0, offset: offset) } }
      if let time = ISOTime.time(text, offset: offset) { return time }
      let seconds = CivilTime.floorDivision(Int(options.nowMilliseconds), 1000)
      guard
        let now = CivilTime(
          seconds: seconds, milliseconds: Int(options.nowMilliseconds) &- seconds &* 1000, offset: offset)
      else { return nil }
      let word = text.lowercased()
      return word == "now" || word == "today" ? now : DateParser.time(text, now: now)
    default: return nil
    }
  }

  /// `money`: an amount in the shop's currency, written the shop's way.
  func money(_ application: Application) throws(LiquidError) -> Value {
    if application.input.isNull || application.input.isEmptyContainer { return .string("") }
    guard let amount = number(application.input).asDecimal ?? Decimal(number(application.input).double),
      let text = MoneyFormat(options.moneyFormat).text(amount)
    else { throw application.failure("the amount is too large") }
    guard text.utf8.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return .safe(text)
  }
}
