import TesseraBandits
import TesseraModel

/// Which exposures are bet on, to prove that an agent does harm, and what they count with. What is bet on is only ever
/// added to: exposures of the present two weeks, once every window has passed, so that a look does not see less or
/// other than the one before, but for facts that come late.
struct AgentBets {
  /// What decides whether someone gets the agent's part: one draw for all that they see of a segment in a week.
  private struct Draw: Hashable {
    let subject: String
    let segment: String
    let week: Int64
  }

  private struct Seen: Hashable {
    let person: String
    let placement: UInt32
  }

  /// Two of the weeks that draws are made for.
  private static let stretch = 14 * Instant.day

  private let windows: [UInt32: Int64]
  private let clicks: Set<UInt32>
  private let start: Int64
  private let end: Int64
  private var drawn: Set<Draw> = []
  /// What each exposure earned, by whom and where, in the order given.
  private var earned: [Seen: [(at: Int64, steps: Int)]] = [:]

  init(_ join: RewardJoin, at instant: Instant, placements: [PlacementPolicy]) {
    windows = Dictionary(placements.map { ($0.code, Int64($0.rewardWindowHours) * Instant.hour) }) { first, _ in first }
    clicks = Set(placements.filter { $0.reward == .click }.map(\.code))
    start = instant.milliseconds - Instant.floorMod(instant.milliseconds, AgentBets.stretch)
    end = instant.milliseconds - (windows.values.max() ?? 0)
    for outcome in join.outcomes where outcome.steps != 0 && !clicks.contains(outcome.placement) {
      earned[Seen(person: outcome.person, placement: outcome.placement), default: []]
        .append((outcome.exposure.shownAt.milliseconds, outcome.steps))
    }
  }

  /// What is bet on, on the placement's scale; nil for an exposure that is not.
  ///
  /// A click is of what was clicked. An order is credited to the last exposure before it; what was shown first has its
  /// part in it all the same, so it counts with all that came within its window.
  /// - Parameter segment: that of the decision.
  mutating func reward(_ outcome: RewardJoin.Outcome, segment: String) -> Double? {
    let (receipt, at) = (outcome.exposure.receipt, outcome.exposure.shownAt.milliseconds)
    guard at >= start, at <= end,
      drawn.insert(
        Draw(
          subject: receipt.subject, segment: segment, week: receipt.at.milliseconds / (7 * Instant.day))
      ).inserted
    else { return nil }
    var steps = outcome.steps
    if !clicks.contains(outcome.placement) {
      let last = at + (windows[outcome.placement] ?? 0)
      steps = (earned[Seen(person: outcome.person, placement: outcome.placement)] ?? [])
        .reduce(0) { $1.at >= at && $1.at <= last ? $0 + $1.steps : $0 }
    }
    return Double(min(RewardScale.steps, max(-RewardScale.steps, steps))) / Double(RewardScale.steps)
  }
}
