import Liquid

/// Renders a template, in one call, with the options that matter to a test.
func render(
  _ source: String, _ data: LiquidValue = [:], slot: Slot = .plain, now: Int64 = 1_700_000_000_000, offset: Int = 0,
  money: String = "${{amount}}", snippets: [String: String] = [:], limits: RenderLimits = RenderLimits(),
  allowsRawHTML: Bool = false
) throws -> String {
  let options = RenderOptions(
    slot: slot, nowMilliseconds: now, utcOffsetSeconds: offset, moneyFormat: money,
    snippets: try snippets.mapValues { try Template($0) }, limits: limits, allowsRawHTML: allowsRawHTML)
  return try Template(source, limits: limits).render(data, options: options)
}

/// The failure of a template, nil when there is none.
func failure(
  _ source: String, _ data: LiquidValue = [:], limits: RenderLimits = RenderLimits(), snippets: [String: String] = [:]
) -> LiquidError? {
  do {
    _ = try render(source, data, snippets: snippets, limits: limits)
    return nil
  } catch {
    return error as? LiquidError
  }
}
