/// A part of a log that is judged, with what the other part taught.
struct JudgedPart {
  /// What the policy does in a segment, and what the model expects.
  private struct Segment {
    let distribution: [Double]
    let means: [Double]?
    /// Σ π(a) q(a)
    let expected: Double
    /// Σ π(a) over actions that were never logged in judged rows.
    let unsupported: Double
  }

  let rows: [Int]
  let best: Int?
  private let table: LoggedTable
  private let coding: ContextCoding
  private let segments: DecidedSegments?
  private let policy: JudgedPolicy
  private let learner: LogLearner?
  private let logged: [Bool]
  /// By segment, and one for all where there are none; filled when first asked for.
  private var known: [Segment?]
  /// By context: its segment.
  private var homes: [Int?]

  init(
    _ table: LoggedTable, _ coding: ContextCoding, _ segments: DecidedSegments?, _ part: LogSplit.Part,
    _ policy: JudgedPolicy, _ rules: LogEvaluation.Rules, _ logged: [Bool]
  ) throws(LogError) {
    (self.table, self.coding, self.segments, self.policy, self.logged) = (table, coding, segments, policy, logged)
    rows = part.judged
    if case .best = policy { best = JudgedPolicy.best(table, rows: part.learned) } else { best = nil }
    if let segments {
      learner = try LogLearner(table, coding, segments, rows: part.learned, shrinkage: rules.shrinkage)
    } else {
      learner = nil
    }
    known = [Segment?](repeating: nil, count: max(1, segments?.contexts.count ?? 1))
    homes = [Int?](repeating: nil, count: coding.contexts.count)
  }

  mutating func judge(_ row: Int) -> LoggedRow {
    let (action, reward, propensity) = (table.action[row], table.reward[row], table.propensity[row])
    guard let segment = segment(of: coding.context[row]) else {
      let target = table.target.map { $0[row] } ?? 0
      return LoggedRow(reward: reward, propensity: propensity, targetProbability: target)
    }
    return LoggedRow(
      reward: reward, propensity: propensity, targetProbability: segment.distribution[action],
      model: segment.means.map { LoggedRow.ModelValue(logged: $0[action], target: segment.expected) },
      unsupportedShare: segment.unsupported)
  }

  /// Nil for a policy of which only the logged actions' probabilities are known.
  private mutating func segment(of context: Int) -> Segment? {
    let home = homes[context] ?? segments?.nearest(to: coding.contexts[context]) ?? 0
    homes[context] = home
    if let segment = known[home] { return segment }
    let beliefs = learner?.beliefs(home)
    guard let distribution = policy.distribution(actions: table.actions.count, best: best, beliefs: beliefs) else {
      return nil
    }
    var (expected, unsupported) = (0.0, 0.0)
    for (action, share) in distribution.enumerated() {
      expected += share * (beliefs?.means[action] ?? 0)
      if !logged[action] { unsupported += share }
    }
    let segment = Segment(
      distribution: distribution, means: beliefs?.means, expected: expected, unsupported: min(1, unsupported))
    known[home] = segment
    return segment
  }
}
