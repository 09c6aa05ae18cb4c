/// Where an output goes, which decides how it is escaped. The template's own text is never escaped.
public enum Slot: String, Sendable {
  case html, attribute, url, plain, subject, json
}

/// Bounds that no template and no data can pass.
public struct RenderLimits: Sendable, Equatable {
  /// A template's size, bytes: larger ones are no message.
  public var templateBytesMax = 65_536
  /// A rendering's size, bytes.
  public var outputBytesMax = 262_144
  /// Blocks within blocks.
  public var nestingMax = 100

  public init() {}
}

/// What a rendering needs beside the data.
public struct RenderOptions: Sendable {
  public var slot: Slot
  /// What counts as now, milliseconds since 1970.
  public var nowMilliseconds: Int64
  /// The shop's offset from UTC, seconds east.
  public var utcOffsetSeconds: Int
  /// The shop's way to write an amount, such as `${{amount}}`.
  public var moneyFormat: String
  /// Named templates for later use by `render`.
  public var snippets: [String: Template]
  public var limits: RenderLimits

  public init(
    slot: Slot, nowMilliseconds: Int64, utcOffsetSeconds: Int, moneyFormat: String, snippets: [String: Template] = [:],
    limits: RenderLimits = RenderLimits()
  ) {
    (self.slot, self.nowMilliseconds, self.utcOffsetSeconds) = (slot, nowMilliseconds, utcOffsetSeconds)
    (self.moneyFormat, self.snippets, self.limits) = (moneyFormat, snippets, limits)
  }
}
