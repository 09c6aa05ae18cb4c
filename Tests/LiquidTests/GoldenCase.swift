import Foundation
import Liquid

/// A case of the public conformance suite golden-liquid, which is read from outside of the package.
struct GoldenCase: Sendable {
  enum Tier: String, CaseIterable, Sendable { case core, full, all }

  /// Beside the package's own folder.
  static let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/golden-liquid/golden_liquid.json")

  /// Every case, none when the suite is not there.
  static let all: [GoldenCase] = {
    guard let text = try? String(contentsOf: file, encoding: .utf8), let suite = try? OrderedJSON.value(text),
      case .array(let cases) = suite["tests"]
    else { return [] }
    return cases.map(GoldenCase.init)
  }()

  let name: String
  let source: String
  let data: LiquidValue
  let snippets: [(name: String, source: String)]
  /// Any of these; nil when parsing or rendering must fail.
  let results: [String]?
  let tier: Tier

  private init(_ json: LiquidValue) {
    name = GoldenCase.text(json["name"])
    source = GoldenCase.text(json["template"])
    data = json["data"]
    if case .object(let templates) = json["templates"] {
      snippets = templates.map { ($0.key, GoldenCase.text($0.value)) }
    } else {
      snippets = []
    }
    switch (json["invalid"], json["results"]) {
    case (.bool(true), _): results = nil
    case (_, .array(let texts)): results = texts.map(GoldenCase.text)
    default: results = [GoldenCase.text(json["result"])]
    }
    tier = GoldenCase.tier(json["tags"])
  }

  private static func text(_ value: LiquidValue) -> String { if case .string(let text) = value { text } else { "" } }

  private static func tier(_ tags: LiquidValue) -> Tier {
    guard case .array(let list) = tags else { return .core }
    let tags = Set(list.map(text))
    if !tags.isDisjoint(with: ["include tag", "ifchanged tag", "strict2"]) { return .all }
    let full: Set<String> = [
      "render tag", "tablerow tag", "cycle tag", "increment tag", "decrement tag", "doc tag", "base64_encode filter",
      "base64_decode filter", "base64_url_safe_encode filter", "base64_url_safe_decode filter",
    ]
    return tags.isDisjoint(with: full) ? .core : .full
  }

  /// What this engine makes of it; nil when it is an error.
  func rendered() -> String? {
    var options = RenderOptions()
    for snippet in snippets { options.snippets[snippet.name] = try? Template(snippet.source) }
    return try? Template(source).render(data, options: options)
  }

  var isMet: Bool {
    guard let results else { return rendered() == nil }
    return rendered().map(results.contains) ?? false
  }
}
