package import TesseraModel
package import TesseraSegments

extension Engine {
  /// What an agent's look costs, where no model is configured: the price list of a small model.
  package static let planPrice = GranularityPlan.Price(
    model: "claude-haiku-5.5", input: 0.10, output: 0.50, cachedInput: 0.01, asOf: "2026-11")
  /// US dollars a month, unless asked otherwise.
  package static let planBudget = 500.0

  /// How steady the decided segments are over the hours up to T, by each way of choosing what to relax.
  package func stability(at instant: Instant, hours: Int) async -> JSONValue {
    let (profiles, rules) = (profiles, current)
    let (space, policy) = (rules.space, rules.policy)
    var stability = Stability(
      axes: space.names.count, minMembers: policy.segments.minMembers, segmentsMax: policy.segments.segmentsMax)
    for hour in (0..<hours).reversed() {
      let at = instant.adding(-Int64(hour) * Instant.hour)
      let sweep = await Sweep.parallel(
        profiles, space: space, at: at, activity: Engine.activityRule(policy, utcOffset(at: at)))
      let grouping = await Grouping.parallel(sweep, withSubjects: false)
      stability.add(sweep, grouping, BehaviourSample(profiles, sweep, space: space))
    }
    func share(_ part: Int, _ whole: Int) -> JSONValue { Engine.rounded(Double(part) / Double(max(1, whole))) }
    let ways = Stability.Way.allCases.map { way -> (String, JSONValue) in
      let sums = stability.sums(way)
      return (
        way.rawValue,
        [
          "moved_without_reason": share(sums.moved, sums.stayed), "orders_changed": .integer(sums.ordersChanged),
          "explained": Engine.rounded(sums.explained / Double(max(1, stability.hours))),
          "axes_kept": share(sums.axesKept, sums.active),
        ]
      )
    }
    return .object(JSONObject([("hours", .integer(stability.hours))] + ways))
  }

  private static func rounded(_ x: Double) -> JSONValue { .double((x * 10_000).rounded() / 10_000) }

  /// How fine the store can afford to be as of T.
  package func granularityPlan(at instant: Instant, budget: Double) async -> JSONValue {
    let (profiles, rules) = (profiles, current)
    let (space, policy) = (rules.space, rules.policy)
    let rule = Engine.activityRule(policy, utcOffset(at: instant))
    let now = await Sweep.parallel(profiles, space: space, at: instant, activity: rule)
    let sample = BehaviourSample(profiles, now, space: space)
    let window = sample.window
    let start = instant.adding(-window)
    let past = await Sweep.parallel(profiles, space: space, at: start, activity: rule)
    let grouping = await Grouping.parallel(now, withSubjects: false)
    // Where nobody is active, as in a store that only has orders, everyone stands in for the active.
    let isAnyoneActive = now.isAnyoneActive
    let active = isAnyoneActive ? ActiveSegments(grouping, now) : ActiveSegments(everyoneIn: grouping, now)
    let choice = RelaxationChoice(
      sample, active, axes: space.names.count, minMembers: policy.segments.minMembers, previous: nil)
    let interests = Interests(profiles, BehaviourSample.chosen(profiles, now).map(\.subject), at: instant)
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    var people: [GranularityPlan.Person] = []
    for i in 0..<now.count where now.word(i) != 0 {
      let subject = now.subject(i)
      guard view.fill(profiles, subject) else { continue }
      people.append(
        GranularityPlan.Person(
          key: now.key(now.word(i)), isActive: now.isActive(i) || !isAnyoneActive,
          pastKey: past.word(i) == 0 ? nil : past.key(past.word(i)),
          outcomes: interests.outcomes(view, from: start, to: instant),
          pastOutcomes: interests.outcomes(view, from: start.adding(-window), to: start),
          hash: keys.group.hash(profiles.name(of: subject).utf8)))
    }
    let plan = GranularityPlan(
      people, axes: space.names, order: choice.order.axes, minMembers: policy.segments.minMembers,
      price: Engine.planPrice,
      budget: budget)
    return Engine.json(
      plan, choice, space.names, at: instant, window: window, customers: people.count,
      active: people.count { $0.isActive }, budget: budget)
  }

  private static func json(
    _ plan: GranularityPlan, _ choice: RelaxationChoice, _ axes: [String], at instant: Instant, window: Int64,
    customers: Int, active: Int, budget: Double
  ) -> JSONValue {
    let rungs = plan.rungs.map { rung -> JSONValue in
      [
        "name": .string(rung.name), "axes": .strings(rung.axes), "segments": .integer(rung.segments),
        "people": [
          "min": .integer(rung.people[0]), "p10": .integer(rung.people[1]), "median": .integer(rung.people[2]),
          "p90": .integer(rung.people[3]), "max": .integer(rung.people[4]),
        ],
        "on_all_axes": rounded(rung.onAllAxes), "falls_back": rounded(rung.fallsBack),
        "looks_per_hour": rounded(rung.looksPerHour), "usd_per_hour": rounded(rung.dollarsPerHour),
        "usd_per_month": rounded(rung.dollarsPerMonth), "explained": rounded(rung.explained),
        "value_kept": rounded(rung.valueKept),
      ]
    }
    return [
      "at": .instant(instant), "customers": .integer(customers), "customers_active": .integer(active),
      "window_hours": rounded(Double(window) / Double(Instant.hour)),
      "outcomes": .strings(Interests.names), "rungs": .array(rungs),
      "relaxation": [
        "axes": .strings(choice.order.axes.map { axes[$0] }), "reasons": .strings(choice.order.reasons),
        "explained": rounded(choice.explained),
        "by_numbers": .strings(choice.orderByNumbers.axes.map { axes[$0] }),
        "explained_by_numbers": rounded(choice.explainedByNumbers),
      ],
      "recommended": .string(plan.rungs[plan.recommended].name), "reason": .string(plan.reason),
      "assumptions": [
        "model": .string(planPrice.model), "prices_as_of": .string(planPrice.asOf),
        "usd_per_look": .double(planPrice.perLook),
        "share_of_segments_looked_at_per_hour":
          rounded(GranularityPlan.Price.looksPerHour), "budget_usd_per_month": .double(budget),
        "agents_look_at_segments_of": .integer(GranularityPlan.lookMin),
      ],
    ]
  }
}
