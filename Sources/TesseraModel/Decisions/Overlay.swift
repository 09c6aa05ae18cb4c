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

  /// Such as `new-in-brand`.
  package let code: String
  package let statement: String
  package let evidence: [Evidence]
  /// What should be seen within `horizonHours` if the claim is right.
  package let prediction: String
  package let horizonHours: Int

  package init(code: String, statement: String, evidence: [Evidence], prediction: String, horizonHours: Int) {
    (self.code, self.statement, self.evidence) = (code, statement, evidence)
    (self.prediction, self.horizonHours) = (prediction, horizonHours)
  }

  package var json: JSONValue {
    [
      "code": .string(code), "statement": .string(statement), "evidence": .array(evidence.map(\.json)),
      "prediction": .string(prediction), "horizon_hours": .integer(horizonHours),
    ]
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
      horizonHours: json["horizon_hours"]?.integer ?? 0)
  }
}

/// An agent's bounded change to the bandit for one segment and placement, applied at decision time and never to the
/// bandit's counts.
package struct Overlay: Sendable, Equatable {
  /// How strongly an effect pulls. The factors and weights are bounded here, whoever proposes them.
  package enum Strength: String, Sendable, CaseIterable {
    case small, medium, large

    /// What an arm's expected reward is multiplied (boost) or divided (suppress) by.
    package var factor: Double {
      switch self {
      case .small: 1.15
      case .medium: 1.4
      case .large: 1.8
      }
    }

    /// The weight of the opinion in exposures.
    package var weight: Double {
      switch self {
      case .small: 20
      case .medium: 40
      case .large: 80
      }
    }
  }

  /// One bounded change to an action's weight, and the claim it follows from.
  package struct Effect: Sendable, Equatable {
    package let creative: String
    /// Nil for the creative with any offer.
    package let offer: String?
    package let isBoost: Bool
    package let strength: Strength
    /// The code of the claim it follows from.
    package let claim: String

    package init(creative: String, offer: String?, isBoost: Bool, strength: Strength, claim: String) {
      (self.creative, self.offer, self.isBoost) = (creative, offer, isBoost)
      (self.strength, self.claim) = (strength, claim)
    }

    package func concerns(_ action: Action) -> Bool {
      action.creative == creative && (offer.map { $0 == action.offer } ?? true)
    }
  }

  /// At most this many effects and claims are taken from one run.
  package static let effectsMax = 6

  package let segment: String
  package let placement: String
  /// Who made it: `rules` for the built-in analyst, otherwise the model's name.
  package let author: String
  package let claims: [Claim]
  package let effects: [Effect]
  package let note: String

  package init(
    segment: String, placement: String, author: String, claims: [Claim], effects: [Effect], note: String
  ) {
    (self.segment, self.placement, self.author) = (segment, placement, author)
    (self.claims, self.effects, self.note) = (claims, effects, note)
  }

  package var json: JSONValue {
    let effects = effects.map { effect -> JSONValue in
      [
        "creative": .string(effect.creative), "offer": .optional(effect.offer),
        "direction": .string(effect.isBoost ? "boost" : "suppress"), "strength": .string(effect.strength.rawValue),
        "claim": .string(effect.claim),
      ]
    }
    return [
      "segment": .string(segment), "placement": .string(placement), "author": .string(author),
      "claims": .array(claims.map(\.json)), "effects": .array(effects), "note": .string(note),
    ]
  }

  package init?(json: JSONValue) {
    guard let segment = json["segment"]?.text, let placement = json["placement"]?.text else { return nil }
    let effects = (json["effects"]?.elements ?? []).compactMap { item -> Effect? in
      guard let creative = item["creative"]?.text, let strength = item["strength"]?.text.flatMap(Strength.init) else {
        return nil
      }
      return Effect(
        creative: creative, offer: item["offer"]?.text, isBoost: item["direction"]?.text == "boost", strength: strength,
        claim: item["claim"]?.text ?? "")
    }
    self.init(
      segment: segment, placement: placement, author: json["author"]?.text ?? "",
      claims: (json["claims"]?.elements ?? []).compactMap { Claim(json: $0) }, effects: effects,
      note: json["note"]?.text ?? "")
  }
}
