import TesseraModel
import TesseraSegments

/// What a store's configuration says, in every form that is used; replaced whole when the configuration changes.
final class Rules: Sendable {
  let policy: Policy
  /// The axes that cycles tell customers apart by.
  let space: AxisSpace
  /// What is said of people in those axes.
  let phrases: AxisPhrases
  let serving: ServingPolicy

  init(_ policy: Policy) {
    (self.policy, serving) = (policy, ServingPolicy(policy))
    (space, phrases) = (AxisSpace(policy.axes), AxisPhrases(policy.axes))
  }
}
