package import TesseraAgents
import TesseraModel

/// A language model made of rules, which sees what a real one would see: for trials of the agents' layer. What it says
/// of news is right or wrong on purpose.
package struct TrialAnalyst: LanguageModel {
  /// How it reads news of a segment's brand.
  package enum Judgement: String, Sendable, CaseIterable {
    /// It boosts what speaks of the brand.
    case good
    /// It suppresses that, and is sure of itself.
    case inverted
    /// It never says anything.
    case silent
  }

  package let judgement: Judgement
  /// Hours after which news is none.
  package let newsHours: Int
  package let profile = ModelProfile()
  package var name: String { "trial-\(judgement.rawValue)" }

  package init(_ judgement: Judgement, newsHours: Int) {
    (self.judgement, self.newsHours) = (judgement, newsHours)
  }

  package func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    let answers = judgement == .silent ? [] : TrialAnalyst.digests(request).compactMap { answer(to: $0, request) }
    let text = JSONWriter.text(["answers": .array(answers)])
    let reply = ModelReply(
      model: name, requestID: nil, stop: .end, text: text, calls: [], assistant: .string(text),
      usage: ModelUsage(input: 2_000, output: 100))
    return ModelExchange(
      requestBytes: Array(request.system.joined().utf8), responseBytes: Array(text.utf8), attempts: 1,
      result: .success(reply), latency: .milliseconds(1))
  }

  private static func digests(_ request: ModelRequest) -> [JSONValue] {
    guard case .user(let texts)? = request.turns.first else { return [] }
    return texts.compactMap { text in
      guard text.hasPrefix("<data>\n") else { return nil }
      return try? JSONParser.parse(String(text.dropFirst("<data>\n".count).dropLast("\n</data>".count)))
    }
  }

  private func answer(to digest: JSONValue, _ request: ModelRequest) -> JSONValue? {
    guard let at = hour(of: request), let id = digest["id"] else { return nil }
    let news = (digest["changes"]?.elements ?? []).first { change in
      guard change["kind"] == "restock", change["brand"] != nil, let latest = change["latest"]?.text,
        let since = try? Instant(parsing: latest)
      else { return false }
      return since.age(at: at) < Int64(newsHours) * Instant.hour
    }
    let arms = arms(of: request).filter { digest["arms"]?[$0] != nil }
    guard let news, !arms.isEmpty else { return nil }
    let effects = arms.map { arm -> JSONValue in
      [
        "arm_id": .string(arm), "effect": judgement == .good ? "boost" : "suppress", "strength": "large",
        "confidence": "high", "reason_code": "restock", "reason": "The brand is back in stock.",
        "evidence": .array([news["id"] ?? ""]), "expires_hours": .integer(newsHours),
      ]
    }
    return [
      "segment_id": id, "verdict": "supplement", "summary": "The brand is back in stock.",
      "arm_effects": .array(effects), "proposed_copy": [], "flags": [],
    ]
  }

  /// Arms that speak of the segment's brand, by the shop's table.
  private func arms(of request: ModelRequest) -> [String] {
    guard let table = request.system.last, let start = table.firstIndex(of: "{"), let end = table.lastIndex(of: "}"),
      let json = try? JSONParser.parse(String(table[start...end]))
    else { return [] }
    let members = (json["arms"] ?? json).members.map(Array.init) ?? []
    return members.filter { $0.value["brand"] == "the segment's" }.map(\.name)
  }

  private func hour(of request: ModelRequest) -> Instant? {
    guard case .user(let texts)? = request.turns.first, let last = texts.last, last.hasPrefix("Answer for the hour of ")
    else { return nil }
    return try? Instant(parsing: String(last.dropFirst("Answer for the hour of ".count).dropLast()))
  }
}
