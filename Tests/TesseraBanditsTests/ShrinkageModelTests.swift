import TesseraBandits
import TesseraModel
import Testing

@Suite struct ShrinkageModelTests {
  private let actions = BanditSamples.actions

  /// Cells over axes of the given sizes; an axis of size 1 has the same code everywhere.
  private func table(_ random: inout SplitMix64, _ placement: PlacementPolicy, sizes: [Int]) -> PosteriorTable {
    var table = PosteriorTable()
    for _ in 0..<60 {
      let exposures = random.below(200)
      let key = PosteriorTable.CellKey(
        placement: placement.code, action: random.pick(actions).code,
        context: ContextCode(codes: sizes.map { UInt16(1 + random.below($0)) }))
      table.add(.init(exposures: exposures, rewards: exposures == 0 ? 0 : random.below(exposures / 4 + 1)), to: key)
    }
    return table
  }

  @Test func termsAddUpToTheMean() throws {
    var random = SplitMix64(seed: 14)
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    for _ in 0..<20 {
      let sizes = [3, 1, 4, 2]
      let model = ShrinkageModel(
        table(&random, placement, sizes: sizes), placement: placement, actions: actions,
        relaxation: random.shuffled(Array(sizes.indices)), shrinkage: 1 + 100 * random.unit())
      for action in actions {
        for level in 0...sizes.count {
          let context = ContextCode(codes: sizes.map { UInt16(1 + random.below($0 + 1)) })
          let e = model.estimate(action, in: context, level: level)
          #expect(abs(e.own + e.neighbours + e.prior - e.mean) < 1e-12)
          #expect(e.mean > 0 && e.mean < 1 && e.strength > 0)
          #expect(e.own >= 0 && e.neighbours >= 0 && e.prior > 0)
        }
      }
    }
  }

  /// Axes on which everyone is alike add levels without data: they must not change what is believed.
  @Test func oneValuedAxesChangeNothing() throws {
    var random = SplitMix64(seed: 15)
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    for round in 0..<20 {
      let padded = table(&random, placement, sizes: [3, 4, 1, 1, 1])
      var plain = PosteriorTable()
      for (key, cell) in padded.cells {
        let context = ContextCode(codes: Array(key.context.codes.prefix(2)))
        plain.add(cell, to: .init(placement: key.placement, action: key.action, context: context))
      }
      func model(_ table: PosteriorTable, _ relaxation: [Int]) -> ShrinkageModel {
        ShrinkageModel(table, placement: placement, actions: actions, relaxation: relaxation, shrinkage: 20)
      }
      let without = model(plain, [0, 1])
      // Each with the number of axes relaxed at which two, one and none of the first two axes still count.
      for (relaxation, levels) in [
        ([2, 3, 4, 0, 1], [0, 4, 5]), ([0, 2, 1, 3, 4], [0, 1, 3]), ([0, 1, 2, 3, 4], [0, 1, 2]),
      ] {
        let with = model(padded, relaxation)
        for action in actions {
          let codes = [UInt16(1 + random.below(3)), UInt16(1 + random.below(4))]
          for (level, deeper) in levels.enumerated() {
            let coarse = codes.enumerated().map { $0 < level ? 0 : $1 }
            let a = without.estimate(action, in: ContextCode(codes: coarse), level: level)
            let relaxed = relaxation.prefix(deeper)
            let context = (coarse + [1, 1, 1]).enumerated().map { relaxed.contains($0) ? 0 : $1 }
            let b = with.estimate(action, in: ContextCode(codes: context), level: deeper)
            #expect(
              abs(a.mean - b.mean) < 1e-12 && abs(a.strength - b.strength) < 1e-9, "\(round), \(relaxation), \(level)")
            #expect(abs(a.own - b.own) < 1e-12 && a.exposures == b.exposures && a.rewards == b.rewards)
          }
        }
      }
    }
  }

  @Test func muchDataGoesItsOwnWay() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var table = PosteriorTable()
    let action = actions[0]
    func key(_ code: UInt16) -> PosteriorTable.CellKey {
      .init(placement: placement.code, action: action.code, context: ContextCode(codes: [code]))
    }
    table.add(.init(exposures: 1_000_000, rewards: 10_000), to: key(1))
    for (n, tolerance) in [(100, 0.06), (10_000, 0.001), (1_000_000, 0.000_01)] {
      var more = table
      more.add(.init(exposures: n, rewards: n * 3 / 10), to: key(2))
      let model = ShrinkageModel(more, placement: placement, actions: actions, relaxation: [0], shrinkage: 20)
      #expect(abs(model.estimate(action, in: ContextCode(codes: [2]), level: 0).mean - 0.3) < tolerance)
      // Someone new is believed to be like the others.
      let new = model.estimate(action, in: ContextCode(codes: [3]), level: 0)
      #expect(new.exposures == 0 && new.strength <= 20 + 1e-9)
      #expect(abs(new.mean - model.estimate(action, in: ContextCode(codes: [0]), level: 1).mean) < 0.002)
    }
  }

  /// Worked by hand: prior, siblings, the ring around the segment, the segment.
  @Test func worksOutAsWritten() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var table = PosteriorTable()
    func add(_ action: Action, _ code: UInt16, _ n: Int, _ r: Int) {
      table.add(
        .init(exposures: n, rewards: r),
        to: .init(placement: placement.code, action: action.code, context: ContextCode(codes: [code])))
    }
    let (action, sibling) = (actions[0], actions[1])
    add(action, 1, 40, 8)
    add(action, 2, 60, 3)
    add(sibling, 2, 80, 4)
    add(actions[2], 1, 100, 5)
    let elsewhere = PosteriorTable.CellKey(placement: 1, action: action.code, context: ContextCode(codes: [1]))
    table.add(.init(exposures: 9_999, rewards: 9_999), to: elsewhere)
    let model = ShrinkageModel(table, placement: placement, actions: actions, relaxation: [0], shrinkage: 10)
    var mean = (20 + 0.05 * 20) / (280.0 + 20)
    mean = (4 + mean * 10) / (80 + 10)
    mean = (3 + mean * 10) / (60 + 10)
    let outside = mean
    mean = (8 + mean * 10) / (40 + 10)
    let e = model.estimate(action, in: ContextCode(codes: [1]), level: 0)
    #expect(abs(e.mean - mean) < 1e-12)
    #expect(abs(e.own - 8.0 / 50) < 1e-12)
    #expect(abs(e.neighbours + e.prior - outside * 10 / 50) < 1e-12)
    #expect(e.exposures == 40 && e.rewards == 8 && e.strength == 50)
    let all = model.estimate(action, in: ContextCode(codes: [0]), level: 1)
    #expect(all.exposures == 100 && all.rewards == 11)
  }
}
