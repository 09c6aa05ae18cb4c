/// How much a log can say of a policy at all.
package struct OffPolicySupport: Sendable, Equatable {
  /// Weights are at most this.
  package let clip: Double
  /// Usable rows.
  package private(set) var rows = 0
  /// Rows without a positive propensity, or with an impossible number.
  package private(set) var unusableRows = 0
  package private(set) var clippedRows = 0
  /// Rows with a reward other than 0 and a weight above 0: what the weighted estimators live on.
  package private(set) var rewardedRows = 0
  package private(set) var rowsWithoutModel = 0
  package private(set) var weightMax = 0.0
  package private(set) var weightSum = 0.0
  private var weightSquareSum = 0.0
  private var unsupportedSum = 0.0

  init(clip: Double) { self.clip = clip }

  mutating func countUnusable() { unusableRows += 1 }

  mutating func count(_ row: LoggedRow, weight: Double, isClipped: Bool) {
    rows += 1
    clippedRows += isClipped ? 1 : 0
    rewardedRows += weight > 0 && row.reward != 0 ? 1 : 0
    rowsWithoutModel += row.model == nil ? 1 : 0
    weightMax = max(weightMax, weight)
    weightSum += weight
    weightSquareSum += weight * weight
    unsupportedSum += min(row.unsupportedShare, 1)
  }

  static func += (a: inout OffPolicySupport, b: OffPolicySupport) {
    a.rows += b.rows
    a.unusableRows += b.unusableRows
    a.clippedRows += b.clippedRows
    a.rewardedRows += b.rewardedRows
    a.rowsWithoutModel += b.rowsWithoutModel
    a.weightMax = max(a.weightMax, b.weightMax)
    a.weightSum += b.weightSum
    a.weightSquareSum += b.weightSquareSum
    a.unsupportedSum += b.unsupportedSum
  }

  /// (Σw)² / Σw²: how many rows of weight 1 would say as much; 0 without weights.
  package var effectiveSampleSize: Double {
    // Scaled by the largest weight, so that neither square leaves the range of numbers.
    guard weightMax > 0, weightSquareSum > 0 else { return 0 }
    let scaled = weightSum / weightMax
    let squares = weightSquareSum / weightMax / weightMax
    return squares > 0 ? scaled * scaled / squares : 0
  }

  /// Share of usable rows whose weight was cut down.
  package var clippedShare: Double { rows > 0 ? Double(clippedRows) / Double(rows) : 0 }
  /// Share of what the policy would do that was never tried.
  package var missingShare: Double { rows > 0 ? unsupportedSum / Double(rows) : 0 }
  /// About 1 − `missingShare` where the logged propensities are right and nothing is clipped.
  package var weightMean: Double { rows > 0 ? weightSum / Double(rows) : 0 }

  /// How many standard errors the mean weight is away from what right propensities give on average.
  var weightMeanScore: Double {
    guard rows > 1 else { return 0 }
    let n = Double(rows)
    let variance = max(0, weightSquareSum / n - weightMean * weightMean) / n
    let gap = (weightMean - (1 - missingShare)).magnitude
    return variance > 0 ? gap / variance.squareRoot() : (gap > 1e-6 ? .infinity : 0)
  }
}
