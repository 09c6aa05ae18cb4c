/// What a policy would have earned in a log that another one made: off-policy evaluation of a `LoggedTable`.
///
/// Values are a row, in the unit of the log's rewards. Every action of the log is taken as possible in every row.
/// What is learned, a policy or a reward model, is learned from other rows than it is judged on. The same log gives the
/// same numbers to the last bit.
package struct LogEvaluation: Sendable {
  /// What is asked.
  package struct Rules: Sendable {
    /// `uniform`, `best`, `greedy`, `target` or the name of a policy in the box.
    package var policy = "thompson"
    /// Learn from the first 70 % of the rows and judge on the rest, instead of both on halves.
    package var isHoldout = false
    /// Weights above this count as this; infinite for no clipping.
    package var clip = Double.infinity
    /// Of the policies in the box; as a configuration without settings has them.
    package var exploration = 0.35
    package var floor = 0.03
    package var shrinkage = LogLearner.shrinkageDefault

    package init(policy: String = "thompson") { self.policy = policy }
  }

  /// One estimator's answer.
  package struct Estimate: Sendable {
    package let value: OffPolicyEstimate
    /// Over what the log itself earned on the same rows.
    package let gain: OffPolicyEstimate
    /// Of the value; holds however often one looks while the log grows. Everything until there is enough data.
    package let sequence: ConfidenceInterval
  }

  package let policy: String
  /// Rows that were judged, and their people.
  package let rows: Int
  package let persons: Int
  package let rejected: LogRejections
  package let actions: [String]
  /// Distinct contexts of the whole log.
  package let contexts: Int
  package let clip: Double
  /// Whether every reward of the log is 0 or 1, so that values are rates.
  package let hasRates: Bool
  /// What the log earned on the rows that were judged.
  package let logged: OffPolicyEstimate?
  /// In the order of the estimators; those that could say something.
  package let estimates: [Estimate]
  /// What speaks against the numbers.
  package let warnings: [String]
  /// What was done, and what the numbers mean.
  package let notes: [String]

  /// Every name that `Rules.policy` may be.
  package static let policyNames = JudgedPolicy.names

  package subscript(estimator: OffPolicyEstimator) -> Estimate? {
    estimates.first { $0.value.estimator == estimator }
  }

  package init(_ table: LoggedTable, _ rules: Rules = Rules()) throws(LogError) {
    let judgement = try LogJudgement(table, rules)
    let rows = judgement.rows
    var (evaluation, own) = (OffPolicy(clip: rules.clip), OffPolicy())
    for person in rows {
      evaluation.add(person: person)
      own.add(person: person.map { LoggedRow(reward: $0.reward, propensity: 1, targetProbability: 1) })
    }
    // The numbers of every other sequence in the product, so that widths can be compared.
    let standard = Lift.Rules()
    let sequence = ConfidenceSequence(tightestAt: standard.tightestAt, validFrom: standard.personsMin)
    estimates = OffPolicyEstimator.allCases.compactMap { estimator in
      guard let value = evaluation.estimate(estimator), let gain = evaluation.gain(estimator) else { return nil }
      // Without any spread there is nothing to judge by.
      let always = value.standardError > 0 ? sequence.interval(value.sample) : .everything
      return Estimate(value: value, gain: gain, sequence: always)
    }
    policy = rules.policy
    (self.rows, persons) = (evaluation.support.rows, evaluation.persons)
    (rejected, actions, contexts) = (table.rejected, table.actions, judgement.coding.contexts.count)
    clip = evaluation.clip
    hasRates = table.reward.allSatisfy { $0 == 0 || $0 == 1 }
    logged = own.estimate(.ips)
    warnings = LogEvaluation.warnings(estimates, table, judgement)
    notes = LogEvaluation.notes(rules, table, judgement)
  }
}
