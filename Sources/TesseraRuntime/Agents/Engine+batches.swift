import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraStorage

extension Engine {
  static let agentBatchesName = "agent_batches"

  /// Batches whose answers have not come yet.
  func waitingBatches() async throws(StorageError) -> [WaitingBatch] {
    guard let bytes = try await agents.settings.setting(Engine.agentBatchesName) else { return [] }
    return ((try? JSONParser.parse(bytes))?.elements ?? []).compactMap { WaitingBatch(json: $0) }
  }

  static func bytes(_ batches: [WaitingBatch]) -> [UInt8] { JSONWriter.bytes(.array(batches.map(\.json))) }

  /// Takes in what has come since the last cycle. What it says counts from when it was asked, and only where nobody
  /// looked since.
  func collectBatches(
    _ shop: String, _ input: PlannerInput, _ deadline: ContinuousClock.Instant, _ work: inout AgentWork
  ) async {
    guard let model = agents.model else {
      work.batches.removeAll { $0.sentAt.age(at: agents.wallClock()) > WaitingBatch.waitedFor }
      return
    }
    var rest: [WaitingBatch] = []
    // Where one cannot be asked after, the others cannot either.
    var isDown = false
    for batch in work.batches {
      if isDown {
        rest.append(batch)
        continue
      }
      let isLost = batch.sentAt.age(at: agents.wallClock()) > WaitingBatch.waitedFor
      let isOther = batch.author != work.author || batch.contract != AgentContract.version || batch.shop != shop
      do throws(ModelFailure) {
        let state = try await Engine.within(deadline) { () async throws(ModelFailure) in
          if isOther || isLost { try await model.cancel(batch: batch.id) }
          return try await model.batch(batch.id)
        }
        guard state.state == .ended || isLost else {
          rest.append(batch)
          continue
        }
        for look in batch.looks { await take(look, of: batch, state, isOther: isOther, input, &work) }
      } catch {
        if isLost || error.kind == .notFound {
          // Nobody will say what it cost: what was set aside counts.
          for look in batch.looks { try? await account.settle(look.id, look.reserved) }
          work.trouble = "a batch of \(batch.looks.count) looks is lost: \(error.message)"
        } else {
          rest.append(batch)
          isDown = true
          work.trouble = "looks that were handed in cannot be asked after: \(error.message)"
        }
      }
    }
    work.batches = rest
  }

  private func take(
    _ look: WaitingBatch.Look, of batch: WaitingBatch, _ state: ModelBatch, isOther: Bool, _ input: PlannerInput,
    _ work: inout AgentWork
  ) async {
    guard let model = agents.model else { return }
    let result = state.results[look.id] ?? .failure(ModelFailure(.timeout, "the batch ended without this answer"))
    var (usage, cost, end, failure) = (ModelUsage(), 0, "", "")
    switch result {
    case .success(let reply):
      usage = reply.usage
      cost = agents.prices.cost(usage, model: priced(model), isBatch: true, at: agents.wallClock()) ?? 0
      end = reply.stop.word
    case .failure(let problem): (end, failure) = (problem.kind.word, problem.description)
    }
    // Only answers cost something.
    try? await account.settle(look.id, .init(money: Int64(cost), tokens: Int64(usage.prompt + usage.output)))
    let table = ArmTable(input.policy)
    let candidates = look.segments.compactMap { looked -> LookPlan.Candidate? in
      guard let json = try? JSONParser.parse(looked.digest),
        let digest = SegmentDigest(json: json, segment: looked.segment)
      else { return nil }
      return LookPlan.Candidate(
        number: 0, brief: SegmentBrief(digest: digest, table: table, at: batch.at, cycle: batch.cycle),
        gate: looked.gate, value: looked.value, fresh: [])
    }
    guard !isOther, candidates.count == look.segments.count else { return }
    var conversation = AgentConversation(candidates.map(\.brief), shop: batch.shop, hasTools: false)
    let request = RequestParts.split(batchBody(conversation.request, model))
    conversation.take(result) { name, arguments, number in
      // It was offered none; a call all the same is answered in words.
      ToolExchange(
        tool: name, arguments: arguments, answer: ToolAnswer(rows: [], asOf: batch.at, failure: "there are no tools"),
        number: number)
    }
    if case .asking = conversation.state {
      // There is no second turn in a batch.
      conversation.take(.failure(ModelFailure(.malformed, "the answer is not in the form"))) { _, _, _ in
        preconditionFailure("a failure calls no tool")
      }
    }
    let accepted = conversation.accepted(copy: CopySyntax.check(input.policy))
    let response = state.bytes[look.id] ?? []
    for bytes in request + [response, Array(batch.shop.utf8)] { work.blobs[ContentHash.of(bytes)] = bytes }
    for looked in look.segments { work.blobs[ContentHash.of(looked.digest)] = looked.digest }
    let exchange = AgentRunRecord.Exchange(
      request: request.map(ContentHash.of), response: ContentHash.of(response), attempts: 1,
      milliseconds: Int(batch.sentAt.age(at: agents.wallClock())), end: end, failure: failure, usage: usage, cost: cost)
    let run = AgentRunRecord(
      id: look.id, cycle: batch.cycle, at: batch.at, author: batch.author, contract: batch.contract,
      dialect: agents.dialect.rawValue, hasTools: false, segments: zip(candidates, accepted).map(Engine.looked),
      tools: [], exchanges: [exchange], shop: ContentHash.of(Array(batch.shop.utf8)))
    var isAnswered = true
    if case .failed = conversation.state { isAnswered = false }
    let before = work.memory
    work.note(run, candidates, accepted, isAnswered: isAnswered)
    for looked in look.segments where isAnswered {
      let id = looked.segment.id
      if let seen = before.segments[id]?.lookedAt, seen >= batch.at {
        // Somebody looked since, and knows better.
        work.memory.segments[id] = before.segments[id]
      } else {
        work.memory.segments[id]?.gateHash = looked.gateHash
        work.memory.segments[id]?.changes = Set(looked.changes)
      }
    }
  }

  private func batchBody(_ request: ModelRequest, _ model: any LanguageModel) -> [UInt8] {
    JSONWriter.bytes(agents.dialect.dialect.body(request, model: model.name, profile: model.profile.forBatch))
  }

  /// Hands looks that can wait in as a batch, where that is cheaper.
  /// - Returns: the candidates that are to be looked at now.
  func submitBatch(
    _ candidates: [LookPlan.Candidate], _ shop: String, _ input: PlannerInput, _ deadline: ContinuousClock.Instant,
    _ work: inout AgentWork
  ) async throws(StorageError) -> [LookPlan.Candidate] {
    let rules = input.policy.agent
    guard let model = agents.model, rules.batches, model.profile.hasBatch,
      let row = agents.prices.row(priced(model), at: agents.wallClock())
    else { return candidates }
    // The most valuable are looked at with tools, now.
    let first = Set(
      candidates.sorted { $0.value != $1.value ? $0.value > $1.value : $0.number < $1.number }.prefix(rules.withTools)
        .map(\.number))
    let old = candidates.filter { $0.gate == .old && !first.contains($0.number) }
    let plan = LookPlan(old, tools: 0, together: rules.together, seed: UInt64(truncatingIfNeeded: input.cycle))
    var (looks, items) = ([WaitingBatch.Look](), [(id: String, request: ModelRequest)]())
    var taken: Set<Int> = []
    for look in plan.looks {
      let request = AgentConversation(look.candidates.map(\.brief), shop: shop, hasTools: false).request
      let shared = TokenEstimate.tokens(bytes: request.system.reduce(0) { $0 + $1.utf8.count })
      let own = TokenEstimate.tokens(bytes: request.roughBytes) - shared
      guard
        BatchPrice.pays(
          shared: shared, own: own, segments: look.candidates.count, hasCache: model.profile.cacheControl != .none,
          row: row)
      else { continue }
      let id = AgentRunRecord.id(cycle: input.cycle, segments: look.candidates.map(\.brief.segment.id))
      let worst = worst(request, model, isBatch: true)
      // What the budget has no room for goes the usual way, which says why it stops.
      guard await isReserved(id, worst, AgentLimits(rules)) else { break }
      items.append((id, request))
      looks.append(WaitingBatch.Look(id: id, segments: look.candidates.map(Engine.waiting), reserved: worst))
      taken.formUnion(look.candidates.map(\.number))
    }
    guard !looks.isEmpty else { return candidates }
    do throws(ModelFailure) {
      let questions = items
      let id = try await Engine.within(deadline) { () async throws(ModelFailure) in
        try await model.submit(batch: questions)
      }
      work.batches.append(
        WaitingBatch(
          id: id, cycle: input.cycle, at: input.at, sentAt: agents.wallClock(), author: work.author,
          contract: AgentContract.version, shop: shop, looks: looks))
    } catch {
      // One whose answer was not seen may be under way, and counts.
      let isUnseen = Engine.unseen.contains(error.kind)
      for look in looks { try? await account.settle(look.id, isUnseen ? look.reserved : .init()) }
      work.trouble = "the batch was not taken: \(error.description)"
      return candidates
    }
    // Known before the cycle is published: a crash in between must not lose what is paid for.
    do { try await agents.settings.set(Engine.agentBatchesName, to: Engine.bytes(work.batches)) } catch {
      throw StorageError("\(error)")
    }
    work.skip("waiting", taken.count)
    return candidates.filter { !taken.contains($0.number) }
  }

  private func isReserved(_ id: String, _ amount: AgentBudget.Amount, _ limits: AgentLimits) async -> Bool {
    do { return try await account.reserve(id, amount, limits: limits, at: agents.wallClock()) == nil } catch {
      return false
    }
  }

  /// Gives up at a deadline, whatever a provider does.
  private static func within<Answer: Sendable>(
    _ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () async throws(ModelFailure) -> Answer
  ) async throws(ModelFailure) -> Answer {
    let result = await withTaskGroup(of: Result<Answer, ModelFailure>.self) { group in
      group.addTask {
        do throws(ModelFailure) { return .success(try await body()) } catch { return .failure(error) }
      }
      group.addTask {
        try? await ContinuousClock().sleep(until: deadline)
        return .failure(ModelFailure(.timeout, "the cycle's deadline came first"))
      }
      let first = await group.next()
      group.cancelAll()
      return first
    }
    guard let result else { throw ModelFailure(.timeout, "the cycle's deadline came first") }
    return try result.get()
  }

  private static func waiting(_ candidate: LookPlan.Candidate) -> WaitingBatch.Look.Looked {
    let digest = candidate.brief.digest
    return WaitingBatch.Look.Looked(
      segment: digest.segment, gate: candidate.gate, value: candidate.value, digest: digest.bytes,
      gateHash: digest.gateHash, changes: digest.changes.map(\.key))
  }
}
