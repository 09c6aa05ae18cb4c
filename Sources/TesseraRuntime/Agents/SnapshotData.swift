import TesseraAgents
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraStorage

/// The agents' view of a snapshot: aggregates computed from the same profiles that the cycle plans from.
struct SnapshotData: StoreData {
  let asOf: Instant
  let history: CatalogHistory
  let sold: SoldLines
  let profiles: Profiles
  private let searches: SearchLog
  private let plan: PreparedPlan
  private let members: SegmentMembers
  private let memory: AgentMemory
  private let results: [String: PredictionTally]
  private let numbers: [String: Int]
  private let input: PlannerInput

  /// - Parameter results: how claims about segments came out, by the segment's id.
  init(
    _ profiles: Profiles, _ searches: SearchLog, _ plan: PreparedPlan, _ members: SegmentMembers, memory: AgentMemory,
    results: [String: PredictionTally]
  ) {
    input = plan.input
    asOf = input.at
    (self.profiles, self.searches, self.plan, self.members) = (profiles, searches, plan, members)
    (self.memory, self.results) = (memory, results)
    history = CatalogHistory(profiles.catalog, at: asOf)
    sold = SoldLines(profiles, at: asOf)
    numbers = Dictionary(plan.decided.indices.map { (plan.segment($0).id, $0) }) { first, _ in first }
  }

  func catalogChanges(_ query: CatalogQuery, limit: Int) -> [CatalogChange] {
    history.matching(query, limit: limit, at: asOf)
  }

  func products(_ ids: [String]) -> [ProductFacts] {
    let counts = Dictionary(
      sold.counts(by: .product, brand: nil, category: nil, days: 180).dropFirst().map { ($0.name, $0) }
    ) { first, _ in first }
    return ids.compactMap { id in
      guard let record = profiles.catalog.entry(of: id)?.record else { return nil }
      let margin = record.price.flatMap { price in
        record.cost.map { price > .zero ? (price - $0).approximate / price.approximate : 0 }
      }
      return ProductFacts(
        product: id, title: record.title, brand: record.brand, category: record.category, price: record.price,
        was: record.isReduced ? record.compareAtPrice : nil, inventory: record.inventory, margin: margin,
        ageDays: record.createdAt.map { Int($0.age(at: asOf) / Instant.day) },
        returns: counts[id] ?? ReturnCount(name: id, linesSold: 0, linesReturned: 0))
    }
  }

  func returns(by grouping: ReturnGrouping, brand: String?, category: String?, days: Int) -> [ReturnCount] {
    sold.counts(by: grouping, brand: brand, category: category, days: days)
  }

  func armResults(placement id: String, segment: Segment?) -> [ArmResult] {
    guard let placement = input.policy.placement(id) else { return [] }
    let anyone = ContextCode(codes: [UInt16](repeating: 0, count: input.census.axes.count))
    let scope = segment.map { ContextCode($0) } ?? anyone
    var sums: [UInt64: PosteriorTable.Cell] = [:]
    for (key, cell) in input.posterior.cells where key.placement == placement.code && key.context.isWithin(scope) {
      sums[key.action, default: PosteriorTable.Cell()] += cell
    }
    return input.policy.actions(for: placement).compactMap { action in
      sums[action.code].map { ArmResult(action: action, exposures: $0.exposures, rewards: $0.rewards) }
    }
  }

  private func members(of segment: Segment) -> [Profiles.Subject] {
    numbers[segment.id].map { members.members($0) } ?? []
  }

  func trend(
    of segment: Segment, metric: String, grainHours: Int, points: Int
  ) -> (values: [Double?], people: Int)? {
    guard let metric = SegmentBehaviour.Metric(rawValue: metric) else { return nil }
    let people = members(of: segment)
    let sums = SegmentBehaviour.trend(
      profiles, people, at: asOf, grain: Int64(grainHours) * Instant.hour, points: points)
    return (sums.map { $0.peopleBehind(metric) >= SegmentDigest.peopleMin ? $0.value(metric) : nil }, people.count)
  }

  func interests(of segment: Segment, kind: InterestKind, days: Int) -> (rows: [Interest], people: Int) {
    if kind == .search { return searched(by: members(of: segment), days: days) }
    let behaviour = SegmentBehaviour(
      profiles, members(of: segment), at: asOf, window: Int64(days) * Instant.day)
    let catalog = profiles.catalog
    let rows =
      switch kind {
      case .brand: behaviour.touches.brands.map { Interest(name: catalog.brands.spellings[Int($0)], people: $1) }
      case .category:
        behaviour.touches.categories.map { Interest(name: catalog.categories.spellings[Int($0)], people: $1) }
      case .viewed: behaviour.touches.viewed.map { Interest(name: catalog.entries[Int($0)].id, people: $1) }
      case .search: [Interest]()
      case .inBasket: behaviour.touches.inBasket.map { Interest(name: catalog.entries[Int($0)].id, people: $1) }
      }
    let sorted = rows.sorted { a, b in
      a.people != b.people ? a.people > b.people : NameNormalization.precedes(a.name, b.name)
    }
    return (sorted, behaviour.people)
  }

  /// What a customer searched for before they were known is theirs.
  private func searched(by people: [Profiles.Subject], days: Int) -> (rows: [Interest], people: Int) {
    guard !searches.isEmpty else { return ([], people.count) }
    var owner: [UInt64: Int32] = [:]
    for (number, subject) in people.enumerated() {
      owner[SearchLog.person(profiles.name(of: subject))] = Int32(number)
      guard case .customer(let c) = subject else { continue }
      for visitor in profiles.visitorsKnownOnly(as: c) { owner[SearchLog.person("~" + visitor)] = Int32(number) }
    }
    let counts = searches.counts(owner: owner, window: Int64(days) * Instant.day, at: asOf)
    return (counts.map { Interest(name: $0.term, people: $0.people) }, people.count)
  }

  func similar(to segment: Segment, limit: Int) -> [SimilarSegment] {
    let near = plan.decided.indices.compactMap { number -> (number: Int, distance: Int)? in
      let other = plan.segment(number)
      guard other.id != segment.id else { return nil }
      return (number, zip(segment.values, other.values).count { $0 != $1 })
    }.sorted { ($0.distance, $0.number) < ($1.distance, $1.number) }.prefix(limit)
    return near.map { number, distance in
      let other = plan.segment(number)
      let best = plan.drafts(number).compactMap { draft -> (placement: String, action: Action)? in
        guard let i = draft.off.indices.max(by: { draft.off[$0] < draft.off[$1] }) else { return nil }
        return (draft.placement.id, draft.eligible[i].action)
      }
      return SimilarSegment(
        description: SegmentDescription.sentence(other, phrases: AxisPhrases(input.policy.axes)), distance: distance,
        members: plan.decided[number].members, best: best,
        supplement: memory.segments[other.id].flatMap { $0.live(at: asOf).isEmpty ? nil : $0.summary })
    }
  }

  func offers() -> [OfferFacts] {
    input.policy.offers.map { OfferFacts(offer: $0, used: input.offerOrders[$0.id] ?? 0) }
  }

  func slots(channel: String) -> [CopySlot] {
    input.policy.copySlots.filter { input.policy.placement($0.placement)?.channel == channel }
  }

  func pastSupplements(of segment: Segment, limit: Int) -> [PastSupplement] {
    guard let held = memory.segments[segment.id], let lookedAt = held.lookedAt, !held.items.isEmpty else { return [] }
    let tally = results[segment.id] ?? PredictionTally()
    return [
      PastSupplement(
        at: lookedAt, summary: held.summary, accepted: held.items.count, refused: 0, right: tally.right,
        wrong: tally.wrong)
    ]
  }
}

extension SegmentBehaviour.Sums {
  /// How many people a number speaks of.
  func peopleBehind(_ metric: SegmentBehaviour.Metric) -> Int {
    switch metric {
    case .active, .views: active
    case .baskets: baskets
    case .orders, .conversion, .aov, .returns, .discountShare: buyers
    }
  }
}
