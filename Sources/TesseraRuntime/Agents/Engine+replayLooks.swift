import TesseraAgents
import TesseraDecisions
package import TesseraModel
import TesseraStorage

/// What going through a cycle's kept looks again showed.
package struct LooksReplayed: Sendable, Equatable {
  /// Looks that are kept of the cycle.
  package var count = 0
  /// Those that come to the same today.
  package var same = 0
  /// What differs, by look, in words; the first few.
  package var differences: [String] = []
  /// Whether the instructions, the schema or the tools changed since, which alone may make answers read otherwise.
  package var isContractOther = false
  /// What asking again showed; nil when it was not wanted.
  package var live: LiveAgreement?

  package var isSame: Bool { same == count }

  package var json: JSONValue {
    var object = JSONObject([
      ("looks", .integer(count)), ("same", .integer(same)), ("differences", .strings(differences)),
      ("contract_changed", .bool(isContractOther)),
    ])
    if let live { object["live"] = live.json }
    return .object(object)
  }
}

/// How far a model agrees with what it said before.
package struct LiveAgreement: Sendable, Equatable {
  package var looks = 0
  package var failed = 0
  package var segments = 0
  /// Segments for which both want a change, or neither.
  package var sameVerdict = 0
  /// Effects of then, of now, and of both: the same part of the actions in the same direction.
  package var effectsThen = 0
  package var effectsNow = 0
  package var effectsBoth = 0
  /// Billionths of a dollar.
  package var cost: Int64 = 0
  /// Why not all looks were asked again; nil when they were.
  package var stopped: String?

  mutating func compare(_ then: AcceptedAnswer, _ now: AcceptedAnswer) {
    func effects(_ answer: AcceptedAnswer) -> Set<String> {
      Set(
        answer.items.compactMap { item in
          item.effect.map { "\(item.placement)/\($0.part.creative ?? "")/\($0.part.offer ?? "")/\($0.direction)" }
        })
    }
    let (a, b) = (effects(then), effects(now))
    segments += 1
    if a.isEmpty == b.isEmpty { sameVerdict += 1 }
    effectsThen += a.count
    effectsNow += b.count
    effectsBoth += a.intersection(b).count
  }

  package var json: JSONValue {
    [
      "looks": .integer(looks), "failed": .integer(failed), "segments": .integer(segments),
      "same_verdict": .integer(sameVerdict), "effects_then": .integer(effectsThen),
      "effects_now": .integer(effectsNow), "effects_both": .integer(effectsBoth),
      "cost": .double(Double(cost) / 1e9), "stopped": .optional(stopped),
    ]
  }
}

extension Engine {
  /// Differences that are told; more say no more.
  private static let differencesTold = 10
  /// Asking again takes no longer than this for a call.
  private static let liveCallSeconds = 120

  /// Goes through the kept looks of a cycle again.
  /// - Parameters:
  ///   - input: the cycle's.
  ///   - book: the cycle's, rebuilt: it has the segments that were looked at.
  ///   - isLive: also asks the model again, for money, and tells how far it agrees.
  func replayLooks(_ input: PlannerInput, _ book: DecisionBook, isLive: Bool) async throws(StorageError)
    -> LooksReplayed
  {
    let records = try await agents.runs.runs(ofCycle: input.cycle).compactMap { stored in
      (try? JSONParser.parse(stored.record)).flatMap { AgentRunRecord(json: $0) }
    }
    var out = LooksReplayed(count: records.count)
    let segments = Dictionary(book.entries.map { ($0.segment.id, $0.segment) }) { first, _ in first }
    let table = ArmTable(input.policy)
    let copy = CopySyntax.check(input.policy)
    if isLive { out.live = LiveAgreement() }
    for record in records {
      if record.contract != AgentContract.version { out.isContractOther = true }
      let blobs = try await agents.runs.blobs(record.hashes.sorted())
      var differences: [String]
      do throws(LookReplay.Obstacle) {
        let replay = try LookReplay(record, segment: { segments[$0] }, table: table, blobs: blobs, copy: copy)
        differences = replay.differences()
        if isLive, out.live?.stopped == nil, !record.exchanges.isEmpty {
          await askAgain(record, replay, input, copy, &out.live)
        }
      } catch {
        switch error {
        case .bytesMissing: differences = ["bytes that were kept with it are gone or damaged"]
        case .segmentUnknown(let id): differences = ["the book of the cycle has no segment \(id)"]
        }
      }
      if differences.isEmpty { out.same += 1 }
      let room = Engine.differencesTold - out.differences.count
      out.differences += differences.prefix(max(0, room)).map { "\(record.id): \($0)" }
    }
    return out
  }

  /// Asks the model that is configured now what was asked then, within the budget.
  private func askAgain(
    _ record: AgentRunRecord, _ replay: LookReplay, _ input: PlannerInput, _ copy: CopyCheck,
    _ agreement: inout LiveAgreement?
  ) async {
    guard var live = agreement else { return }
    defer { agreement = live }
    guard let model = agents.model else {
      live.stopped = "no model is configured: name one in tessera.yaml under model, or in TESSERA_MODEL_*"
      return
    }
    let limits = AgentLimits(policy.agent)
    var conversation = replay.conversation
    var calls = 0
    while case .asking = conversation.state {
      calls += 1
      let call = "again/\(record.id)/\(calls)"
      let worst = worst(conversation.request, model)
      do {
        if let span = try await account.reserve(call, worst, limits: limits, at: agents.wallClock()) {
          live.stopped = "the agents' budget of the \(span.rawValue) is used up"
          return
        }
      } catch {
        live.stopped = "the agents' account: \(error)"
        return
      }
      let deadline = ContinuousClock.now.advanced(by: .seconds(Engine.liveCallSeconds))
      let exchange = await model.answer(conversation.request, deadline: deadline)
      var blobs: [String: [UInt8]] = [:]
      let cost = self.record(exchange, worst, model, &blobs).1
      try? await account.settle(call, cost)
      live.cost += cost.money
      conversation.take(exchange.result, call: replay.recorded)
    }
    live.looks += 1
    if case .failed = conversation.state {
      live.failed += 1
      return
    }
    for (then, now) in zip(record.segments.map(\.accepted), conversation.accepted(copy: copy)) {
      live.compare(then, now)
    }
  }
}
