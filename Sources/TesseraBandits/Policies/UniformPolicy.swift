/// Every arm alike: the random group's policy, and the base line of every comparison.
package struct UniformPolicy: ChoicePolicy {
  package let name = "uniform"
  package init() {}
  package func distribution(_ arms: [ArmBelief]) -> [Double] {
    arms.map { _ in 1 / Double(arms.count) }
  }
}
