package import TesseraModel
package import TesseraStorage

/// What the actions have earned, here or in the whole store.
package struct ArmResultsTool: AgentTool {
  package let name = "arm_results"
  package let summary =
    "Observed results of one arm or all arms of a placement, in this segment or the whole store, as the learner counts them: exposures, rewards, mean, 95 % interval."
  package let parameters = ToolSchema.object([
    ("arm_id", ToolSchema.optionalText), ("scope", ToolSchema.word(["segment", "store"])),
  ])

  private enum Scope: String, CaseIterable { case segment, store }

  /// The most arms listed.
  static let rowsMax = 30

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["arm_id", "scope"])
    let id = reader.text("arm_id")
    let scope = reader.word("scope", of: Scope.self)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let arms = brief.arms.map(\.arm).filter { id == nil || $0.id == id }
    guard !arms.isEmpty else { return .failure("there is no such arm in this segment", asOf: data.asOf) }
    let segment = scope == .segment ? brief.segment : nil
    var results: [String: [ArmResult]] = [:]
    for placement in Set(arms.map(\.placement)) {
      results[placement] = data.armResults(placement: placement, segment: segment)
    }
    let rows = arms.prefix(ArmResultsTool.rowsMax).map { arm -> JSONValue in
      let own = (results[arm.placement] ?? []).filter { arm.part.concerns($0.action) }
      return row(arm, own.reduce(0) { $0 + $1.exposures }, own.reduce(0) { $0 + $1.rewards })
    }
    return ToolAnswer(rows: rows, isTruncated: arms.count > ArmResultsTool.rowsMax, asOf: data.asOf)
  }

  private func row(_ arm: ArmTable.Arm, _ exposures: Int, _ rewards: Int) -> JSONValue {
    let (n, k) = (Double(exposures) + 2, Double(rewards) + 1)
    let half = 1.96 * (k / n * (1 - k / n) / n).squareRoot()
    let mean = exposures == 0 ? 0 : Double(rewards) / Double(exposures)
    return [
      "arm_id": .string(arm.id), "exposures": .integer(exposures), "rewards": .integer(rewards),
      "mean": .double(DigestNumber.significant(mean)),
      "ci": [
        .double(DigestNumber.significant(max(0, k / n - half))),
        .double(DigestNumber.significant(min(1, k / n + half))),
      ],
    ]
  }
}
