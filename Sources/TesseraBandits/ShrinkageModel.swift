package import TesseraModel

/// Expected rewards of a placement's actions in a segment, shrunk step by step to ever coarser segments.
///
/// The relaxation order gives each segment a chain of coarser ones up to everyone. A step's data are the exposures in
/// it that are not in the finer step (a ring), so nothing counts twice. From the outside in, each ring updates a Beta
/// prior: with prior mean m and strength k, m' = (r + k·m) / (n + k), where k is at most `shrinkage`, so that far rings
/// fade. The outermost prior is the placement's mean, then the same creative with other offers. (Beta–binomial
/// hierarchy with fixed strengths; Gelman et al., Bayesian Data Analysis, chapter 5.)
package struct ShrinkageModel: Sendable {
  /// What is believed of an arm's reward rate, and what the belief is the sum of.
  package struct Estimate: Sendable, Equatable {
    package let mean: Double
    /// Exposures' worth of evidence: the Beta's α + β.
    package let strength: Double
    /// The three terms add up to the mean.
    package let own: Double
    package let neighbours: Double
    package let prior: Double
    package let exposures: Int
    package let rewards: Int
  }

  private typealias Stats = [UInt64: PosteriorTable.Cell]
  /// By level of the relaxation order: relaxed context → action → counts.
  private let levels: [[SIMD16<UInt16>: Stats]]
  private let relaxation: [Int]
  private let creatives: [UInt64: String]
  private let placementMean: Double
  private let shrinkage: Double

  /// Strength of the placement's mean before anything is known, in exposures.
  static let priorStrength = 20.0
  /// What share of exposures is rewarded before anything is known.
  static func priorMean(_ reward: PlacementPolicy.Reward) -> Double { reward == .click ? 0.05 : 0.02 }

  /// - Parameters:
  ///   - relaxation: indices of the axes in the order in which they are relaxed.
  ///   - actions: all actions of the placement.
  package init(
    _ table: PosteriorTable, placement: PlacementPolicy, actions: [Action], relaxation: [Int], shrinkage: Double
  ) {
    var levels = [[SIMD16<UInt16>: Stats]](repeating: [:], count: relaxation.count + 1)
    var total = PosteriorTable.Cell()
    for (key, cell) in table.cells where key.placement == placement.code {
      total += cell
      var code = ShrinkageModel.packed(key.context)
      for level in 0...relaxation.count {
        if level > 0 { code[relaxation[level - 1]] = 0 }
        levels[level][code, default: [:]][key.action, default: PosteriorTable.Cell()] += cell
      }
    }
    self.levels = levels
    self.relaxation = relaxation
    self.shrinkage = shrinkage
    creatives = Dictionary(actions.map { ($0.code, $0.creative) }) { first, _ in first }
    let prior = ShrinkageModel.priorMean(placement.reward)
    placementMean =
      (Double(total.rewards) + prior * ShrinkageModel.priorStrength)
      / (Double(total.exposures) + ShrinkageModel.priorStrength)
  }

  /// The estimate for one action in a segment at a level of the relaxation order.
  package func estimate(_ action: Action, in context: ContextCode, level: Int) -> Estimate {
    var path: [PosteriorTable.Cell] = []
    var code = ShrinkageModel.packed(context)
    for step in level...relaxation.count {
      if step > level { code[relaxation[step - 1]] = 0 }
      path.append(levels[step][code]?[action.code] ?? PosteriorTable.Cell())
    }
    var belief = Belief(mean: placementMean, strength: ShrinkageModel.priorStrength)
    let siblings = siblings(of: action)
    belief.update(siblings, strengthMax: shrinkage, isOwn: false)
    for step in path.indices.reversed() {
      let ring = step == 0 ? path[0] : path[step] - path[step - 1]
      if ring.exposures == 0, step != 0 { continue }
      belief.update(ring, strengthMax: shrinkage, isOwn: step == 0)
    }
    return Estimate(
      mean: belief.mean, strength: belief.strength, own: belief.own, neighbours: belief.neighbours, prior: belief.prior,
      exposures: path[0].exposures, rewards: path[0].rewards)
  }

  /// The same creative with other offers, everywhere.
  private func siblings(of action: Action) -> PosteriorTable.Cell {
    var sum = PosteriorTable.Cell()
    guard let everyone = levels[relaxation.count][.zero] else { return sum }
    for (code, cell) in everyone where code != action.code && creatives[code] == action.creative { sum += cell }
    return sum
  }

  private static func packed(_ context: ContextCode) -> SIMD16<UInt16> {
    var out = SIMD16<UInt16>.zero
    for (i, code) in context.codes.prefix(16).enumerated() { out[i] = code }
    return out
  }
}

/// A Beta belief with the origin of its mean.
private struct Belief {
  var mean: Double
  var strength: Double
  var own = 0.0
  var neighbours = 0.0
  var prior: Double

  init(mean: Double, strength: Double) {
    (self.mean, self.strength, prior) = (mean, strength, mean)
  }

  mutating func update(_ ring: PosteriorTable.Cell, strengthMax: Double, isOwn: Bool) {
    let kept = min(strength, strengthMax)
    let total = kept + Double(ring.exposures)
    let share = kept / total
    (own, neighbours, prior) = (own * share, neighbours * share, prior * share)
    let gained = Double(ring.rewards) / total
    if isOwn { own += gained } else { neighbours += gained }
    mean = own + neighbours + prior
    strength = total
  }
}
