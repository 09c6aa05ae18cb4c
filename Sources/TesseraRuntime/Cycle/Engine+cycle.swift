import Synchronization
import TesseraAgents
import TesseraBandits
import TesseraDecisions
package import TesseraModel
import TesseraSegments
package import TesseraStorage

extension Engine {
  /// Runs the cycle of the hour that holds T, unless the hour has one: then that one is returned.
  /// - Parameter at: T; now, if nil.
  /// - Returns: the published cycle, and whether it was made by this call.
  package func runCycle(at: Instant? = nil) async throws(EngineError) -> (row: CycleRow, isNew: Bool) {
    await cycleGate.enter()
    let result = await cycleResult(at: at ?? clock.now())
    await cycleGate.leave()
    return try result.get()
  }

  private func cycleResult(at instant: Instant) async -> Result<(row: CycleRow, isNew: Bool), EngineError> {
    do throws(StorageError) {
      let started = ContinuousClock.now
      let begun = try await state.begin(at: instant)
      if begun.status == .published { return .success((begun, false)) }
      let last = try await state.cycles(before: begun.number, limit: 1).first
      let snapshot = memory.withLock { $0 }
      let gathered = await gather(
        snapshot, cycle: begun.number, at: instant, previous: last?.book ?? "",
        previousRelaxation: last?.report["relaxation"]?.elements?.compactMap(\.text),
        policy: try await decidedPolicy(at: instant))
      let plan = await PreparedPlan.parallel(Planner(gathered.input))
      let agents = try await runAgents(gathered, plan, snapshot)
      var complete = gathered.input
      complete.overlays = agents.overlays
      let book = await plan.parallelBook(overlays: agents.overlays)
      let ratios = try await sampleRatios(gathered)
      let publication = Engine.publication(
        complete, book, agents: agents, ratios: ratios,
        sinceMilliseconds: Int((ContinuousClock.now - started) / .milliseconds(1)))
      try await state.publish(publication)
      await propose(agents, gathered.input.policy, at: instant)
      countOffers(gathered.input.offerOrders, upTo: gathered.input.position)
      await activationGate.enter()
      activate(book, space: space, policy: await servedPolicy())
      await activationGate.leave()
      await checkpointIfDue()
      let row = CycleRow(
        number: begun.number, at: instant, status: .published, report: publication.report, book: publication.bookHash)
      return .success((row, true))
    } catch {
      return .failure(EngineError(.storage, error.message))
    }
  }

  /// What a cycle knows before agents look.
  struct Gathered: Sendable {
    let input: PlannerInput
    let sweep: Sweep
    let join: RewardJoin
    let space: AxisSpace
  }

  /// Gathers everything a book is made from out of a snapshot.
  func gather(
    _ snapshot: Memory, cycle: Int, at instant: Instant, previous: String, previousRelaxation: [String]?,
    policy: Policy? = nil, utcOffset offset: Int? = nil
  ) async -> Gathered {
    let rules = current
    let policy = policy ?? rules.policy
    let offset = offset ?? utcOffset(at: instant)
    let space = policy.axes == rules.policy.axes ? rules.space : AxisSpace(policy.axes)
    let profiles = snapshot.profiles
    let sweep = await Sweep.parallel(
      profiles, space: space, at: instant, activity: Engine.activityRule(policy, offset))
    let grouping = await Grouping.parallel(sweep, withSubjects: false)
    let census = Census(grouping, sweep, space: space, catalog: profiles.catalog)
    let relaxation = RelaxationChoice(
      BehaviourSample(profiles, sweep, space: space), ActiveSegments(grouping, sweep), axes: space.names.count,
      minMembers: policy.segments.minMembers,
      previous: previousRelaxation?.compactMap { name in space.names.firstIndex(of: name) },
      // Once a day is often enough to look further than the last order.
      isThorough: (instant.milliseconds + Int64(offset) * 1_000) / Instant.hour % 24 == 0)
    let rewards = OrderRewards(profiles, at: instant)
    let join = RewardJoin(
      snapshot.exposures, at: instant, placements: policy.placements,
      halfLifeHours: policy.bandit.halfLifeDays.map { $0 * 24 }, person: { rewards.person(ofSubject: $0) },
      orders: { rewards.orders(ofSubject: $0) })
    let used = Engine.offerOrders(policy.offers, profiles, at: instant)
    let tags = await Engine.tagCensus(policy, profiles, sweep, census, space, Engine.activityRule(policy, offset))
    let input = PlannerInput(
      cycle: cycle, at: instant, position: profiles.position, previous: previous, policy: policy,
      utcOffsetSeconds: offset,
      census: census, spendCuts: sweep.spendCuts, catalog: CatalogSummary(profiles.catalog),
      posterior: PosteriorTable(join), offerOrders: used, spellings: Engine.spellings(census, profiles.catalog),
      overlays: [], relaxation: relaxation.order, previousRelaxation: previousRelaxation, tags: tags)
    return Gathered(input: input, sweep: sweep, join: join, space: space)
  }

  /// Orders that used each offer's code, in one pass over all orders.
  static func offerOrders(_ offers: [Offer], _ profiles: Profiles, at instant: Instant) -> [String: Int] {
    var byCode: [String: [String]] = [:]
    var used: [String: Int] = [:]
    for offer in offers {
      guard let code = offer.code?.lowercased() else { continue }
      byCode[code, default: []].append(offer.id)
      used[offer.id] = 0
    }
    guard !byCode.isEmpty else { return used }
    profiles.forEachOrder(at: instant) { order in
      for code in Set(order.discountCodes.map { $0.lowercased() }) {
        for id in byCode[code] ?? [] { used[id, default: 0] += 1 }
      }
    }
    return used
  }

  private static func spellings(_ census: Census, _ catalog: Catalog) -> [String: String] {
    var out: [String: String] = [:]
    for case .name(let name) in census.values.joined() {
      let number = catalog.brands.code(of: name).map { catalog.brands.spellings[Int($0)] }
      let spelling = number ?? catalog.categories.code(of: name).map { catalog.categories.spellings[Int($0)] }
      if let spelling, spelling != name { out[name] = spelling }
    }
    return out
  }

  /// Puts a book in force on the hot path and places everyone by it. A book of other axes than those that are served
  /// comes into force once everyone has a place in them; until then the one before goes on.
  /// - Parameters:
  ///   - space: the axes of the book.
  ///   - policy: where its actions are looked up.
  func activate(_ book: DecisionBook, space: AxisSpace, policy: Policy) {
    guard serving.isOn else { return }
    let isSame = serving.space.identity == space.identity
    let rows = isSame ? serving.rows : ServingRows(space, key: keys.draw)
    let isAhead = !isSame && serving.current != nil
    if isAhead {
      serving.prepare(Serving.Upcoming(rows: rows, spendCuts: book.spendCuts))
      forEachSubject { subject, memory, view, rule in
        guard !alias(subject, memory.profiles, at: view.at) else { return }
        placeAhead(subject, memory.profiles, &view, rule: rule)
      }
    }
    var old: ServingBook?
    if let keys = servingKeys(book, space).keys {
      var builder = ServingBookBuilder(policy: policy, space: space)
      let built = builder.build(book, keys)
      // Not while somebody is being placed: what goes to the old rows alone would be lost with them.
      old = memory.withLock { _ in serving.swap(to: built, under: current.serving, with: rows) }
    }
    if !isAhead {
      forEachSubject { subject, memory, view, rule in place(subject, in: &memory, &view, rule: rule) }
    }
    withExtendedLifetime(old) {}
  }

  /// Puts a book in force at a start, when nothing else is going on: everyone gets a row, on as many threads as there
  /// are.
  func activateAtStart(_ book: DecisionBook, space: AxisSpace) async {
    let policy = await servedPolicy()
    guard serving.isOn, serving.current == nil else { return activate(book, space: space, policy: policy) }
    let rows = serving.space.identity == space.identity ? serving.rows : ServingRows(space, key: keys.draw)
    let (keys, profiles) = servingKeys(book, space)
    guard let keys else { return }
    var builder = ServingBookBuilder(policy: policy, space: space)
    serving.swap(to: builder.build(book, keys), under: current.serving, with: rows)
    countOffers(Engine.offerOrders(policy.offers, profiles, at: clock.now()), upTo: profiles.position)
    let now = clock.now()
    for v in 0..<profiles.visitors.count { _ = alias(.visitor(Int32(v)), profiles, at: now) }
    await profiles.placeEveryone(
      space: space, activity: activityRule(at: now), at: now, spendCuts: book.spendCuts
    ) { subject, placed, view in
      self.put(placed, of: subject, profiles, view, into: rows)
    }
  }

  /// What building a book for the hot path needs of the live profiles; the rest of the work holds nobody up. Before the
  /// first book, the products that were read from the log are put on the shelf.
  func servingKeys(
    _ book: DecisionBook, _ space: AxisSpace
  ) -> (keys: ServingBookBuilder.Keys?, profiles: Profiles) {
    memory.withLock { memory in
      let keys = ServingBookBuilder.keys(book, space: space, profiles: &memory.profiles)
      let catalog = memory.profiles.catalog
      if serving.current == nil { serving.restock(catalog.entries.indices.map { Int32($0) }, catalog) }
      return (keys, memory.profiles)
    }
  }

  /// Subjects are placed in small portions, so that ingest never waits long for the memory.
  static let placePortion = 500

  func forEachSubject(
    _ body: (Profiles.Subject, inout Memory, inout ProfileView, ActivityRule) -> Void
  ) {
    var start = 0
    var isDone = false
    while !isDone {
      memory.withLock { memory in
        let (customers, visitors) = (memory.profiles.customers.count, memory.profiles.visitors.count)
        let end = start + Engine.placePortion
        let now = clock.now()
        let rule = activityRule(at: now)
        var view = ProfileView(memory.profiles, at: now, spendCuts: serving.spendCuts)
        for c in min(start, customers)..<min(end, customers) {
          body(.customer(Int32(c)), &memory, &view, rule)
        }
        for v in min(start, visitors)..<min(end, visitors) {
          body(.visitor(Int32(v)), &memory, &view, rule)
        }
        isDone = end >= max(customers, visitors)
      }
      start += Engine.placePortion
    }
  }

  private static func publication(
    _ input: PlannerInput, _ book: DecisionBook, agents: AgentWork, ratios: SampleRatioWatch,
    sinceMilliseconds: Int
  ) -> Publication {
    let bytes = book.bytes
    let hash = DecisionBook.hash(of: bytes)
    let report: JSONValue = [
      "cycle": .integer(input.cycle), "at": .instant(input.at), "book": .string(hash),
      "customers": .integer(input.census.customers), "customers_active": .integer(input.census.activeCustomers),
      "segments_populated": .integer(input.census.entries.count),
      "segments_active": .integer(input.census.segmentsActive),
      "segments_decided": .integer(book.entries.count),
      "decisions": .integer(book.entries.count * book.placements.count),
      "rolled_up_customers": .integer(book.rolledUpCustomers),
      "agent": agents.json,
      "relaxation": .strings(book.relaxation.map(\.axis)), "position": .integer(input.position),
      "groups": input.policy.groups.json, "sample_ratio": ratios.json, "duration_ms": .integer(sinceMilliseconds),
    ]
    let segments = book.entries.map {
      Publication.SegmentRow(segment: $0.segment.id, members: $0.members, decisions: $0.decisions)
    }
    return Publication(
      cycle: input.cycle, report: report, input: JSONWriter.bytes(input.json), book: bytes, bookHash: hash,
      records: book.records, segments: segments,
      settings: [
        Engine.agentMemoryName: agents.memory.bytes, Engine.agentBatchesName: Engine.bytes(agents.batches),
      ])
  }
}
