package import TesseraModel

/// How rewards of a placement lie between 0 and 1, where the learner works, and back.
package struct RewardScale: Sendable, Equatable {
  /// What 0 and 1 stand for: nothing and one click or order, or no money and the cap; margins reach below nothing.
  package let low: Double
  package let high: Double
  /// What share of the scale is earned before anything is known.
  package let priorMean: Double

  /// Steps from nothing to one click, one order or the cap.
  package static let steps = 10_000

  package init(_ placement: PlacementPolicy) {
    let cap = placement.rewardCap.approximate
    switch placement.reward {
    case .click: (low, high, priorMean) = (0, 1, 0.05)
    case .order: (low, high, priorMean) = (0, 1, 0.02)
    case .revenue: (low, high, priorMean) = (0, cap, 0.01)
    case .margin: (low, high, priorMean) = (-cap, cap, 0.502)
    }
  }

  /// Where on the scale nothing lies.
  var zero: Double { -low / (high - low) }
  /// Whether a reward is there or not, and nothing between.
  package var isBinary: Bool { low == 0 && high == 1 }

  /// The reward of a cell on the scale from 0 to 1, summed over its weight.
  func value(_ cell: PosteriorTable.Cell) -> Double {
    let unit = 1 / Double(PosteriorTable.Cell.whole)
    let earned = Double(cell.value) * unit / Double(RewardScale.steps) * high / (high - low)
    return Double(max(0, cell.weight)) * unit * zero + earned
  }

  /// From the scale to what the placement earns.
  package func earned(_ share: Double) -> Double { low + (high - low) * share }

  /// An amount of money in steps, within the cap.
  package func steps(_ amount: Money) -> Int {
    let share = amount.approximate / high
    guard share.isFinite else { return 0 }
    return Int((min(1, max(low / high, share)) * Double(RewardScale.steps)).rounded())
  }
}
