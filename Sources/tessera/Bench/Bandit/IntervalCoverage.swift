import TesseraBandits
import TesseraModel
import TesseraSimulator

/// Whether the learner's intervals hold the truth after it has chosen for a while.
enum IntervalCoverage {
  /// The share of all segments' and actions' 95 % intervals with the true rate in them.
  static func share(_ world: SegmentWorld, seed: UInt64) -> Double {
    guard
      let placement = try? PlacementPolicy(json: ["id": "p", "reward": "click", "reward_window_hours": 1], path: "p")
    else { return 0 }
    let actions = world.actions.map { parts in
      Action(creative: "\(parts.creative)", offer: "\(parts.offer).\(parts.channel)", channel: "onsite")
    }
    let contexts = world.segments.map { ContextCode(codes: $0.map { UInt16($0 + 1) }) }
    let segments = DecidedSegments(
      contexts, relaxation: Array(world.shape.axes.indices), active: contexts.map { .init(context: $0, members: 1) })
    let features = ActionFeatures(actions, creatives: [])
    let rule = ChoiceRule(ThompsonPolicy(exploration: 0.35), floor: 0.03)
    var generator = SeededGenerator(seed: seed)
    var table = PosteriorTable()
    var model: HierarchicalModel?
    var choices: [Int: [Double]] = [:]
    var hour = -1
    for event in world.events {
      if event.hour != hour {
        hour = event.hour
        choices = [:]
        model = HierarchicalModel(
          table, placement: placement, actions: features, segments: segments, prior: .init(shrinkage: 500))
      }
      let p =
        choices[event.segment]
        ?? rule.propensities(model?.beliefs(event.segment) ?? []).map { Propensity.double($0) }
      choices[event.segment] = p
      let action = generator.weighted(p)
      let isRewarded = event.uniform < world.rate(hour: hour, segment: event.segment, action: action)
      table.add(
        .init(exposures: 1, rewards: isRewarded ? 1 : 0),
        to: .init(placement: placement.code, action: actions[action].code, context: contexts[event.segment]))
    }
    let last = HierarchicalModel(
      table, placement: placement, actions: features, segments: segments, prior: .init(shrinkage: 500))
    var inside = 0
    for s in contexts.indices {
      for (a, estimate) in last.estimates(s, axes: []).enumerated() {
        let rate = world.rate(hour: hour, segment: s, action: a)
        if estimate.low <= rate, rate <= estimate.high { inside += 1 }
      }
    }
    return Double(inside) / Double(max(1, contexts.count * actions.count))
  }
}
