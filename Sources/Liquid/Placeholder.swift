public enum LiquidValue: Sendable, Equatable { case null, bool(Bool), int(Int), double(Double), string(String), array([LiquidValue]), object([String: LiquidValue]) }
public struct LiquidError: Error {}
public enum Slot: String, Sendable { case html, attribute, url, plain, subject, json }
public struct RenderOptions: Sendable { public init(slot: Slot, nowMilliseconds: Int64, utcOffsetSeconds: Int, moneyFormat: String, snippets: [String: Template] = [:]) {} }
public struct Template: Sendable { let s: String; public init(_ source: String) throws(LiquidError) { s = source }
public func render(_ data: LiquidValue, options: RenderOptions) throws(LiquidError) -> String { s } }
