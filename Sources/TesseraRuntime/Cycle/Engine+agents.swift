import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// What the analyst did in a cycle.
struct AgentWork: Sendable {
  var analyst = ""
  var overlays: [Overlay] = []
  var runs = 0
  /// Segments with too few people to be shown to an analyst, or nothing an analyst could ask about.
  var skipped = 0
  var refusals = 0
}

extension Engine {
  /// Lets the analyst look at every decided segment that is large enough.
  func runAgents(_ input: PlannerInput, _ snapshot: Memory) async -> AgentWork {
    var work = AgentWork()
    work.analyst = analyst.name
    guard input.policy.agent.enabled, input.policy.agent.share > 0 else { return work }
    let data = SnapshotData(
      snapshot.profiles, posterior: input.posterior, policy: input.policy, axes: input.census.axes, at: input.at)
    for decided in Planner.rollUp(input).decided {
      let segment = input.census.segment(of: decided.key)
      guard decided.members >= SegmentBrief.membersMin, segment.relaxed.count < segment.axes.count else {
        work.skipped += 1
        continue
      }
      for placement in input.policy.placements {
        let brief = brief(segment, decided.members, placement, input)
        let result = await AgentRun.run(brief, analyst: analyst, data: data)
        work.refusals += result.refusals.count
        if let overlay = result.overlay { work.overlays.append(overlay) }
      }
      work.runs += 1
    }
    return work
  }

  private func brief(
    _ segment: Segment, _ members: Int, _ placement: PlacementPolicy, _ input: PlannerInput
  ) -> SegmentBrief {
    let arms = input.policy.actions(for: placement).compactMap { action -> SegmentBrief.Arm? in
      guard let creative = input.policy.creative(action.creative) else { return nil }
      return SegmentBrief.Arm(
        action: action, speaksOfBrand: creative.brand == .segment, speaksOfCategory: creative.category == .segment)
    }
    return SegmentBrief(
      segment: segment, description: SegmentDescription.sentence(segment, phrases: phrases), members: members,
      placement: placement.id,
      arms: arms, at: input.at)
  }
}
