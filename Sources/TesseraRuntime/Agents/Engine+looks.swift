import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraStorage

/// How a look with a model came out.
private struct LookResult: Sendable {
  enum Outcome: Sendable {
    case answered
    /// It came to nothing; the bandit decides alone.
    case failed
    /// It was not made, by why.
    case skipped(String)
  }

  let candidates: [LookPlan.Candidate]
  let outcome: Outcome
  var accepted: [AcceptedAnswer] = []
  var run: AgentRunRecord?
  var blobs: [String: [UInt8]] = [:]
  var trouble: String?
}

/// What a look needs beside its segments.
private struct LookContext: Sendable {
  let model: any LanguageModel
  let data: SnapshotData
  let shop: String
  let input: PlannerInput
  let author: String
  let copy: CopyCheck
  let limits: AgentLimits
  let deadline: ContinuousClock.Instant
}

extension Engine {
  /// Makes the looks of a cycle, the most valuable first, and stops at the deadline or when the budget is used up.
  func lookWithModel(
    _ model: any LanguageModel, _ plan: LookPlan, _ data: SnapshotData, _ shop: String, _ input: PlannerInput,
    _ deadline: ContinuousClock.Instant, _ work: inout AgentWork
  ) async {
    let context = LookContext(
      model: model, data: data, shop: shop, input: input, author: work.author, copy: CopySyntax.check(input.policy),
      limits: AgentLimits(input.policy.agent), deadline: deadline)
    if agents.prices.row(priced(model), at: agents.wallClock()) == nil {
      work.trouble = "the price of \(model.name) is not known: no cost is counted, and only agent.tokens bounds it"
    }
    // The first of each kind fills the provider's cache, which can be read only once its answer has begun.
    var rest = plan.looks
    for hasTools in [false, true] {
      guard let i = rest.firstIndex(where: { $0.hasTools == hasTools }) else { continue }
      let first = rest.remove(at: i)
      for result in await look(first, context) { take(result, &work) }
    }
    var own = await all(rest, context)
    let asked = own.flatMap { result in
      zip(result.candidates, result.accepted).filter {
        $0.1.flags.contains(.needsOwnLook) && result.candidates.count > 1
      }
      .map(\.0)
    }
    own += await all(asked.map { LookPlan.Look([$0], hasTools: model.profile.hasTools) }, context)
    for result in own { take(result, &work) }
  }

  /// At most so many are under way; how many of them are sent at once is the client's to find out.
  private static let looksAtOnce = 64

  private func all(_ looks: [LookPlan.Look], _ context: LookContext) async -> [LookResult] {
    await withTaskGroup(of: (Int, [LookResult]).self) { group in
      var results: [Int: [LookResult]] = [:]
      var next = 0
      func add() {
        guard next < looks.count else { return }
        let (i, item) = (next, looks[next])
        next += 1
        group.addTask { (i, await self.look(item, context)) }
      }
      for _ in 0..<Engine.looksAtOnce { add() }
      for await (i, result) in group {
        results[i] = result
        add()
      }
      return looks.indices.flatMap { results[$0] ?? [] }
    }
  }

  private func take(_ result: LookResult, _ work: inout AgentWork) {
    if let trouble = result.trouble { work.trouble = trouble }
    switch result.outcome {
    case .skipped(let why): work.skip(why, result.candidates.count)
    case .answered, .failed:
      guard let run = result.run else { return }
      var isAnswered = false
      if case .answered = result.outcome { isAnswered = true }
      work.blobs.merge(result.blobs) { held, _ in held }
      work.note(run, result.candidates, result.accepted, isAnswered: isAnswered)
    }
  }

  /// One look, or two of half the size where one answer for so many segments could not be read.
  private func look(_ look: LookPlan.Look, _ context: LookContext) async -> [LookResult] {
    let result = await lookOnce(look, context)
    let isTooMuch = result.accepted.first?.refusals.contains { [.form, .cut].contains($0.code) } ?? false
    guard case .failed = result.outcome, isTooMuch, look.candidates.count > 1 else { return [result] }
    let half = look.candidates.count / 2
    let first = await self.look(LookPlan.Look(Array(look.candidates[..<half]), hasTools: false), context)
    let second = await self.look(LookPlan.Look(Array(look.candidates[half...]), hasTools: false), context)
    // The failed one cost something and is kept, but its segments are not counted twice.
    var spent = result
    spent.accepted = []
    return [LookResult(candidates: [], outcome: .failed, run: spent.run, blobs: spent.blobs)] + first + second
  }

  private func lookOnce(_ look: LookPlan.Look, _ context: LookContext) async -> LookResult {
    let briefs = look.candidates.map(\.brief)
    var conversation = AgentConversation(briefs, shop: context.shop, hasTools: look.hasTools)
    var blobs: [String: [UInt8]] = [:]
    var exchanges: [AgentRunRecord.Exchange] = []
    let id = AgentRunRecord.id(cycle: context.input.cycle, segments: briefs.map(\.segment.id))
    while case .asking = conversation.state {
      guard ContinuousClock.now < context.deadline else {
        if exchanges.isEmpty {
          return LookResult(
            candidates: look.candidates, outcome: .skipped("deadline"),
            trouble: "the cycle's deadline came before all looks were made")
        }
        conversation.take(.failure(ModelFailure(.timeout, "the cycle's deadline came first"))) { _, _, _ in
          preconditionFailure("a failure calls no tool")
        }
        break
      }
      let call = "\(id)/\(exchanges.count + 1)"
      let worst = worst(conversation.request, context.model)
      do {
        if let span = try await account.reserve(call, worst, limits: context.limits, at: agents.wallClock()) {
          if exchanges.isEmpty {
            return LookResult(
              candidates: look.candidates, outcome: .skipped("budget"),
              trouble: "the agents' budget of the \(span.rawValue) is used up")
          }
          conversation.take(.failure(ModelFailure(.budget, "the agents' budget of the \(span.rawValue) is used up"))) {
            _, _, _ in
            preconditionFailure("a failure calls no tool")
          }
          break
        }
      } catch {
        return LookResult(
          candidates: look.candidates, outcome: .skipped("account"), trouble: "the agents' account: \(error)")
      }
      let exchange = await context.model.answer(conversation.request, deadline: context.deadline)
      let (record, cost) = self.record(exchange, worst, context.model, &blobs)
      exchanges.append(record)
      try? await account.settle(call, cost)
      conversation.take(exchange.result) { name, arguments, number in
        ToolRegistry.call(name, arguments, number: number, brief: briefs[0], data: context.data)
      }
    }
    return result(look, conversation, exchanges, id, context, blobs)
  }

  private func result(
    _ look: LookPlan.Look, _ conversation: AgentConversation, _ exchanges: [AgentRunRecord.Exchange], _ id: String,
    _ context: LookContext, _ blobs: [String: [UInt8]]
  ) -> LookResult {
    let accepted = conversation.accepted(copy: context.copy)
    var (blobs, outcome, trouble) = (blobs, LookResult.Outcome.answered, String?.none)
    if case .failed(let refusal) = conversation.state {
      outcome = .failed
      if refusal.code == .noAnswer { trouble = refusal.detail }
      context.model.noteValidation(isAccepted: refusal.code != .form && refusal.code != .cut)
    } else {
      context.model.noteValidation(isAccepted: accepted.contains { $0.isChange || $0.refusals.isEmpty })
    }
    let shop = Array(context.shop.utf8)
    let shopHash = ContentHash.of(shop)
    blobs[shopHash] = shop
    for candidate in look.candidates { blobs[candidate.brief.digest.hash] = candidate.brief.digest.bytes }
    let run = AgentRunRecord(
      id: id, cycle: context.input.cycle, at: context.input.at, author: context.author,
      contract: AgentContract.version, dialect: agents.dialect.rawValue, hasTools: look.hasTools,
      segments: zip(look.candidates, accepted).map { Engine.looked($0, $1) }, tools: conversation.exchanges,
      exchanges: exchanges, shop: shopHash)
    return LookResult(
      candidates: look.candidates, outcome: outcome, accepted: accepted, run: run, blobs: blobs, trouble: trouble)
  }

  func priced(_ model: any LanguageModel) -> String { model.profile.pricedAs ?? model.name }

  /// The most that a call can cost: every byte counts, and the answer is as long as it may be.
  func worst(
    _ request: ModelRequest, _ model: any LanguageModel, isBatch: Bool = false
  ) -> AgentBudget.Amount {
    let prompt = TokenEstimate.tokens(bytes: request.roughBytes)
    let output = model.profile.outputTokens(for: request)
    let money = agents.prices.reserve(
      promptTokensEstimate: prompt, outputTokensMax: output, model: priced(model), isBatch: isBatch,
      at: agents.wallClock())
    return AgentBudget.Amount(money: Int64(money ?? 0), tokens: Int64(prompt + output))
  }

  /// Failures after which the question may have been answered without our seeing it.
  static let unseen: [ModelFailure.Kind] = [.timeout, .connection, .malformed, .cancelled]

  /// What an exchange was and cost. One that may have been answered without our seeing it counts as the worst.
  func record(
    _ exchange: ModelExchange, _ worst: AgentBudget.Amount, _ model: any LanguageModel, _ blobs: inout [String: [UInt8]]
  ) -> (AgentRunRecord.Exchange, AgentBudget.Amount) {
    var (usage, cost, end, trouble) = (ModelUsage(), AgentBudget.Amount(), "", "")
    switch exchange.result {
    case .success(let reply):
      usage = reply.usage
      let money = agents.prices.cost(usage, model: priced(model), at: agents.wallClock()) ?? 0
      cost = AgentBudget.Amount(money: Int64(money), tokens: Int64(usage.prompt + usage.output))
      end = reply.stop.word
    case .failure(let failure):
      (end, trouble) = (failure.kind.word, failure.description)
      if exchange.attempts > 0, Engine.unseen.contains(failure.kind) { cost = worst }
    }
    let parts = RequestParts.split(exchange.requestBytes)
    let hashes = parts.map(ContentHash.of)
    for (hash, part) in zip(hashes, parts) { blobs[hash] = part }
    let response = ContentHash.of(exchange.responseBytes)
    blobs[response] = exchange.responseBytes
    let record = AgentRunRecord.Exchange(
      request: hashes, response: response, attempts: exchange.attempts,
      milliseconds: Int(exchange.latency / .milliseconds(1)), end: end, failure: trouble, usage: usage,
      cost: Int(cost.money))
    return (record, cost)
  }
}

/// A request's bytes cut where what changes begins, so that what all have in common is kept once.
enum RequestParts {
  /// A text that begins with data, as JSON has it, which escapes the mark's first sign; in the instructions the mark
  /// stands after a space.
  private static let mark = JSONWriter.bytes(.string("<data>")).dropLast()

  static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    guard bytes.count > mark.count else { return [bytes] }
    for i in 0..<(bytes.count - mark.count)
    where bytes[i] == mark[0] && bytes[i..<i + mark.count].elementsEqual(mark) {
      return [Array(bytes[..<i]), Array(bytes[i...])]
    }
    return [bytes]
  }
}

extension ModelRequest {
  /// Bytes of all that the model reads.
  var roughBytes: Int {
    var sum = system.reduce(0) { $0 + $1.utf8.count }
    for tool in tools {
      sum += tool.name.utf8.count + tool.summary.utf8.count + JSONWriter.bytes(tool.parameters).count
    }
    for turn in turns {
      switch turn {
      case .user(let texts): sum += texts.reduce(0) { $0 + $1.utf8.count }
      case .assistant(let json): sum += JSONWriter.bytes(json).count
      case .toolResults(let results): sum += results.reduce(0) { $0 + $1.text.utf8.count }
      }
    }
    if let answer { sum += JSONWriter.bytes(answer.schema).count }
    return sum
  }
}

extension ModelStop {
  /// For records.
  var word: String {
    switch self {
    case .end: "end"
    case .toolUse: "tool_use"
    case .cut: "cut"
    case .refused: "refused"
    case .paused: "paused"
    case .contextExceeded: "context_exceeded"
    case .other(let reason): reason
    }
  }
}

extension ModelFailure.Kind {
  /// For records.
  var word: String {
    if case .rateLimited = self { return "rate_limited" }
    return "\(self)"
  }
}
