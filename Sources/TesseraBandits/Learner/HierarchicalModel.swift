package import TesseraModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Expected rewards of a placement's actions in segments, with strength shared between neighbours.
///
/// Two levels on the log-odds scale: logit μ = φᵀθ + u. φ is the outer product of what a person is (one column an axis
/// value) and what an action is made of (creative, offer, brand, category, style, the pair), so that θ holds the parts
/// of an action, the values of the axes, and each value's liking for each part. u is what a decided segment does with
/// an action beyond that. θ ~ N(0, sd² by kind of column) and u ~ N(0, τ²): what little is known of a cell leans on
/// what is known of its neighbours along every axis, not along one chain. Rewards between 0 and 1 enter by quasi-
/// likelihood (McCullagh and Nelder, 1989): variance is `dispersion` times a coin's. The mode is found by a few Newton
/// steps (iteratively reweighted least squares), the posterior is the normal one around it (Laplace).
///
/// Everything is centred at the mean of the placement, and scaled by the prior's deviations, so that the matrix's
/// eigenvalues start at 1: no input makes it singular. Sums run in the cells' canonical order.
package struct HierarchicalModel: Sendable {
  /// How strongly columns may move, before anything is known: standard deviations on the log-odds scale.
  package struct Prior: Sendable, Equatable {
    package var axis = 0.5
    package var factor = 0.3
    package var pair = 0.15
    /// Where it starts: how far likings go is learned from the placement's own evidence.
    package var interaction = 0.1
    /// The intercept's.
    package var everyone = 3.0
    /// Exposures that a segment needs to count as much as its neighbours.
    package var shrinkage: Double

    package init(shrinkage: Double) { self.shrinkage = shrinkage }
  }

  let design: DesignMap
  package let actions: ActionFeatures
  let contexts: ContextFeatures
  let segments: DecidedSegments
  let scale: RewardScale
  /// The placement's mean on the scale from 0 to 1, and its log-odds.
  let mean: Double
  let base: Double
  let dispersion: Double
  let tau2: Double
  /// θ as a table: context column × action.
  let effects: [Double]
  let covariance: ContrastCovariance
  /// By decided segment and action.
  let cells: [CellBelief]
  private let coefficients: [Double]

  /// What a decided segment adds for an action.
  struct CellBelief: Sendable {
    /// û, and the share of the way from the neighbours to the segment's own evidence.
    var offset = 0.0
    var pull = 0.0
    var seen = PosteriorTable.Cell()
  }

  /// Standard deviations to either side of a shown interval: a tenth more than the normal posterior's 1.96. That
  /// posterior takes for known how far likings go and segments deviate, and of actions that were left for having done
  /// badly it knows too low a rate; what is shown to people should hold as often as it says (`tessera bench bandit`
  /// counts how often it does).
  static let intervalReach = 1.1 * 1.96

  /// Weights beyond this say no more: they bound the condition of the matrix.
  static let weightMax = 1e9

  package init(
    _ table: PosteriorTable, placement: PlacementPolicy, actions: ActionFeatures, segments: DecidedSegments,
    prior: Prior
  ) {
    let scale = RewardScale(placement)
    let rows = LearnerRows(table, placement: placement.code, actions: actions, segments: segments)
    let (mean, dispersion) = rows.moments(scale)
    (self.scale, self.mean, self.dispersion, self.actions, self.segments) = (scale, mean, dispersion, actions, segments)
    contexts = rows.contexts
    base = Logit.of(mean)
    // A column moves rewards in proportion to what is earned, wherever nothing lies on the scale.
    let coin = mean * (1 - mean)
    let unit = min(1.5, max(abs(mean - scale.zero), 0.1 * (dispersion * coin).squareRoot()) / coin)
    let start = DesignMap(rows, actions: actions, prior: prior, unit: unit)
    tau2 = dispersion / (max(prior.shrinkage, 1e-6) * coin)
    var fit = NewtonFit(rows, design: start, base: base, dispersion: dispersion, tau2: tau2, scale: scale)
    fit.run()
    design = fit.design
    effects = fit.effects
    coefficients = fit.coefficients
    cells = fit.cells()
    covariance = ContrastCovariance(design, inverse: fit.inverse(), actions: actions)
  }

  /// θ of a context column and an action column.
  func coefficient(_ i: Int, _ j: Int) -> Double {
    let place = design.places[i * design.depth + j]
    return place < 0 ? 0 : coefficients[Int(place)]
  }
}

/// Log-odds and back.
package enum Logit {
  /// Beyond these log-odds a rate is as good as 0 or 1.
  static let limit = 12.0

  static func logarithm(_ x: Double) -> Double { log(max(x, 1e-300)) }

  static func of(_ share: Double) -> Double {
    let p = min(max(share, 1e-6), 1 - 1e-6)
    return log(p / (1 - p))
  }

  package static func share(_ logit: Double) -> Double { 1 / (1 + exp(-min(max(logit, -limit), limit))) }
}
