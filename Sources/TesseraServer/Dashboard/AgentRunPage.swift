import TesseraModel
import TesseraRuntime

/// One look as a story: what the agent knew, why it looked, what it asked, what it claims, what was refused, what it
/// changed, what it cost, and whether it was right.
struct AgentRunPage {
  let engine: Engine

  private struct View {
    let id: String
    let title: String
    let lede: String
    let outcome: String
    let isFailed: Bool
    let cycle: Int
    let isShared: Bool
    let segments: [AgentLookedView]
    let asked: [AgentAskedView]
    let hasAsked: Bool
    let nobodyAsked: String
    let hasCalls: Bool
    let noCost: String
    let figures: [Figure]
    let calls: [AgentCallView]
    let scores: [Score]
    let hasScores: Bool
    let record: String
    let contract: String
  }

  private struct Figure {
    let name: String
    let value: String
  }

  private struct Score {
    let what: String
    let placement: String
    let segment: String?
    let prediction: String
    let seen: String
    let outcome: String
    let isTold: Bool
    let due: String
  }

  func page(_ id: String) async throws -> DashboardPage {
    let json = try await engine.agentRun(id, isRaw: true)
    let at = DashboardText.instant(json["at"])
    let offset = at.map { engine.utcOffsetSeconds(at: $0) } ?? 0
    let segments = json["segments"]?.elements ?? []
    let isShared = segments.count != 1
    let looked = segments.enumerated().map { i, segment in
      AgentLookedView(segment, number: i + 1, run: json, isShared: isShared, offsetSeconds: offset)
    }
    let isRules = (json["exchanges"]?.elements ?? []).isEmpty
    let label = segments.first?["label"]?.text ?? "a segment"
    let title =
      isShared ? "A look at \(DashboardText.count(segments.count, "segment")) together" : "A look at “\(label)”"
    let asked = (json["tools"]?.elements ?? []).map {
      AgentAskedView($0, arms: json["arms"], offsetSeconds: offset)
    }
    let calls = AgentRunPage.calls(json)
    let row = AgentRunRow(AgentRunPage.line(json), offsetSeconds: offset)
    let scores = (json["scores"]?.elements ?? []).map { score($0, segments, isShared: isShared, offset) }
    var record = json.members ?? JSONObject()
    record["bytes"] = nil
    let view = View(
      id: id, title: title,
      lede:
        "By \(OverviewPage.analyst(json["analyst"]?.text)), as of \(DashboardText.time(at, offsetSeconds: offset)).",
      outcome: AgentRunPage.outcome(row), isFailed: row.isFailed, cycle: json["cycle"]?.integer ?? 0,
      isShared: isShared, segments: looked, asked: asked, hasAsked: !asked.isEmpty,
      nobodyAsked: isShared
        ? "Nothing: looks at several segments at once go by what their agent was told."
        : "Nothing: what it knew was enough.",
      hasCalls: !calls.isEmpty,
      noCost: isRules ? "Nothing: the built-in rules ask no language model." : "Nothing was sent.",
      figures: AgentRunPage.figures(json), calls: calls, scores: scores, hasScores: !scores.isEmpty,
      record: JSONWriter.pretty(.object(record)), contract: json["contract"]?.text ?? "")
    return DashboardPage(.agents, title: title, template: "agentRun", view: view)
  }

  /// The record in the form of a line of the list.
  private static func line(_ json: JSONValue) -> JSONValue {
    var object = json.members ?? JSONObject()
    object["end"] = json["exchanges"]?.elements?.last?["end"]
    object["segments"] = .array(
      (json["segments"]?.elements ?? []).map { segment in
        let answer = segment["answer"]
        let accepted = answer?["accepted"]?.elements ?? []
        let copies = answer?["copy"]?.elements ?? []
        return [
          "label": segment["label"] ?? .null, "gate": segment["gate"] ?? .null,
          "is_change": .bool(!accepted.isEmpty || !copies.isEmpty),
          "effects": .integer(accepted.count { !($0["effect"]?.isNull ?? true) }), "copy": .integer(copies.count),
          "refused": .array((answer?["refused"]?.elements ?? []).compactMap { $0["code"] }),
        ]
      })
    return .object(object)
  }

  private static func outcome(_ row: AgentRunRow) -> String {
    if row.isFailed { return "It \(row.outcome). The bandit decides alone." }
    let refused = row.refused.map { "; \($0)" } ?? ""
    return row.isChange ? "It led to \(row.outcome)\(refused)." : "It led to no change\(refused)."
  }

  private static func figures(_ json: JSONValue) -> [Figure] {
    let exchanges = json["exchanges"]?.elements ?? []
    let wait = exchanges.reduce(0) { $0 + ($1["ms"]?.integer ?? 0) }
    return [
      Figure(name: "Cost", value: AgentWords.dollars(json["cost"]?.double)),
      Figure(name: "Calls", value: DashboardText.number(exchanges.count)),
      Figure(name: "Tokens in", value: DashboardText.number(json["tokens_in"])),
      Figure(name: "of them from the cache", value: DashboardText.number(json["tokens_cached"])),
      Figure(name: "Tokens out", value: DashboardText.number(json["tokens_out"])),
      Figure(name: "Took", value: DashboardText.number(wait) + DashboardText.thin + "ms"),
    ]
  }

  private static func calls(_ json: JSONValue) -> [AgentCallView] {
    let bytes = json["bytes"]?.elements ?? []
    return (json["exchanges"]?.elements ?? []).enumerated().map { i, exchange in
      AgentCallView(exchange, number: i + 1, bytes: i < bytes.count ? bytes[i] : nil)
    }
  }

  private func score(_ json: JSONValue, _ segments: [JSONValue], isShared: Bool, _ offset: Int) -> Score {
    let reward = json["reward"]?.text
    func unit(_ x: Double?) -> String {
      ["revenue", "margin"].contains(reward ?? "")
        ? DashboardText.amount(x) : x.map(AgentWords.percent) ?? DashboardText.none
    }
    let label = segments.first { $0["segment"] == json["segment"] }?["label"]?.text
    let outcome = json["outcome"]?.text
    let exposures = json["exposures"]?.integer ?? 0
    let mean = exposures > 0 ? ": \(unit(json["mean"]?.double)) a view" : ""
    return Score(
      what: AgentWords.part(json["part"]), placement: json["placement"]?.text ?? "", segment: isShared ? label : nil,
      prediction: "\(json["is_more"]?.flag ?? true ? "more" : "less") than \(unit(json["baseline"]?.double)) a view",
      seen: DashboardText.count(exposures, "view") + mean, outcome: AgentWords.words(AgentWords.outcomes, outcome),
      isTold: outcome == "came_true" || outcome == "did_not",
      due: DashboardText.time(DashboardText.instant(json["due"]), offsetSeconds: offset))
  }
}

/// One exchange with a model.
struct AgentCallView {
  let number: Int
  let end: String
  let attempts: Int
  let milliseconds: String
  let tokensIn: String
  let cached: String
  let tokensOut: String
  let cost: String
  let request: String
  let response: String
  let requestBytes: String
  let responseBytes: String

  init(_ json: JSONValue, number: Int, bytes: JSONValue?) {
    self.number = number
    // Read in full, written to the cache for five minutes and for an hour, read from it, answered.
    let usage = (json["usage"]?.elements ?? []).map { $0.integer ?? 0 }
    let (prompt, cached, output) = usage.count == 5 ? (usage[0..<4].reduce(0, +), usage[3], usage[4]) : (0, 0, 0)
    end = AgentWords.words(AgentWords.ends, json["end"]?.text)
    attempts = json["attempts"]?.integer ?? 0
    milliseconds = DashboardText.number(json["ms"])
    (tokensIn, self.cached) = (DashboardText.number(prompt), DashboardText.number(cached))
    tokensOut = DashboardText.number(output)
    cost = AgentWords.dollars((json["cost_nano"]?.double).map { $0 / 1e9 })
    request = AgentCallView.shown(bytes?["request"]?.text)
    response = AgentCallView.shown(bytes?["response"]?.text)
    requestBytes = DashboardText.count(bytes?["request"]?.text?.utf8.count ?? 0, "byte")
    responseBytes = DashboardText.count(bytes?["response"]?.text?.utf8.count ?? 0, "byte")
  }

  /// Laid out where it is JSON, which is how it is read; the API gives the bytes as they were.
  private static func shown(_ text: String?) -> String {
    guard let text, !text.isEmpty else { return "Nothing is kept." }
    return (try? JSONParser.parse(Array(text.utf8))).map { JSONWriter.pretty($0) } ?? text
  }
}
