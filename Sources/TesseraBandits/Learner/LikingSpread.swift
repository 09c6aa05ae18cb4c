/// How far likings go, learned from what was seen: the prior variance that they have in common is set to where the
/// evidence for it is highest (MacKay 1992, "Bayesian interpolation"; empirical Bayes). Sure of nothing, likings stay
/// small, and nobody explores for the sake of differences that are not there; where people do differ, they grow.
struct LikingSpread: Sendable {
  /// Likings that the prior counts as: with few that are known it hardly moves.
  private static let priorCount = 2.0
  /// Times as far as the prior, at least and at most.
  private static let bounds = 0.05...8.0
  /// Steps towards the highest evidence; more would move little.
  static let rounds = 3
  /// A change that is not worth another of the fit's steps.
  static let enough = 0.02

  /// Likings in the matrix.
  let places: [Int]

  /// - Parameters:
  ///   - coefficients: by place, in units of their present deviations.
  ///   - variances: their posterior variances in those units, 1 where nothing is known.
  ///   - now: the present deviation in units of the prior's; so is the answer.
  func spread(_ coefficients: [Double], variances: [Double], now: Double) -> Double {
    // How many likings the data tell: MacKay's γ.
    var (squares, known) = (0.0, 0.0)
    for place in places {
      squares += coefficients[place] * coefficients[place]
      known += max(0, 1 - variances[place])
    }
    let variance = (LikingSpread.priorCount + squares * now * now) / (LikingSpread.priorCount + known)
    return min(max(variance.squareRoot(), LikingSpread.bounds.lowerBound), LikingSpread.bounds.upperBound)
  }

  /// Keeps coefficients what they are when their deviations become `factor` times as large.
  func rescale(_ coefficients: inout [Double], by factor: Double) {
    for place in places { coefficients[place] /= factor }
  }
}
