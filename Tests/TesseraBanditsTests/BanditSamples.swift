import TesseraModel

/// A placement, actions and receipts to learn from.
enum BanditSamples {
  static let t = Instant(milliseconds: 1_777_629_600_000)

  static func placement(_ id: String, reward: String, hours: Int) throws -> PlacementPolicy {
    try PlacementPolicy(
      json: ["id": .string(id), "reward": .string(reward), "reward_window_hours": .integer(hours)], path: "placements")
  }

  static let actions = ["a", "b", "c"].flatMap { creative in
    ["none", "ten"].map { Action(creative: creative, offer: $0, channel: "onsite") }
  }

  static func receipt(
    _ placement: PlacementPolicy, subject: String, cycle: Int, action: Action? = actions[0], group: Group = .decisioned,
    context: [UInt16] = [1, 2], at: Instant = t
  ) -> Receipt {
    Receipt(
      cycle: cycle, decision: [1, 2, 3, 4, 5, 6, 7, 8], placement: placement.code, group: group, agentOn: false,
      action: action?.code ?? 0, propensity: Propensity.one, propensityOff: 0, propensityOn: 0, at: at,
      context: ContextCode(codes: context), subject: subject)
  }
}
