/// A statement of an agent about its segment, with the evidence it rests on and a prediction that later hours can
/// score.
package struct Claim: Sendable, Equatable {
  /// What a tool was asked and what it answered.
  package struct Evidence: Sendable, Equatable {
    package let tool: String
    package let query: JSONValue
    package let rows: [JSONValue]
    package let asOf: Instant

    package init(tool: String, query: JSONValue, rows: [JSONValue], asOf: Instant) {
      (self.tool, self.query, self.rows, self.asOf) = (tool, query, rows, asOf)
    }

    package var json: JSONValue {
      let body: JSONValue = [
        "tool": .string(tool), "query": query, "rows": .array(rows), "as_of": .instant(asOf),
      ]
      guard case .object(var object) = body else { return body }
      object["hash"] = .string(TextEncoding.hexadecimal(SHA256.hash(JSONWriter.bytes(body)).prefix(8)))
      return .object(object)
    }
  }

  /// What later hours are held against: the part of the placement's actions that is spoken of earns more, or less,
  /// than it did when the claim was made.
  package struct Prediction: Sendable, Equatable {
    package let part: ActionPart
    package let isMore: Bool
    /// Mean reward an exposure at the time.
    package let baseline: Double

    package init(part: ActionPart, isMore: Bool, baseline: Double) {
      (self.part, self.isMore, self.baseline) = (part, isMore, baseline)
    }
  }

  /// The reason's code, such as `restock`; claims of a code earn a track record together.
  package let code: String
  package let statement: String
  package let evidence: [Evidence]
  /// What should be seen within `horizonHours` if the claim is right, in words.
  package let prediction: String
  package let horizonHours: Int
  /// The same for the code that scores it; nil for a claim that changes nothing.
  package let scored: Prediction?
  /// The cycle's T when it was made; nil in records of the time before.
  package let madeAt: Instant?

  package init(
    code: String, statement: String, evidence: [Evidence], prediction: String, horizonHours: Int,
    scored: Prediction? = nil, madeAt: Instant? = nil
  ) {
    (self.code, self.statement, self.evidence) = (code, statement, evidence)
    (self.prediction, self.horizonHours) = (prediction, horizonHours)
    (self.scored, self.madeAt) = (scored, madeAt)
  }

  package var json: JSONValue {
    var object = JSONObject([
      ("code", .string(code)), ("statement", .string(statement)), ("evidence", .array(evidence.map(\.json))),
      ("prediction", .string(prediction)), ("horizon_hours", .integer(horizonHours)),
    ])
    if let scored {
      object["scored"] = [
        "part": scored.part.json, "more": .bool(scored.isMore), "baseline": .double(scored.baseline),
      ]
    }
    if let madeAt { object["made_at"] = .instant(madeAt) }
    return .object(object)
  }

  package init?(json: JSONValue) {
    guard let code = json["code"]?.text, let statement = json["statement"]?.text else { return nil }
    let evidence = (json["evidence"]?.elements ?? []).compactMap { item -> Evidence? in
      guard let tool = item["tool"]?.text, let asOf = item["as_of"]?.text, let at = try? Instant(parsing: asOf) else {
        return nil
      }
      return Evidence(tool: tool, query: item["query"] ?? .null, rows: item["rows"]?.elements ?? [], asOf: at)
    }
    self.init(
      code: code, statement: statement, evidence: evidence, prediction: json["prediction"]?.text ?? "",
      horizonHours: json["horizon_hours"]?.integer ?? 0, scored: Prediction(json: json["scored"]),
      madeAt: json["made_at"]?.text.flatMap { try? Instant(parsing: $0) })
  }
}

extension Claim.Prediction {
  package init?(json: JSONValue?) {
    guard let part = ActionPart(json: json?["part"]), let baseline = json?["baseline"]?.double else { return nil }
    self.init(part: part, isMore: json?["more"] != .bool(false), baseline: baseline)
  }
}
