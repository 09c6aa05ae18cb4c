package import TesseraModel
package import TesseraSegments

extension Engine {
  /// The longest stretch of time that outcomes are looked at, and the least.
  private static let planWindowMax = 7 * Instant.day
  private static let planWindowMin = 10 * Instant.minute
  private static let planOrderWindowMax = 90 * Instant.day

  /// What an agent's look costs, where no model is configured: the price list of a small model.
  package static let planPrice = GranularityPlan.Price(
    model: "claude-haiku-5.5", input: 0.10, output: 0.50, cachedInput: 0.01, asOf: "2026-11")
  /// US dollars a month, unless asked otherwise.
  package static let planBudget = 500.0

  /// How fine the store can afford to be as of T.
  package func granularityPlan(at instant: Instant, budget: Double) async -> JSONValue {
    let profiles = profiles
    let rule = activityRule(at: instant)
    let now = await Sweep.parallel(profiles, space: space, at: instant, activity: rule)
    let window = Engine.planWindow(profiles, now)
    let start = instant.adding(-window)
    let past = await Sweep.parallel(profiles, space: space, at: start, activity: rule)
    let census = await Census.parallel(now, space: space, catalog: profiles.catalog)
    let order = RelaxationOrder(census, minMembers: policy.segments.minMembers)
    // Where nobody is active, as in a store that only has orders, everyone stands in for the active.
    let isAnyoneActive = now.isActive.contains(true)
    let interests = Interests(profiles, now)
    var view = ProfileView(profiles, at: instant, spendCuts: .none)
    var people: [GranularityPlan.Person] = []
    for i in now.words.indices where now.words[i] != 0 {
      let subject = now.subject(i)
      guard view.fill(profiles, subject) else { continue }
      people.append(
        GranularityPlan.Person(
          key: now.key(now.words[i]), isActive: now.isActive[i] || !isAnyoneActive,
          pastKey: past.words[i] == 0 ? nil : past.key(past.words[i]),
          outcomes: interests.outcomes(view, from: start, to: instant),
          pastOutcomes: interests.outcomes(view, from: start.adding(-window), to: start),
          hash: keys.group.hash(profiles.name(of: subject).utf8)))
    }
    let plan = GranularityPlan(
      people, axes: space.names, order: order.axes, minMembers: policy.segments.minMembers, price: Engine.planPrice,
      budget: budget)
    return Engine.json(
      plan, at: instant, window: window, customers: people.count, active: people.count { $0.isActive }, budget: budget)
  }

  /// So long that half of the facts are older, for there must be a past to tell people apart by: at most a week where
  /// people visit, a quarter where they only order.
  private static func planWindow(_ profiles: Profiles, _ sweep: Sweep) -> Int64 {
    var view = ProfileView(profiles, at: sweep.at, spendCuts: .none)
    var (visits, orders) = ([Int64](), [Int64]())
    let step = max(1, sweep.words.count / planSample)
    for i in stride(from: 0, to: sweep.words.count, by: step) where view.fill(profiles, sweep.subject(i)) {
      visits += view.events.map { sweep.at.milliseconds - $0.at }
      orders += view.orders.map { $0.placedAt.age(at: sweep.at) }
    }
    let (ages, most) = visits.isEmpty ? (orders, planOrderWindowMax) : (visits, planWindowMax)
    guard !ages.isEmpty else { return most }
    return min(most, max(planWindowMin, ages.sorted()[ages.count / 2]))
  }

  /// People who are enough to say what is usual.
  fileprivate static let planSample = 20_000

  private static func json(
    _ plan: GranularityPlan, at instant: Instant, window: Int64, customers: Int, active: Int, budget: Double
  ) -> JSONValue {
    func rounded(_ x: Double) -> JSONValue { .double((x * 10_000).rounded() / 10_000) }
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

/// What counts as an outcome of a stretch of time: four numbers of how much someone did, and whether they had to do
/// with each of the store's most viewed brands and categories.
private struct Interests {
  private let brands: [UInt16: Int]
  private let categories: [UInt16: Int]

  static let each = 6
  static let names = [
    "came", "products viewed", "put into the basket", "ordered", "the six largest brands", "the six largest categories",
  ]

  /// Finds the names that most people have to do with.
  init(_ profiles: Profiles, _ sweep: Sweep) {
    let catalog = profiles.catalog
    var view = ProfileView(profiles, at: sweep.at, spendCuts: .none)
    var (brands, categories) = ([UInt16: Int](), [UInt16: Int]())
    let step = max(1, sweep.words.count / Engine.planSample)
    for i in stride(from: 0, to: sweep.words.count, by: step) where view.fill(profiles, sweep.subject(i)) {
      for product in Interests.products(view, from: Instant(milliseconds: .min), to: sweep.at) {
        if let brand = catalog.brand(product) { brands[brand, default: 0] += 1 }
        if let category = catalog.category(product) { categories[category, default: 0] += 1 }
      }
    }
    func largest(_ counts: [UInt16: Int], _ names: [String]) -> [UInt16: Int] {
      let sorted = counts.sorted { a, b in
        a.value != b.value
          ? a.value > b.value : NameNormalization.precedes(names[Int(a.key)], names[Int(b.key)])
      }
      return Dictionary(uniqueKeysWithValues: sorted.prefix(Interests.each).enumerated().map { ($1.key, $0) })
    }
    self.brands = largest(brands, catalog.brands.names)
    self.categories = largest(categories, catalog.categories.names)
  }

  private static func products(_ view: ProfileView, from start: Instant, to end: Instant) -> [Int32] {
    var out: [Int32] = []
    for event in view.events.reversed() {
      guard event.at > start.milliseconds else { break }
      if event.at <= end.milliseconds, event.product >= 0 { out.append(event.product) }
    }
    for order in view.orders where order.placedAt > start && order.placedAt <= end {
      out += view.lines[order.lines].map(\.product)
    }
    return out
  }

  func outcomes(_ view: ProfileView, from start: Instant, to end: Instant) -> SIMD16<Float> {
    var out = SIMD16<Float>.zero
    for event in view.events.reversed() {
      guard event.at > start.milliseconds else { break }
      guard event.at <= end.milliseconds else { continue }
      if event.kind.isOnSite { out[0] = 1 }
      if event.kind == .productViewed { out[1] += 1 }
      if event.kind == .addedToCart { out[2] = 1 }
    }
    out[1] = min(out[1], Interests.viewsMax)
    if view.orders.contains(where: { $0.placedAt > start && $0.placedAt <= end }) { out[3] = 1 }
    for product in Interests.products(view, from: start, to: end) {
      if let i = view.catalog.brand(product).flatMap({ brands[$0] }) { out[4 + i] = 1 }
      if let i = view.catalog.category(product).flatMap({ categories[$0] }) { out[4 + Interests.each + i] = 1 }
    }
    return out
  }

  /// Looks beyond the first few say less and less.
  private static let viewsMax: Float = 8
}
