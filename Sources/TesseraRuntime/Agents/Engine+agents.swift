import Logging
import Synchronization
import TesseraAgents
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  static let agentMemoryName = "agent_memory"

  /// Lets agents look at the decided segments that are worth it, and gathers what of all they ever said is in force.
  func runAgents(
    _ gathered: Gathered, _ plan: PreparedPlan, _ memory: Memory
  ) async throws(StorageError) -> AgentWork {
    let input = gathered.input
    let rules = input.policy.agent
    var work = AgentWork()
    work.author = agents.author(trial: rules.trial)
    work.memory = try await agentMemory()
    work.batches = try await waitingBatches()
    guard rules.enabled, rules.share > 0 else { return work }
    work.evidence = try await agentEvidence(gathered.join, at: input.at, placements: input.policy.placements)
    if let lift = work.evidence.authors[work.author], lift.doesHarm {
      work.memory.off[work.author] = "it earned less than the bandit alone: \(Engine.words(lift))"
    }
    if let reason = work.memory.off[work.author] {
      work.off = reason
      work.skip("off", plan.decided.count)
      return work
    }
    let members = SegmentMembers(
      gathered.sweep, plan.rollUp, input.census, profiles: memory.profiles, space: gathered.space)
    let data = SnapshotData(
      memory.profiles, memory.searches, plan, members, memory: work.memory, results: work.evidence.bySegment)
    let builder = DigestBuilder(plan, members, data, memory: work.memory)
    let shop = ShopTable.text(builder.table, input.policy)
    let deadline = ContinuousClock.now.advanced(by: .seconds(rules.deadlineSeconds))
    await collectBatches(shop, input, deadline, &work)
    var candidates = await candidates(builder, plan, &work)
    if let model = agents.model {
      candidates = try await submitBatch(candidates, shop, input, deadline, &work)
      let looks = LookPlan(
        candidates, tools: model.profile.hasTools ? rules.withTools : 0, together: rules.together,
        seed: UInt64(truncatingIfNeeded: input.cycle))
      await lookWithModel(model, looks, data, shop, input, deadline, &work)
    } else {
      for candidate in candidates { lookByRules(candidate, data, input, &work) }
    }
    work.memory.forget(at: input.at)
    work.overlays = plan.decided.indices.flatMap { number in
      Engine.overlays(plan.segment(number), work.memory, work.evidence, input)
    }
    try await keep(work, cycle: input.cycle)
    return work
  }

  private static func words(_ lift: AgentLift) -> String {
    let (mean, chance) = (lift.mean, lift.harmPValueBound)
    return "lift \(DigestNumber.significant(mean)) a view over \(lift.count) views; chance does this at most"
      + " \(DigestNumber.significant(100 * chance)) times in 100"
  }

  /// What agents remember; nothing at first.
  func agentMemory() async throws(StorageError) -> AgentMemory {
    guard let bytes = try await agents.settings.setting(Engine.agentMemoryName) else { return AgentMemory() }
    guard let memory = AgentMemory(bytes: bytes) else {
      logger.warning("the agents' memory is damaged: they look at everything anew")
      return AgentMemory()
    }
    return memory
  }

  /// Runs kept for people to read: thirty days of hours.
  private static let cyclesKept = 30 * 24

  private func keep(_ work: AgentWork, cycle: Int) async throws(StorageError) {
    let runs = work.runs.map { run in
      StoredRun(
        id: run.id, cycle: run.cycle, segments: run.segments.map(\.segment), record: JSONWriter.bytes(run.json))
    }
    if !runs.isEmpty { try await agents.runs.put(runs: runs, blobs: work.blobs) }
    if cycle % 24 == 0 { try await agents.runs.forgetRuns(before: cycle - Engine.cyclesKept) }
  }

  /// Digests of all segments that are large enough, and which of them are worth a look.
  private func candidates(
    _ builder: DigestBuilder, _ plan: PreparedPlan, _ work: inout AgentWork
  ) async -> [LookPlan.Candidate] {
    let input = plan.input
    let count = plan.decided.count
    // Some for each thread; each is worked out from its own part of the people.
    let parts = await withTaskGroup(of: (Int, [(Int, SegmentDigest)]).self) { group in
      for part in 0..<Engine.digestParts {
        group.addTask {
          let range = (count * part / Engine.digestParts)..<(count * (part + 1) / Engine.digestParts)
          return (part, range.compactMap { number in builder.digest(number).map { (number, $0) } })
        }
      }
      var all: [Int: [(Int, SegmentDigest)]] = [:]
      for await (part, digests) in group { all[part] = digests }
      return all
    }
    let digests = (0..<Engine.digestParts).flatMap { parts[$0] ?? [] }
    work.skip("too_small", count - digests.count)
    let gate = AgentGate(lookHours: input.policy.agent.lookHours)
    var out: [LookPlan.Candidate] = []
    let waiting = work.batches.reduce(into: Set<String>()) { $0.formUnion($1.segments) }
    for (number, digest) in digests {
      let id = digest.segment.id
      var held = work.memory.segments[id] ?? SegmentMemory(seenAt: input.at)
      held.seenAt = input.at
      held.items = held.live(at: input.at)
      let verdict = gate.verdict(digest, memory: work.memory.segments[id], author: work.author, at: input.at)
      work.memory.segments[id] = held
      guard verdict.isLook else {
        work.skip(verdict.rawValue)
        continue
      }
      // News does not wait for a batch.
      if verdict == .old, waiting.contains(id) {
        work.skip("waiting")
        continue
      }
      let fresh = AgentGate.fresh(digest, memory: held).map(\.key)
      out.append(
        LookPlan.Candidate(
          number: number,
          brief: SegmentBrief(digest: digest, table: builder.table, at: input.at, cycle: input.cycle), gate: verdict,
          value: builder.value(digest), fresh: fresh))
    }
    return out
  }

  private static let digestParts = 4

  private func lookByRules(
    _ candidate: LookPlan.Candidate, _ data: SnapshotData, _ input: PlannerInput, _ work: inout AgentWork
  ) {
    let brief = candidate.brief
    let (answer, exchanges) = RuleAnalyst().look(brief) { name, arguments, number in
      ToolRegistry.call(name, arguments, number: number, brief: brief, data: data)
    }
    let validator = AnswerValidator(brief, exchanges: exchanges, copy: CopySyntax.check(input.policy))
    let accepted = validator.validate(answer)
    let run = AgentRunRecord(
      id: AgentRunRecord.id(cycle: input.cycle, segments: [brief.segment.id]), cycle: input.cycle, at: input.at,
      author: work.author, contract: AgentContract.version, hasTools: true,
      segments: [Engine.looked(candidate, accepted)], tools: exchanges, exchanges: [], shop: "")
    work.blobs[brief.digest.hash] = brief.digest.bytes
    work.note(run, [candidate], [accepted], isAnswered: true)
  }

  static func looked(_ candidate: LookPlan.Candidate, _ accepted: AcceptedAnswer) -> AgentRunRecord.Looked {
    let digest = candidate.brief.digest
    return AgentRunRecord.Looked(
      segment: digest.segment.id, label: digest.description, gate: candidate.gate, value: candidate.value,
      digest: digest.hash, accepted: accepted)
  }

  /// What is in force of a segment, by placement, each effect with the weight that it has earned and that is left.
  static func overlays(
    _ segment: Segment, _ memory: AgentMemory, _ evidence: AgentEvidence, _ input: PlannerInput
  ) -> [Overlay] {
    guard let held = memory.segments[segment.id] else { return [] }
    let live = held.live(at: input.at)
    return input.policy.placements.compactMap { placement in
      let items = live.filter { $0.placement == placement.id }
      guard !items.isEmpty else { return nil }
      let effects = items.compactMap { item -> Overlay.Effect? in
        guard let effect = item.effect else { return nil }
        let kind = AgentEvidence.Kind(author: held.author, code: effect.claim, strength: effect.strength)
        return effect.weighing(evidence.trust(kind) * remaining(item, at: input.at))
      }
      return Overlay(
        segment: segment.id, placement: placement.id, author: held.author, claims: items.map(\.claim),
        effects: effects, note: held.summary, run: held.run)
    }
  }

  /// 2^(−age/life): a fact fades before it ends.
  private static func remaining(_ item: AcceptedAnswer.Item, at instant: Instant) -> Double {
    guard let madeAt = item.claim.madeAt, let end = item.effect?.expiresAt, end > madeAt else { return 1 }
    let part = Double(madeAt.age(at: instant)) / Double(end.milliseconds - madeAt.milliseconds)
    return Halving.remaining(min(1, max(0, part)))
  }

  /// What agents' overlays earned so far, from the exposures of the snapshot.
  /// - Parameter forgets: whether traces of other decisions are dropped: for a cycle to do, a page knows a later time.
  func agentEvidence(
    _ join: RewardJoin, at instant: Instant, placements: [PlacementPolicy], forgets: Bool = true
  ) async throws(StorageError) -> AgentEvidence {
    let wanted = Set(AgentEvidence.relevant(join, at: instant).map(\.exposure.receipt.decision))
    let held = traces.withLock { traces in
      if forgets { traces = traces.filter { wanted.contains($0.key) } }
      return Set(traces.keys)
    }
    let missing = wanted.subtracting(held).sorted { $0.lexicographicallyPrecedes($1) }
    for start in stride(from: 0, to: missing.count, by: Engine.tracesAtOnce) {
      let part = missing[start..<min(missing.count, start + Engine.tracesAtOnce)]
      let records = try await state.decisions(part.map { Decision.id(bytes: $0) })
      let found = part.map { bytes -> ([UInt8], DecisionTrace?) in
        let record = records[Decision.id(bytes: bytes)].flatMap { try? JSONParser.parse($0) }
        return (bytes, record.flatMap { Decision(json: $0) }.flatMap { DecisionTrace($0) })
      }
      traces.withLock { traces in
        for (bytes, trace) in found { traces[bytes] = .some(trace) }
      }
    }
    let all = traces.withLock { $0 }
    return AgentEvidence(join, at: instant, placements: placements) { all[$0] ?? nil }
  }

  private static let tracesAtOnce = 500
}

extension AgentWork {
  /// Takes a finished look over into the memory.
  mutating func note(
    _ run: AgentRunRecord, _ candidates: [LookPlan.Candidate], _ accepted: [AcceptedAnswer], isAnswered: Bool
  ) {
    runs.append(run)
    count(accepted)
    guard isAnswered else {
      failed += 1
      return
    }
    for candidate in candidates where looked.insert(candidate.brief.segment.id).inserted {
      gates[candidate.gate.rawValue, default: 0] += 1
    }
    for (candidate, answer) in zip(candidates, accepted) {
      let digest = candidate.brief.digest
      proposals += answer.copies.compactMap { copy in
        guard let parent = candidate.brief.table[copy.arm]?.part.creative else { return nil }
        return ProposedVariant(
          copy, parent: parent, segment: digest.segment, label: digest.description, run: run.id, author: author,
          at: run.at)
      }
      var held = memory.segments[digest.segment.id] ?? SegmentMemory(seenAt: run.at)
      held.lookedAt = run.at
      held.gateHash = digest.gateHash
      held.changes = Set(digest.changes.map(\.key))
      held.arms = Dictionary(digest.arms.map { ($0.id, $0) }) { first, _ in first }
      held.author = author
      // No change leaves what was said before in force until it ends.
      if answer.isChange {
        held.items = answer.items
        (held.summary, held.run) = (answer.summary, run.id)
      } else if held.items.isEmpty {
        (held.summary, held.run) = (answer.summary, run.id)
      }
      memory.segments[digest.segment.id] = held
    }
  }
}
