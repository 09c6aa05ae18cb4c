import Liquid

/// A template, its slot and its data made from arbitrary bytes, and what must hold of it whatever they are.
///
/// Read by the fuzzer in `Fuzz/` and by the tests. The first byte tells the slot and which data is bound early; the
/// template follows, and after a byte 0x1E a text that becomes part of the data.
struct FuzzedTemplate {
  static let separator: UInt8 = 0x1E
  /// Small, so that they are met often and an input takes little time.
  static let limits = RenderLimits(
    templateBytesMax: 4_096, outputBytesMax: 4_096, stepsMax: 2_000, nestingMax: 20, assignedBytesMax: 8_192)

  private static let snippet = try? Template(
    "[{{ s }}{{ x }}{% for i in list %}{{ i | escape }}{% endfor %}{% assign x = s %}]", limits: limits)
  private static let names = ["x", "list", "text", "object", "big"]
  private static let members: [(String, LiquidValue)] = [
    ("x", "<b>\"Tom\" & 'Jo'\r\n\u{7}\\</b>"),
    ("list", [3, "b", nil, 1e300, -0.0, [2, ["<"]], ["k": "v"], "B", true]),
    ("object", ["k": "<v>", "size": 3, "first": ["k": 1], "n": nil]), ("big", 9_223_372_036_854_775_807),
    ("low", -9_223_372_036_854_775_808), ("inf", .double(.infinity)), ("nan", .double(.nan)), ("half", 0.5),
    ("tiny", .double(.leastNonzeroMagnitude)), ("day", "2016-03-14T10:30:45+02:00"), ("yes", true), ("none", nil),
    ("deep", (0..<40).reduce(LiquidValue.int(1)) { inner, _ in [inner] }), ("url", "javascript:alert(1)"),
    ("people", [["name": "Zoe", "age": 31], ["name": "ana", "age": 25.5], ["age": "40"]]),
    ("wide", "Straße 🙂 ﬁ e\u{301}"),
  ]

  let source: String
  private let bound: Set<String>
  private let options: RenderOptions
  private let data: LiquidValue

  init(_ bytes: some Collection<UInt8>) {
    let first = bytes.first ?? 0
    let parts = bytes.dropFirst().split(
      separator: FuzzedTemplate.separator, maxSplits: 1, omittingEmptySubsequences: false)
    source = String(decoding: parts.first ?? bytes.dropFirst(), as: UTF8.self)
    let text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "a<b>&amp; \u{0}%41 b"
    data = .object(LiquidObject(FuzzedTemplate.members + [("text", .string(text))]))
    let mask = first >> 3
    bound = Set(FuzzedTemplate.names.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element))
    options = RenderOptions(
      slot: Slot.allCases[Int(first & 7) % Slot.allCases.count], nowMilliseconds: 1_700_000_000_123,
      utcOffsetSeconds: 3_600, moneyFormat: "{{amount}}", snippets: FuzzedTemplate.snippet.map { ["s": $0] } ?? [:],
      limits: FuzzedTemplate.limits)
  }

  /// Parses, renders and renders in two phases.
  /// - Returns: what should not have been, nil when all is well.
  func flaw() -> String? {
    let template: Template
    do throws(LiquidError) {
      template = try Template(source, limits: FuzzedTemplate.limits)
    } catch {
      return isPlaced(error) ? nil : "an error without a place or a message: \(error)"
    }
    let whole = result(of: template)
    if case .failure(let error) = whole, !isPlaced(error) { return "an error without a place or a message: \(error)" }
    if case .success(let text) = whole {
      guard text.utf8.count <= FuzzedTemplate.limits.outputBytesMax else { return "\(text.utf8.count) bytes" }
      if let flaw = slotFlaw(text) { return flaw + ": \(text)" }
    }
    let residue = template.partiallyEvaluated(with: data, bound: bound, options: options)
    return agree(whole, result(of: residue)) ? nil : "in two phases with \(bound.sorted()) it renders differently"
  }

  private func result(of template: Template) -> Result<String, LiquidError> {
    do throws(LiquidError) {
      return .success(try template.render(data, options: options))
    } catch {
      return .failure(error)
    }
  }

  private func isPlaced(_ error: LiquidError) -> Bool {
    let lines = source.utf8.count { $0 == 0x0A } + 1
    // A snippet's mistakes are in its own only line.
    let isInside = (1...lines).contains(error.line) && error.column >= 1
    return isInside && (error.kind == .aborted || !error.message.isEmpty)
  }

  /// A residue takes fewer steps, and so may end well where the whole passes a limit.
  private func agree(_ whole: Result<String, LiquidError>, _ residue: Result<String, LiquidError>) -> Bool {
    switch (whole, residue) {
    case (.success(let a), .success(let b)): a == b && a.utf8.elementsEqual(b.utf8)
    case (.failure(let a), .failure(let b)): a.kind == b.kind || a.kind == .limit
    case (.failure(let a), .success): a.kind == .limit
    case (.success, .failure): false
    }
  }

  /// What a slot must keep out, where the template's own text has none of it.
  private func slotFlaw(_ text: String) -> String? {
    switch options.slot {
    case .html, .attribute:
      // By bytes: to a text of characters a sign with an accent is another one.
      let makesTags =
        source.utf8.contains(UInt8(ascii: "<")) || source.contains("tablerow") || source.contains("newline_to_br")
      return !makesTags && text.utf8.contains(UInt8(ascii: "<")) ? "a value reached \(options.slot) unescaped" : nil
    case .subject:
      return text.unicodeScalars.contains(where: FuzzedTemplate.breaksLines) ? "a subject of two lines" : nil
    case .json:
      let isClean = source.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"") }
      guard isClean, !source.contains("tablerow") else { return nil }
      return FuzzedTemplate.isInsideOfString(text) ? nil : "a value ends the string in JSON"
    case .url:
      let scheme = text.utf8.filter { $0 > 0x20 }.prefix(11).map { $0 | 0x20 }
      return scheme.elementsEqual("javascript:".utf8) ? "a script as an address" : nil
    case .plain: return nil
    }
  }

  private static func breaksLines(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func isInsideOfString(_ text: String) -> Bool {
    var isEscaped = false
    for byte in text.utf8 {
      if byte < 0x20 || (byte == UInt8(ascii: "\"") && !isEscaped) { return false }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return !isEscaped
  }
}
