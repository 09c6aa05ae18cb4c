/// What was decided for one segment and placement: a distribution over actions, with reasons. Its id is the hash of its
/// content.
package struct Decision: Sendable, Equatable {
  /// An action that may be used, with what the bandit and the agent made of it.
  package struct Arm: Sendable, Equatable {
    package let action: Action
    /// Expected reward, rounded to 10⁻⁹.
    package let score: Double
    /// A 95 % interval of the expected reward.
    package let interval: ClosedRange<Double>
    /// What the score is the sum of.
    package let terms: [Term]
    /// Exposures and rewards of this segment itself.
    package let exposures: Int
    package let rewards: Int
    /// Probability without and with the agent's overlay, in units of 2⁻³².
    package let off: UInt64
    package let on: UInt64

    package init(
      action: Action, score: Double, interval: ClosedRange<Double>, terms: [Term], exposures: Int, rewards: Int,
      off: UInt64, on: UInt64
    ) {
      (self.action, self.score, self.interval, self.terms) = (action, score, interval, terms)
      (self.exposures, self.rewards, self.off, self.on) = (exposures, rewards, off, on)
    }
  }

  /// One part of a score.
  package struct Term: Sendable, Equatable {
    package let name: String
    package let value: Double
    package init(name: String, value: Double) { (self.name, self.value) = (name, value) }
  }

  /// What would put another action first: so many rewards, or so much money, in so many views, where less is expected.
  package struct Flip: Sendable, Equatable {
    package let action: Action
    package let views: Int
    package let rewards: Double
    package let expected: Double

    package init(action: Action, views: Int, rewards: Double, expected: Double) {
      (self.action, self.views, self.rewards, self.expected) = (action, views, rewards, expected)
    }

    var json: JSONValue {
      [
        "action": action.json, "views": .integer(views), "rewards": .double(rewards), "expected": .double(expected),
      ]
    }

    init?(json: JSONValue?) {
      guard let action = Action(json: json?["action"]), let views = json?["views"]?.integer,
        let rewards = json?["rewards"]?.double, let expected = json?["expected"]?.double
      else { return nil }
      self.init(action: action, views: views, rewards: rewards, expected: expected)
    }
  }

  /// An action that may not be used, and why.
  package struct Exclusion: Sendable, Equatable {
    package let action: Action
    /// A short word, such as `out-of-stock`.
    package let code: String
    package let reason: String
    package init(action: Action, code: String, reason: String) {
      (self.action, self.code, self.reason) = (action, code, reason)
    }
  }

  package let placement: String
  package let segment: Segment
  package let description: String
  package let reward: String
  /// In the order of their actions.
  package let arms: [Arm]
  /// Nil where there are not two arms, or nothing that could be seen soon would change the order.
  package let flip: Flip?
  package let exclusions: [Exclusion]
  /// The overlay as applied; nil when no agent had anything to add.
  package let overlay: Overlay?

  package init(
    placement: String, segment: Segment, description: String, reward: String, arms: [Arm], flip: Flip? = nil,
    exclusions: [Exclusion], overlay: Overlay?
  ) {
    (self.placement, self.segment, self.description) = (placement, segment, description)
    (self.reward, self.arms, self.flip) = (reward, arms, flip)
    (self.exclusions, self.overlay) = (exclusions, overlay)
  }

  /// Eight bytes of the hash of a record.
  package static func idBytes(of record: [UInt8]) -> [UInt8] { Array(SHA256.hash(record).prefix(8)) }
  package static func id(bytes: some Sequence<UInt8>) -> String { "d_" + TextEncoding.hexadecimal(bytes) }
}

extension Decision {
  /// Reads a stored record back.
  package init?(json: JSONValue) {
    guard let placement = json["placement"]?.text, let segment = json["segment"],
      let axes = segment["axes"]?.elements?.compactMap(\.text),
      let values = segment["values"]?.elements?.compactMap({ $0.text.flatMap { AxisValue(canonical: $0) } }),
      axes.count == values.count, let arms = json["arms"]?.elements, let excluded = json["excluded"]?.elements
    else { return nil }
    self.placement = placement
    self.segment = Segment(axes: axes, values: values)
    description = segment["description"]?.text ?? ""
    reward = json["reward"]?.text ?? ""
    self.arms = arms.compactMap { arm in
      guard let action = Action(json: arm["action"]), let interval = arm["interval"]?.elements?.compactMap(\.double),
        interval.count == 2, interval[0] <= interval[1]
      else { return nil }
      let terms = arm["terms"]?.members?.map { Term(name: $0.name, value: $0.value.double ?? 0) } ?? []
      return Arm(
        action: action, score: arm["score"]?.double ?? 0, interval: interval[0]...interval[1], terms: terms,
        exposures: arm["exposures"]?.integer ?? 0, rewards: arm["rewards"]?.integer ?? 0,
        off: UInt64(arm["propensity_off"]?.integer ?? 0), on: UInt64(arm["propensity_on"]?.integer ?? 0))
    }
    flip = Flip(json: json["flip"])
    exclusions = excluded.compactMap { item in
      guard let action = Action(json: item["action"]) else { return nil }
      return Exclusion(action: action, code: item["code"]?.text ?? "", reason: item["reason"]?.text ?? "")
    }
    overlay = json["overlay"].flatMap { Overlay(json: $0) }
  }
}

extension Action {
  package init?(json: JSONValue?) {
    guard let creative = json?["creative"]?.text, let offer = json?["offer"]?.text, let channel = json?["channel"]?.text
    else { return nil }
    self.init(creative: creative, offer: offer, channel: channel)
  }
}
