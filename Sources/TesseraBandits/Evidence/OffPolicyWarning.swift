/// What can be wrong with an off-policy estimate, each with the sentence that says so.
package enum OffPolicyWarning: Sendable, CaseIterable {
  case smallSample, missingSupport, heavyRow, fewRewards, modelAlone, clipped, wrongPropensities, unusableRows

  /// Below about a hundred rows' worth the normal interval is no better than a guess.
  static let effectiveMin = 100.0
  /// What one per cent would change is within every interval that these sizes of log can give.
  static let missingMax = 0.01
  /// A row with more of the whole weight than this can turn the sign of a difference by itself.
  static let heaviestShareMax = 0.05
  /// The normal approximation of a count is poor below about 20.
  static let rewardedMin = 20
  /// Right propensities come this many standard errors off once in 16 000 logs.
  static let weightScoreMax = 4.0

  /// The sentence, if it applies.
  package func sentence(_ estimator: OffPolicyEstimator, _ support: OffPolicySupport) -> String? {
    let isWeighted = estimator != .dm
    switch self {
    case .smallSample: return isWeighted ? OffPolicyWarning.smallSample(support) : nil
    case .missingSupport: return OffPolicyWarning.missingSupport(estimator, support)
    case .heavyRow: return isWeighted ? OffPolicyWarning.heavyRow(support) : nil
    case .fewRewards: return isWeighted ? OffPolicyWarning.fewRewards(estimator, support) : nil
    case .modelAlone:
      return estimator == .dm
        ? "This number is the model's guess alone: the interval leaves out how wrong the model may be." : nil
    case .clipped: return isWeighted ? OffPolicyWarning.clipped(support) : nil
    case .wrongPropensities: return OffPolicyWarning.wrongPropensities(support)
    case .unusableRows: return OffPolicyWarning.unusable(support)
    }
  }

  private static func smallSample(_ support: OffPolicySupport) -> String? {
    guard support.effectiveSampleSize < effectiveMin else { return nil }
    let (size, rows) = (EvidenceText.count(support.effectiveSampleSize), EvidenceText.count(support.rows))
    return "The effective sample size is \(size) of \(rows): do not decide on this."
  }

  private static func missingSupport(_ estimator: OffPolicyEstimator, _ support: OffPolicySupport) -> String? {
    guard support.missingShare > missingMax else { return nil }
    let consequence =
      switch estimator {
      case .ips: "it is counted as earning nothing"
      case .snips: "it is counted as earning what the rest does"
      case .dm, .dr, .selfNormalizedDR: "the number there is the model's guess"
      }
    let share = EvidenceText.share(support.missingShare)
    return "\(share) of what this policy would do was never tried in the log: \(consequence)."
  }

  private static func heavyRow(_ support: OffPolicySupport) -> String? {
    guard support.weightSum > 0, support.weightMax / support.weightSum > heaviestShareMax else { return nil }
    let share = EvidenceText.share(support.weightMax / support.weightSum)
    return "A single exposure carries \(share) of the weight: chance in it moves the whole number."
  }

  private static func fewRewards(_ estimator: OffPolicyEstimator, _ support: OffPolicySupport) -> String? {
    guard support.rewardedRows < rewardedMin else { return nil }
    if support.rewardedRows == 0, !estimator.needsModel {
      return "No exposure that counts was rewarded: there is no interval yet."
    }
    let some = EvidenceText.counted(support.rewardedRows, "exposure that counts was", "exposures that count were")
    return "Only \(some) rewarded: the interval is rough."
  }

  private static func clipped(_ support: OffPolicySupport) -> String? {
    guard support.clippedRows > 0 else { return nil }
    let (share, most) = (EvidenceText.share(support.clippedShare), EvidenceText.decimal(support.clip, places: 1))
    return "\(share) of the exposures would weigh more than \(most) and were counted at that:"
      + " the number is steadier, and somewhat off, mostly too low."
  }

  private static func wrongPropensities(_ support: OffPolicySupport) -> String? {
    guard support.clippedRows == 0, support.effectiveSampleSize >= effectiveMin,
      support.weightMeanScore > weightScoreMax
    else { return nil }
    let mean = EvidenceText.decimal(support.weightMean, places: 2)
    let expected = EvidenceText.decimal(1 - support.missingShare, places: 2)
    return "The weights average \(mean) instead of \(expected): the logged propensities are not those that served,"
      + " or the policy does things that were never tried and are not counted as such."
  }

  private static func unusable(_ support: OffPolicySupport) -> String? {
    guard support.unusableRows > 0 else { return nil }
    let rows = EvidenceText.counted(support.unusableRows, "row of the log is", "rows of the log are")
    return "\(rows) not counted: no propensity above 0 was logged, or a number makes no sense."
  }
}
