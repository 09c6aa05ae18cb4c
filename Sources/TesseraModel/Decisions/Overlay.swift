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

  /// What an effect does to the actions it concerns.
  package enum Direction: String, Sendable, CaseIterable {
    case boost, suppress
  }

  /// One bounded change to the weight of a part of the actions, and the claim it follows from.
  package struct Effect: Sendable, Equatable {
    package let part: ActionPart
    package let direction: Direction
    package let strength: Strength
    /// The code of the claim it follows from.
    package let claim: String
    /// How much of the opinion counts: the trust its kind has earned, and what is left of its life. From 0 to 1, in
    /// steps of 10⁻⁶.
    package let weight: Double
    /// When it ends; nil in records of the time before.
    package let expiresAt: Instant?

    package init(
      part: ActionPart, direction: Direction, strength: Strength, claim: String, weight: Double = 1,
      expiresAt: Instant? = nil
    ) {
      (self.part, self.direction, self.strength, self.claim) = (part, direction, strength, claim)
      self.weight = min(1, max(0, (weight * 1_000_000).rounded() / 1_000_000))
      self.expiresAt = expiresAt
    }

    /// The same with another weight.
    package func weighing(_ weight: Double) -> Effect {
      Effect(
        part: part, direction: direction, strength: strength, claim: claim, weight: weight, expiresAt: expiresAt)
    }

    package func concerns(_ action: Action) -> Bool { !action.isNothing && part.concerns(action) }
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
  /// The agent's run that it comes from; nil in records of the time before.
  package let run: String?

  package init(
    segment: String, placement: String, author: String, claims: [Claim], effects: [Effect], note: String,
    run: String? = nil
  ) {
    (self.segment, self.placement, self.author) = (segment, placement, author)
    (self.claims, self.effects, self.note, self.run) = (claims, effects, note, run)
  }

  package var json: JSONValue {
    var object = JSONObject([
      ("segment", .string(segment)), ("placement", .string(placement)), ("author", .string(author)),
      ("claims", .array(claims.map(\.json))), ("effects", .array(effects.map(\.json))), ("note", .string(note)),
    ])
    if let run { object["run"] = .string(run) }
    return .object(object)
  }

  package init?(json: JSONValue) {
    guard let segment = json["segment"]?.text, let placement = json["placement"]?.text else { return nil }
    self.init(
      segment: segment, placement: placement, author: json["author"]?.text ?? "",
      claims: (json["claims"]?.elements ?? []).compactMap { Claim(json: $0) },
      effects: (json["effects"]?.elements ?? []).compactMap { Effect(json: $0) }, note: json["note"]?.text ?? "",
      run: json["run"]?.text)
  }
}

extension Overlay.Effect {
  package var json: JSONValue {
    var object = JSONObject([
      ("creative", .optional(part.creative)), ("offer", .optional(part.offer)),
      ("direction", .string(direction.rawValue)), ("strength", .string(strength.rawValue)), ("claim", .string(claim)),
      ("weight", .double(weight)),
    ])
    if let expiresAt { object["expires_at"] = .instant(expiresAt) }
    return .object(object)
  }

  package init?(json: JSONValue) {
    guard let part = ActionPart(json: json), let strength = json["strength"]?.text.flatMap(Overlay.Strength.init),
      let direction = json["direction"]?.text.flatMap(Overlay.Direction.init)
    else { return nil }
    self.init(
      part: part, direction: direction, strength: strength, claim: json["claim"]?.text ?? "",
      weight: json["weight"]?.double ?? 1,
      expiresAt: json["expires_at"]?.text.flatMap { try? Instant(parsing: $0) })
  }
}
