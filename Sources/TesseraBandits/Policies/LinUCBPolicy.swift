/// The arm that could be best: the highest mean plus so many standard deviations (Li, Chu, Langford and Schapire 2010;
/// Abbasi-Yadkori, Pál and Szepesvári 2011).
package struct LinUCBPolicy: ChoicePolicy {
  package let name = "linucb"
  package let exploration: Double

  package init(exploration: Double) { self.exploration = exploration }

  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    EpsilonGreedyPolicy.best(arms.map { $0.mean + exploration * $0.standardDeviation })
  }
}
