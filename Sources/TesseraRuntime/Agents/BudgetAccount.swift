import TesseraAgents
import TesseraModel
import TesseraStorage

/// The agents' account on disk: what is reserved is written before the call goes out.
actor BudgetAccount {
  private static let name = "agent_budget"
  private let settings: any SettingStore
  private var budget = AgentBudget()
  private var isLoaded = false
  private let writing = CycleGate()

  init(settings: any SettingStore) { self.settings = settings }

  private func load() async throws {
    guard !isLoaded else { return }
    let bytes = try await settings.setting(BudgetAccount.name)
    guard !isLoaded else { return }
    if let bytes {
      guard let held = AgentBudget(bytes: bytes) else {
        throw StorageError("the agents' account is damaged; agents rest until the setting agent_budget is mended")
      }
      budget = held
    }
    // What was open when the process ended may have been spent.
    budget.recover()
    isLoaded = true
  }

  /// One after the other, each the account as it is then: an older one never overwrites a newer.
  private func write() async throws {
    await writing.enter()
    do { try await settings.set(BudgetAccount.name, to: budget.bytes) } catch {
      await writing.leave()
      throw error
    }
    await writing.leave()
  }

  /// - Returns: the span whose limit the call could pass, or nil if it may go out.
  func reserve(
    _ id: String, _ amount: AgentBudget.Amount, limits: AgentLimits, at instant: Instant
  ) async throws -> AgentLimits.Span? {
    try await load()
    if let span = budget.reserve(id, amount, limits: limits, at: instant) { return span }
    budget.trim(at: instant)
    try await write()
    return nil
  }

  func settle(_ id: String, _ cost: AgentBudget.Amount) async throws {
    // A batch may be settled by a process that has reserved nothing yet: what it does not know it must not overwrite.
    try await load()
    budget.settle(id, cost)
    try await write()
  }

  func used(_ span: AgentLimits.Span, at instant: Instant) async throws -> AgentBudget.Amount {
    try await load()
    return budget.used(span, at: instant)
  }
}

extension AgentLimits {
  init(_ rules: AgentRules) {
    var (money, tokens) = ([Span: Int64](), [Span: Int64]())
    for (i, span) in Span.allCases.enumerated() {
      if let dollars = rules.budget[i] { money[span] = Int64((dollars * 1e9).rounded()) }
      if let limit = rules.tokens[i] { tokens[span] = Int64(limit) }
    }
    self.init(money: money, tokens: tokens)
  }
}
