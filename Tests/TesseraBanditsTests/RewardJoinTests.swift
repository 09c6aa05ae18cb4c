import TesseraBandits
import TesseraModel
import Testing

private let hour = Instant.hour

@Suite struct RewardJoinTests {
  private enum Told {
    case shown(Receipt, Instant)
    case clicked(Receipt, Instant)
  }

  private func log(_ told: [Told]) -> ExposureLog {
    var log = ExposureLog()
    for item in told {
      switch item {
      case .shown(let receipt, let at): log.fold(shown: receipt, at: at)
      case .clicked(let receipt, let at): log.fold(clicked: receipt, at: at)
      }
    }
    return log
  }

  private func ago(_ age: Int64) -> Instant { BanditSamples.t.adding(-age) }

  /// A page opened again in the same cycle, by then as another micro-segment; clicks before, within and after; in any
  /// order.
  @Test func orderOfFactsDoesNotMatter() throws {
    var random = SplitMix64(seed: 16)
    let placements = [
      try BanditSamples.placement("home", reward: "click", hours: 1),
      try BanditSamples.placement("cart", reward: "order", hours: 24),
    ]
    for _ in 0..<40 {
      var told: [Told] = []
      var orders: [String: [Instant]] = [:]
      for _ in 0..<60 {
        let at = ago(Int64(random.below(60)) * hour)
        let receipt = BanditSamples.receipt(
          random.pick(placements), subject: "c\(random.below(5))", cycle: Int(random.below(6)),
          action: random.pick(BanditSamples.actions),
          context: [UInt16(1 + random.below(3)), 7], at: at)
        told.append(random.oneIn(3) ? .clicked(receipt, at) : .shown(receipt, at))
        if random.oneIn(4) { orders["c\(random.below(5))", default: []].append(ago(Int64(random.below(60)) * hour)) }
      }
      func table(_ told: [Told]) -> PosteriorTable {
        PosteriorTable(
          RewardJoin(log(told), at: BanditSamples.t, placements: placements, halfLifeHours: 100) { subject in
            random.shuffled(orders[subject] ?? []).map { .init(placedAt: $0, revenue: Money(20), margin: Money(8)) }
          })
      }
      let first = table(told)
      #expect(!first.cells.isEmpty)
      for _ in 0..<4 { #expect(table(random.shuffled(told)) == first) }
      #expect(table(told + told) == first)
    }
  }

  private func outcome(_ placement: PlacementPolicy, _ told: [Told], orders: [Instant] = []) -> [(Int, Bool)] {
    RewardJoin(log(told), at: BanditSamples.t, placements: [placement], halfLifeHours: nil) { _ in
      orders.map { .init(placedAt: $0, revenue: Money(20), margin: Money(8)) }
    }.outcomes
      .sorted { $0.exposure.shownAt < $1.exposure.shownAt }.map { ($0.steps / RewardScale.steps, $0.isMatured) }
  }

  /// Who moves within the hour may be shown another action: a click belongs to the one that was clicked.
  @Test func aClickBelongsToItsOwnAction() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let (first, second) = (BanditSamples.actions[0], BanditSamples.actions[1])
    func receipt(_ action: Action, _ at: Instant) -> Receipt {
      BanditSamples.receipt(placement, subject: "c", cycle: 1, action: action, context: [1, 7], at: at)
    }
    let (a, b) = (receipt(first, ago(3 * hour)), receipt(second, ago(2 * hour)))
    // More than an hour after the first was shown, and within one of the second.
    let told: [Told] = [.shown(a, ago(3 * hour)), .shown(b, ago(2 * hour)), .clicked(b, ago(hour + 60_000))]
    #expect(outcome(placement, told).map(\.0) == [0, 1])
    #expect(outcome(placement, told.reversed()).map(\.0) == [0, 1])
  }

  @Test func clickWindows() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let receipt = BanditSamples.receipt(placement, subject: "c", cycle: 1)
    let shown = ago(3 * hour)
    for (delay, reward) in [(-1, 0), (0, 1), (hour - 1, 1), (hour, 0), (hour + 1, 0)] as [(Int64, Int)] {
      let found = outcome(placement, [.clicked(receipt, shown.adding(delay)), .shown(receipt, shown)])
      #expect(found.map(\.0) == [reward], "delay \(delay)")
    }
    for (age, matured) in [(hour - 1, false), (hour, true), (hour + 1, true)] {
      #expect(outcome(placement, [.shown(receipt, ago(age))]).map(\.1) == [matured])
    }
    #expect(outcome(placement, [.shown(receipt, ago(-1))]).isEmpty)  // shown after T
    #expect(outcome(placement, [.clicked(receipt, ago(0))]).isEmpty)  // never shown
    // Two showings are one exposure from the first of them.
    #expect(
      outcome(
        placement,
        [.shown(receipt, ago(hour)), .shown(receipt, ago(2 * hour)), .clicked(receipt, ago(30 * Instant.minute))]
      ).map(\.0) == [0])
    // A click that is not yet known at T does not count.
    #expect(outcome(placement, [.shown(receipt, ago(10)), .clicked(receipt, ago(-5))]).map(\.0) == [0])
  }

  @Test func orderCountsOnceForTheLastExposure() throws {
    let placement = try BanditSamples.placement("cart", reward: "order", hours: 24)
    let told = [30, 20, 10].enumerated().map { cycle, age in
      Told.shown(BanditSamples.receipt(placement, subject: "c", cycle: cycle), ago(Int64(age) * hour))
    }
    func rewards(_ orders: [Instant]) -> [Int] { outcome(placement, told.reversed(), orders: orders).map(\.0) }
    #expect(rewards([]) == [0, 0, 0])
    #expect(rewards([ago(31 * hour)]) == [0, 0, 0])
    #expect(rewards([ago(30 * hour)]) == [1, 0, 0])
    #expect(rewards([ago(20 * hour + 1)]) == [1, 0, 0])
    #expect(rewards([ago(20 * hour)]) == [0, 1, 0])
    #expect(rewards([ago(5 * hour), ago(4 * hour)]) == [0, 0, 1])
    #expect(rewards([ago(25 * hour), ago(4 * hour)]) == [1, 0, 1])
    let old = [Told.shown(BanditSamples.receipt(placement, subject: "c", cycle: 9), ago(100 * hour))]
    for (delay, reward) in [(24 * hour - 1, 1), (24 * hour, 0)] {
      #expect(outcome(placement, old, orders: [ago(100 * hour - delay)]).map(\.0) == [reward])
    }
  }

  @Test func whatHasNotMaturedIsPending() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 2)
    var told: [Told] = []
    for (i, age) in [hour, 2 * hour - 1, 2 * hour, 3 * hour].enumerated() {
      let receipt = BanditSamples.receipt(placement, subject: "c\(i)", cycle: 1)
      told += [.shown(receipt, ago(age)), .clicked(receipt, ago(age))]
    }
    let table = PosteriorTable(
      RewardJoin(log(told), at: BanditSamples.t, placements: [placement], halfLifeHours: nil) { _ in [] })
    #expect(table.pending == [placement.code: 2])
    let cell = try #require(table.cells.values.first)
    // Two count in full. Of the others the reward counts as soon as themselves do: all rewards came at once, so nearly
    // in full.
    #expect(table.cells.count == 1 && cell.exposures == 2 && cell.rewards == 2)
    #expect(cell.value == 4 * PosteriorTable.Cell.whole * RewardScale.steps)
    #expect(cell.weight > 3 * 1_024 && cell.weight <= 4 * 1_024)
  }

  /// Money: capped, less what was given back, less what the goods cost; nothing once all was given back.
  @Test func moneyIsCountedAsKept() throws {
    let shown = ago(30 * hour)
    func steps(_ reward: String, _ orders: [RewardJoin.Order]) throws -> Int {
      let placement = try PlacementPolicy(
        json: [
          "id": "cart", "reward": .string(reward), "reward_window_hours": 24, "reward_cap": 200,
        ], path: "placements")
      let log = log([.shown(BanditSamples.receipt(placement, subject: "c", cycle: 1), shown)])
      let join = RewardJoin(log, at: BanditSamples.t, placements: [placement], halfLifeHours: nil) { _ in orders }
      return join.outcomes.first?.steps ?? -1
    }
    func order(_ revenue: Int, _ margin: Int, isKept: Bool = true) -> RewardJoin.Order {
      RewardJoin.Order(placedAt: ago(20 * hour), revenue: Money(revenue), margin: Money(margin), isKept: isKept)
    }
    #expect(try steps("revenue", []) == 0)
    #expect(try steps("revenue", [order(50, 20)]) == 2_500)
    #expect(try steps("revenue", [order(50, 20), order(70, 20)]) == 6_000)
    #expect(try steps("revenue", [order(900, 20)]) == 10_000)
    #expect(try steps("margin", [order(50, 20)]) == 1_000)
    #expect(try steps("margin", [order(50, -20)]) == -1_000)
    #expect(try steps("margin", [order(50, -900)]) == -10_000)
    #expect(try steps("order", [order(50, 20)]) == 10_000)
    for reward in ["order", "revenue", "margin"] { #expect(try steps(reward, [order(0, 0, isKept: false)]) == 0) }
  }

  /// What was seen long ago counts less, by halves, and in the end not at all.
  @Test func oldExposuresFade() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    func weight(_ age: Int64, _ halfLife: Double?) throws -> Int {
      let log = log([.shown(BanditSamples.receipt(placement, subject: "c", cycle: 1), ago(age))])
      let join = RewardJoin(log, at: BanditSamples.t, placements: [placement], halfLifeHours: halfLife) { _ in [] }
      return join.outcomes.first?.weight ?? -1
    }
    #expect(try weight(1_000 * hour, nil) == 1_024)
    for (hours, expected) in [(1, 1_024 * 9_330 / 10_000), (10, 512), (20, 256), (100, 1), (200, 0)] as [(Int64, Int)] {
      let found = try weight(hours * hour, 10)
      #expect(abs(found - expected) <= 1, "\(hours)")
    }
  }

  /// What an action seems to earn does not depend on how long it has been there.
  @Test(arguments: [1, 6, 24, 200, 400]) func youngActionsLookLikeOldOnes(_ hours: Int) throws {
    var random = SplitMix64(seed: UInt64(hours))
    for window in [24, 168] {
      let placement = try BanditSamples.placement("home", reward: "click", hours: window)
      var told: [Told] = []
      for i in 0..<6_000 {
        // One action for 400 hours, another for the last ones only.
        let isNew = i % 2 == 0
        let age = Int64(random.unit() * Double(isNew ? hours : 400) * Double(hour))
        let receipt = BanditSamples.receipt(
          placement, subject: "c\(i)", cycle: 1, action: BanditSamples.actions[isNew ? 1 : 0], at: ago(age))
        told.append(.shown(receipt, ago(age)))
        if random.oneIn(5) { told.append(.clicked(receipt, ago(age).adding(2 * Instant.minute))) }
      }
      let table = PosteriorTable(
        RewardJoin(log(told), at: BanditSamples.t, placements: [placement], halfLifeHours: nil) { _ in [] })
      for (key, cell) in table.cells where cell.weight > 300 * PosteriorTable.Cell.whole {
        let rate = Double(cell.value) / Double(cell.weight) / Double(RewardScale.steps)
        #expect(abs(rate - 0.2) < 0.05, "\(key.action) after \(hours) h of \(window): \(rate)")
      }
    }
  }

  /// A customer who was seen as two visitors before has one order, and it counts once.
  @Test func anOrderCountsOnceForAPerson() throws {
    let placement = try BanditSamples.placement("cart", reward: "order", hours: 24)
    let told = ["~v1", "~v2", "c1"].enumerated().map { i, subject in
      Told.shown(BanditSamples.receipt(placement, subject: subject, cycle: i), ago(Int64(10 - i) * hour))
    }
    let join = RewardJoin(
      log(told), at: BanditSamples.t, placements: [placement], halfLifeHours: nil, person: { _ in "c1" },
      orders: { _ in [.init(placedAt: ago(7 * hour), revenue: Money(20), margin: Money(8))] })
    #expect(join.outcomes.count { $0.steps > 0 } == 1)
    #expect(join.outcomes.first { $0.steps > 0 }?.exposure.receipt.subject == "c1")
  }

  @Test func onlyDrawnActionsAreLearned() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var told: [Told] = []
    for (i, group) in Group.allCases.enumerated() {
      told.append(.shown(BanditSamples.receipt(placement, subject: "c\(i)", cycle: 1, group: group), ago(5 * hour)))
      told.append(
        .shown(BanditSamples.receipt(placement, subject: "n\(i)", cycle: 1, action: nil, group: group), ago(5 * hour)))
    }
    let other = try BanditSamples.placement("gone", reward: "click", hours: 1)
    told.append(.shown(BanditSamples.receipt(other, subject: "c", cycle: 1), ago(5 * hour)))
    let table = PosteriorTable(
      RewardJoin(log(told), at: BanditSamples.t, placements: [placement], halfLifeHours: nil) { _ in [] })
    #expect(Array(table.cells.values) == [PosteriorTable.Cell(exposures: 2, rewards: 0)])
  }

  @Test func erasedSubjectsAreForgotten() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var held = log([
      .shown(BanditSamples.receipt(placement, subject: "a", cycle: 1), ago(5 * hour)),
      .shown(BanditSamples.receipt(placement, subject: "b", cycle: 1), ago(5 * hour)),
      .clicked(BanditSamples.receipt(placement, subject: "a", cycle: 2), ago(5 * hour)),
    ])
    held.erase(subject: "a")
    #expect(held.exposures.values.map(\.receipt.subject) == ["b"])
    held.fold(shown: BanditSamples.receipt(placement, subject: "a", cycle: 2), at: ago(5 * hour))
    #expect(held.exposures.values.allSatisfy { $0.clickedAt.isEmpty })
  }
}
