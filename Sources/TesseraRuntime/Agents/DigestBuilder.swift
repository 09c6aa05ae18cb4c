import TesseraAgents
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraStorage

/// Works out what agents are told of segments: from the snapshot, without a model.
struct DigestBuilder: Sendable {
  let table: ArmTable
  private let plan: PreparedPlan
  private let members: SegmentMembers
  private let data: SnapshotData
  private let memory: AgentMemory
  private let input: PlannerInput
  private let phrases: AxisPhrases
  private let news: CatalogNews
  private let returns: ReturnNews

  init(_ plan: PreparedPlan, _ members: SegmentMembers, _ data: SnapshotData, memory: AgentMemory) {
    (self.plan, self.members, self.data, self.memory) = (plan, members, data, memory)
    input = plan.input
    table = ArmTable(input.policy)
    phrases = AxisPhrases(input.policy.axes)
    news = CatalogNews(data.history)
    returns = ReturnNews(data.sold)
  }

  private static let window = 7 * Instant.day
  /// Names of a kind that a segment is told news of.
  private static let namesMax = 2

  /// - Returns: nil for a segment of which too few people are decided for here: it is never shown to an agent.
  func digest(_ number: Int) -> SegmentDigest? {
    let people = members.members(number)
    guard people.count >= SegmentDigest.peopleMin else { return nil }
    let segment = plan.segment(number)
    let behaviour = SegmentBehaviour(data.profiles, people, at: input.at, window: DigestBuilder.window)
    let arms = arms(number)
    var changes = changes(segment, behaviour)
    changes += shifts(segment, arms)
    changes += budgets(arms)
    changes.sort { a, b in a.materiality != b.materiality ? a.materiality > b.materiality : a.key < b.key }
    return SegmentDigest(
      segment: segment,
      description: SegmentDescription.sentence(segment, phrases: phrases) { input.spellings[$0.text] ?? $0.text },
      people: behaviour.people, activeLately: behaviour.activeLately, messageable: behaviour.messageable,
      funnel: DigestBuilder.funnel(behaviour.sums), changes: changes, arms: arms.map(\.state),
      last: last(segment))
  }

  /// Cells of few people are left out: they could speak of single ones.
  private static func funnel(_ sums: SegmentBehaviour.Sums) -> JSONObject {
    var object = JSONObject()
    for metric in SegmentBehaviour.Metric.allCases.sorted(by: { $0.rawValue < $1.rawValue })
    where metric != .active && sums.peopleBehind(metric) >= SegmentDigest.peopleMin {
      guard let value = sums.value(metric) else { continue }
      object[metric.rawValue] = .double(DigestNumber.significant(value))
    }
    return object
  }

  private func last(_ segment: Segment) -> JSONValue? {
    guard let held = memory.segments[segment.id], let lookedAt = held.lookedAt else { return nil }
    let effects = held.live(at: input.at).compactMap { item -> JSONValue? in
      guard let effect = item.effect else { return nil }
      let arm = table.arms(of: item.placement).first { $0.part == effect.part }
      return [
        "arm_id": .optional(arm?.id), "effect": .string(effect.direction.rawValue),
        "strength": .string(effect.strength.rawValue), "until": effect.expiresAt.map { .instant($0) } ?? .null,
      ]
    }
    return [
      "at": .instant(lookedAt), "in_force": .array(effects),
      "summary": .string(QuotedText.clean(held.summary, lengthMax: 240)),
    ]
  }

  // MARK: Arms

  /// What is believed of the arms that may be shown: the most probable, and those that speak of the segment's own brand
  /// or category.
  private func arms(_ number: Int) -> [(arm: ArmTable.Arm, state: SegmentDigest.ArmState)] {
    var out: [(arm: ArmTable.Arm, state: SegmentDigest.ArmState)] = []
    for draft in plan.drafts(number) {
      for arm in table.arms(of: draft.placement.id) {
        guard let state = DigestBuilder.state(arm, draft) else { continue }
        out.append((arm, state))
      }
    }
    func isOwn(_ arm: ArmTable.Arm) -> Bool { arm.speaksOfBrand || arm.speaksOfCategory }
    let kept = out.indices.sorted { a, b in
      let (x, y) = (out[a], out[b])
      if isOwn(x.arm) != isOwn(y.arm) { return isOwn(x.arm) }
      return x.state.probability != y.state.probability ? x.state.probability > y.state.probability : a < b
    }.prefix(SegmentDigest.armsMax)
    return kept.sorted().map { out[$0] }
  }

  /// An arm stands for several actions: its mean is theirs by how often they are shown, its spread that of the one that
  /// is shown most.
  private static func state(_ arm: ArmTable.Arm, _ draft: PlacementDraft) -> SegmentDigest.ArmState? {
    var (mean, probability, exposures) = (0.0, 0.0, 0)
    var main: (p: Double, estimate: ArmEstimate)?
    for (i, candidate) in draft.eligible.enumerated()
    where !candidate.action.isNothing && arm.part.concerns(candidate.action) {
      let p = Propensity.double(draft.off[i])
      mean += p * candidate.estimate.mean
      probability += p
      exposures += candidate.estimate.exposures
      if main.map({ p > $0.p }) ?? true { main = (p, candidate.estimate) }
    }
    guard let main else { return nil }
    return SegmentDigest.ArmState(
      id: arm.id, mean: probability > 0 ? mean / probability : main.estimate.mean,
      deviation: (main.estimate.high - main.estimate.low) / 3.92, exposures: exposures, probability: probability)
  }

  /// What the best arm leads by, placement by placement: what a look could be worth.
  func value(_ digest: SegmentDigest) -> Double {
    var sum = 0.0
    for placement in input.policy.placements {
      let states = digest.arms.filter { state in
        table[state.id].map { $0.placement == placement.id && !$0.hasOffer } ?? false
      }
      sum += ValueOfLooking.value(states.map(\.mean), people: digest.activeLately)
    }
    return sum
  }

  // MARK: Changes

  private func changes(_ segment: Segment, _ behaviour: SegmentBehaviour) -> [DigestChange] {
    let people = Double(max(1, behaviour.people))
    let catalog = data.profiles.catalog
    let touches = behaviour.touches
    let brands = DigestBuilder.names(segment["brand"], touches.brands, catalog.brands, people)
    let categories = DigestBuilder.names(segment["researching"], touches.categories, catalog.categories, people)
    var out: [DigestChange] = []
    for (name, reach) in brands { out += news.changes(.brand, name, reach: reach, spelled: spelled(name)) }
    for (name, reach) in categories { out += news.changes(.category, name, reach: reach, spelled: spelled(name)) }
    for (name, reach) in brands { out += returns.changes(.brand, name, reach: reach, spelled: spelled(name)) }
    for (name, reach) in categories { out += returns.changes(.category, name, reach: reach, spelled: spelled(name)) }
    let products = Set(touches.viewed.keys).union(touches.inBasket.keys)
      .filter { touches.people($0) >= SegmentDigest.peopleMin }.sorted()
    for product in products {
      out += news.changes(
        ofProduct: catalog.entries[Int(product)].id, reach: Double(touches.people(product)) / people,
        inBasket: touches.inBasket[product] ?? 0)
    }
    return out
  }

  private func spelled(_ name: String) -> String { QuotedText.clean(input.spellings[name] ?? name) }

  /// The segment's own brand or category, which concerns all of it, or else what most of its people had to do with.
  private static func names(
    _ value: AxisValue?, _ touches: [UInt16: Int], _ vocabulary: Vocabulary, _ people: Double
  ) -> [(name: String, reach: Double)] {
    if case .name(let name)? = value { return [(name, 1)] }
    return touches.filter { $0.value >= SegmentDigest.peopleMin }
      .map { (name: vocabulary.names[Int($0.key)], reach: Double($0.value) / people) }
      .sorted { a, b in a.reach != b.reach ? a.reach > b.reach : NameNormalization.precedes(a.name, b.name) }
      .prefix(namesMax).map { $0 }
  }

  /// Arms that earn clearly more or less than at the last look.
  private func shifts(
    _ segment: Segment, _ arms: [(arm: ArmTable.Arm, state: SegmentDigest.ArmState)]
  ) -> [DigestChange] {
    guard let held = memory.segments[segment.id] else { return [] }
    return arms.compactMap { arm, now in
      guard let was = held.arms[arm.id], now.exposures > was.exposures else { return nil }
      let spread = (was.deviation * was.deviation + now.deviation * now.deviation).squareRoot()
      guard spread > 0, abs(now.mean - was.mean) > 2 * spread else { return nil }
      let isUp = now.mean > was.mean
      let mean = DigestNumber.significant(now.mean, digits: 1)
      return DigestChange(
        kind: .armShift, key: "\(arm.id):\(isUp ? "up" : "down"):\(mean)", reach: now.probability,
        facts: JSONObject([
          ("arm_id", .string(arm.id)), ("was", .double(was.mean)), ("now", .double(now.mean)),
          (
            "said", .string("\(arm.part.creative ?? arm.part.offer ?? "") earns \(isUp ? "more" : "less") than it did.")
          ),
        ]))
    }
  }

  private static let budgetAlarm = 0.8

  private func budgets(_ arms: [(arm: ArmTable.Arm, state: SegmentDigest.ArmState)]) -> [DigestChange] {
    data.offers().compactMap { facts in
      guard let budget = facts.offer.budgetOrders, budget > 0 else { return nil }
      let used = Double(facts.used) / Double(budget)
      guard used >= DigestBuilder.budgetAlarm else { return nil }
      let shown = arms.filter { $0.arm.part.offer == facts.offer.id }.reduce(0) { $0 + $1.state.probability }
      guard shown > 0 else { return nil }
      let tenths = Int(used * 10)
      return DigestChange(
        kind: .budget, key: "\(facts.offer.id):\(tenths)", reach: min(1, shown),
        facts: JSONObject([
          ("offer", .string(facts.offer.id)), ("used", .double(Double(tenths) / 10)),
          ("said", .string("\(facts.offer.id): \(tenths * 10) % of its budget is used.")),
        ]))
    }
  }
}
