/// What a rendering needs beside the data.
public struct RenderOptions: Sendable {
  /// Where the output goes.
  public var slot: Slot
  /// What `now` and `today` mean to the `date` filter, milliseconds since 1970-01-01 UTC.
  public var nowMilliseconds: Int64
  /// The shop's clocks. Times without a zone of their own, such as `now`, numbers and most texts, are in it.
  public var timeZone: ShopTimeZone
  /// How the shop writes an amount, such as `${{amount}}`; the `money` filter fills it in. It counts as safe HTML.
  public var moneyFormat: String
  /// The code of the shop's currency, such as `EUR`; `money_with_currency` writes it behind the amount. It counts
  /// as safe HTML, too.
  public var currency: String
  /// The templates that `render` can name.
  public var snippets: [String: Template]
  /// The bounds of the rendering.
  public var limits: RenderLimits
  /// Whether the filter `raw_html` may keep a value from being escaped. Without it the filter changes nothing.
  public var allowsRawHTML: Bool

  /// Makes options. The defaults suit a text that is shown as it is, in UTC.
  ///
  /// `utcOffsetSeconds` stands for a time zone whose clocks are never set, when none is given.
  public init(
    slot: Slot = .plain, nowMilliseconds: Int64 = 0, utcOffsetSeconds: Int = 0, timeZone: ShopTimeZone? = nil,
    moneyFormat: String = "${{amount}}", currency: String = "USD",
    snippets: [String: Template] = [:], limits: RenderLimits = RenderLimits(), allowsRawHTML: Bool = false
  ) {
    self.slot = slot
    self.nowMilliseconds = nowMilliseconds
    self.timeZone = timeZone ?? ShopTimeZone(offsetSeconds: utcOffsetSeconds)
    self.moneyFormat = moneyFormat
    self.currency = currency
    self.snippets = snippets
    self.limits = limits
    self.allowsRawHTML = allowsRawHTML
  }
}
