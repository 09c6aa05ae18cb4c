package import TesseraModel

/// One look as it is kept: what the agent knew, what it asked, what it said, what was refused, what it cost. Bytes are
/// kept by their hash beside it.
package struct AgentRunRecord: Sendable, Equatable {
  /// One exchange with a model.
  package struct Exchange: Sendable, Equatable {
    /// Hashes of the parts that make up the request's bytes: what all requests begin with is kept once.
    package let request: [String]
    package let response: String
    package let attempts: Int
    package let milliseconds: Int
    /// How it ended, in a word.
    package let end: String
    /// Why there was no answer, in words; empty when there was one.
    package let failure: String
    package let usage: ModelUsage
    /// Billionths of a dollar.
    package let cost: Int

    package init(
      request: [String], response: String, attempts: Int, milliseconds: Int, end: String, failure: String = "",
      usage: ModelUsage, cost: Int
    ) {
      (self.request, self.response, self.attempts) = (request, response, attempts)
      (self.milliseconds, self.end, self.failure) = (milliseconds, end, failure)
      (self.usage, self.cost) = (usage, cost)
    }
  }

  /// A segment that was looked at.
  package struct Looked: Sendable, Equatable {
    package let segment: String
    package let label: String
    package let gate: AgentGate.Verdict
    package let value: Double
    /// The hash of the digest's bytes.
    package let digest: String
    package let accepted: AcceptedAnswer

    package init(
      segment: String, label: String, gate: AgentGate.Verdict, value: Double, digest: String, accepted: AcceptedAnswer
    ) {
      (self.segment, self.label, self.gate, self.value) = (segment, label, gate, value)
      (self.digest, self.accepted) = (digest, accepted)
    }
  }

  package let id: String
  package let cycle: Int
  package let at: Instant
  package let author: String
  /// `AgentContract.version`.
  package let contract: String
  /// In what format the model was asked; empty for the rules.
  package let dialect: String
  package let hasTools: Bool
  package let segments: [Looked]
  package let tools: [ToolExchange]
  package let exchanges: [Exchange]
  /// The hash of the shop's table; empty for the rules.
  package let shop: String

  package init(
    id: String, cycle: Int, at: Instant, author: String, contract: String, dialect: String = "", hasTools: Bool,
    segments: [Looked], tools: [ToolExchange], exchanges: [Exchange], shop: String
  ) {
    (self.id, self.cycle, self.at, self.author, self.contract) = (id, cycle, at, author, contract)
    (self.dialect, self.hasTools, self.segments, self.tools) = (dialect, hasTools, segments, tools)
    (self.exchanges, self.shop) = (exchanges, shop)
  }

  /// Such as `run_41f0…`: of the cycle and the segments.
  package static func id(cycle: Int, segments: [String]) -> String {
    let text = "\(cycle)\u{1F}" + segments.joined(separator: "\u{1F}")
    return "run_" + TextEncoding.hexadecimal(SHA256.hash(text.utf8).prefix(8))
  }

  package var cost: Int { exchanges.reduce(0) { $0 + $1.cost } }
  package var usage: ModelUsage { exchanges.reduce(ModelUsage()) { $0 + $1.usage } }
  package var isChange: Bool { segments.contains { $0.accepted.isChange } }

  package var json: JSONValue {
    [
      "id": .string(id), "cycle": .integer(cycle), "at": .instant(at), "author": .string(author),
      "contract": .string(contract), "dialect": .string(dialect), "has_tools": .bool(hasTools), "shop": .string(shop),
      "segments": .array(segments.map(\.json)), "tools": .array(tools.map(\.record)),
      "exchanges": .array(exchanges.map(\.json)), "cost_nano": .integer(cost), "tokens_in": .integer(usage.prompt),
      "tokens_out": .integer(usage.output),
    ]
  }

  package init?(json: JSONValue) {
    guard let id = json["id"]?.text, let cycle = json["cycle"]?.integer,
      let at = json["at"]?.text.flatMap({ try? Instant(parsing: $0) })
    else { return nil }
    self.init(
      id: id, cycle: cycle, at: at, author: json["author"]?.text ?? "", contract: json["contract"]?.text ?? "",
      dialect: json["dialect"]?.text ?? "", hasTools: json["has_tools"] == .bool(true),
      segments: (json["segments"]?.elements ?? []).compactMap { Looked(json: $0) },
      tools: (json["tools"]?.elements ?? []).compactMap { ToolExchange(record: $0) },
      exchanges: (json["exchanges"]?.elements ?? []).compactMap { Exchange(json: $0) }, shop: json["shop"]?.text ?? "")
  }
}

extension AgentRunRecord.Looked {
  var json: JSONValue {
    [
      "segment": .string(segment), "label": .string(label), "gate": .string(gate.rawValue),
      "value": .double(DigestNumber.significant(value, digits: 3)), "digest": .string(digest), "answer": accepted.json,
    ]
  }

  init?(json: JSONValue) {
    guard let segment = json["segment"]?.text, let gate = json["gate"]?.text.flatMap(AgentGate.Verdict.init),
      let accepted = json["answer"].flatMap({ AcceptedAnswer(json: $0) })
    else { return nil }
    self.init(
      segment: segment, label: json["label"]?.text ?? "", gate: gate, value: json["value"]?.double ?? 0,
      digest: json["digest"]?.text ?? "", accepted: accepted)
  }
}

extension AgentRunRecord.Exchange {
  var json: JSONValue {
    [
      "request": .strings(request), "response": .string(response), "attempts": .integer(attempts),
      "ms": .integer(milliseconds), "end": .string(end), "failure": .string(failure), "cost_nano": .integer(cost),
      "usage": [
        .integer(usage.input), .integer(usage.cacheWrite5m), .integer(usage.cacheWrite1h), .integer(usage.cacheRead),
        .integer(usage.output),
      ],
    ]
  }

  init?(json: JSONValue) {
    guard let n = json["usage"]?.elements?.compactMap(\.integer), n.count == 5 else { return nil }
    self.init(
      request: (json["request"]?.elements ?? []).compactMap(\.text), response: json["response"]?.text ?? "",
      attempts: json["attempts"]?.integer ?? 0, milliseconds: json["ms"]?.integer ?? 0, end: json["end"]?.text ?? "",
      failure: json["failure"]?.text ?? "",
      usage: ModelUsage(input: n[0], cacheWrite5m: n[1], cacheWrite1h: n[2], cacheRead: n[3], output: n[4]),
      cost: json["cost_nano"]?.integer ?? 0)
  }
}

extension ToolExchange {
  /// As it is kept.
  var record: JSONValue {
    var object = JSONObject([
      ("number", .integer(number)), ("tool", .string(tool)), ("arguments", arguments),
      ("rows", .array(answer.rows)), ("truncated", .bool(answer.isTruncated)), ("as_of", .instant(answer.asOf)),
    ])
    if let failure = answer.failure { object["error"] = .string(failure) }
    return .object(object)
  }

  init?(record json: JSONValue) {
    guard let number = json["number"]?.integer, let tool = json["tool"]?.text,
      let asOf = json["as_of"]?.text.flatMap({ try? Instant(parsing: $0) })
    else { return nil }
    self.init(
      tool: tool, arguments: json["arguments"] ?? .null,
      answer: ToolAnswer(
        rows: json["rows"]?.elements ?? [], isTruncated: json["truncated"] == .bool(true), asOf: asOf,
        failure: json["error"]?.text), number: number)
  }
}
