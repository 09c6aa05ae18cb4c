/// The rows of a log as a policy is judged by them: what it would have done, and what a reward model expects.
struct LogJudgement {
  let coding: ContextCoding
  /// By person, in the order in which they first appear: the rows that are judged.
  let rows: [[LoggedRow]]
  /// By part of the split: the best single action, where the policy asks for it.
  let best: [Int]
  /// Whether there is a reward model.
  let hasModel: Bool
  /// Whether the policy is the same whatever the log says.
  let isFixed: Bool

  init(_ table: LoggedTable, _ rules: LogEvaluation.Rules) throws(LogError) {
    let policy = try JudgedPolicy(rules)
    let split = rules.isHoldout ? LogSplit(holdingOutTheEndOf: table) : LogSplit(crossFitting: table)
    isFixed = !policy.isLearned
    hasModel = try LogJudgement.hasModel(policy, table, split, rules)
    coding = ContextCoding(table)
    let segments =
      hasModel ? LogSegments.decided(coding, contextsMax: LogSegments.contextsMax(actions: table.actions.count)) : nil
    var judged = [LoggedRow?](repeating: nil, count: table.count)
    var best: [Int] = []
    let logged = LogJudgement.loggedActions(table, split)
    for part in split.parts {
      var part = try JudgedPart(table, coding, segments, part, policy, rules, logged)
      for row in part.rows { judged[row] = part.judge(row) }
      if let action = part.best { best.append(action) }
    }
    self.best = best
    var persons = [[LoggedRow]](repeating: [], count: table.personCount)
    for (row, person) in zip(judged, table.person) { if let row { persons[person].append(row) } }
    rows = persons.filter { !$0.isEmpty }
  }

  /// By action: whether it was logged in a row that is judged. What was not cannot be judged by weights.
  private static func loggedActions(_ table: LoggedTable, _ split: LogSplit) -> [Bool] {
    var out = [Bool](repeating: false, count: table.actions.count)
    for part in split.parts { for row in part.judged { out[table.action[row]] = true } }
    return out
  }

  /// Whether a reward model is to be learned; throws if the policy cannot be judged by this log.
  private static func hasModel(
    _ policy: JudgedPolicy, _ table: LoggedTable, _ split: LogSplit, _ rules: LogEvaluation.Rules
  ) throws(LogError) -> Bool {
    if case .target = policy {
      guard table.target != nil else {
        throw LogError(
          "the policy target needs a column target, the probability with which it would have shown the logged action;"
            + " name it with columns: target=…")
      }
      return false
    }
    if policy.isLearned, split.parts.contains(where: { $0.learned.isEmpty }) {
      throw LogError(
        "the log is too small to learn \(rules.policy) from one part and judge it on the other:"
          + " it has \(EvidenceText.counted(table.personCount, "person", "people"))")
    }
    if table.actions.count <= LogLearner.actionsMax { return true }
    if policy.needsBeliefs {
      throw LogError(
        "the log has \(table.actions.count) actions, and the learner takes \(LogLearner.actionsMax) at most:"
          + " group them, or judge uniform, best or target")
    }
    return false
  }
}
