import TesseraBandits
import TesseraModel
import TesseraSimulator
import Testing

@Suite struct HierarchicalModelTests {
  private let actions = BanditSamples.actions
  private let sizes = [3, 2, 4]

  private func features(_ actions: [Action]) -> ActionFeatures { ActionFeatures(actions, creatives: []) }

  private func contexts() -> [ContextCode] {
    var out: [ContextCode] = []
    for a in 1...3 {
      for b in 1...2 { for c in 1...4 { out.append(ContextCode(codes: [a, b, c].map { UInt16($0) })) } }
    }
    return out
  }

  private func segments(_ contexts: [ContextCode]) -> DecidedSegments {
    DecidedSegments(contexts, relaxation: [0, 1, 2], active: contexts.map { .init(context: $0, members: 1) })
  }

  /// Every micro-segment, some with two axes relaxed, and everyone.
  private func ladder() -> DecidedSegments {
    let fine = contexts().enumerated().filter { $0.offset % 3 != 0 }.map(\.element)
    let coarse = (1...4).map { ContextCode(codes: [0, 0, UInt16($0)]) } + [ContextCode(codes: [0, 0, 0])]
    return DecidedSegments(
      fine + coarse, relaxation: [0, 1, 2], active: contexts().map { .init(context: $0, members: 3) })
  }

  private func table(
    _ random: inout SplitMix64, _ placement: PlacementPolicy, cells: Int = 80, most: Int = 200
  ) -> PosteriorTable {
    var table = PosteriorTable()
    for _ in 0..<cells {
      let exposures = random.below(most)
      let key = PosteriorTable.CellKey(
        placement: placement.code, action: random.pick(actions).code, context: random.pick(contexts()))
      table.add(.init(exposures: exposures, rewards: exposures == 0 ? 0 : random.below(exposures / 4 + 1)), to: key)
    }
    return table
  }

  private func model(
    _ table: PosteriorTable, _ placement: PlacementPolicy, _ segments: DecidedSegments, shrinkage: Double = 500,
    actions: [Action]? = nil
  ) -> HierarchicalModel {
    HierarchicalModel(
      table, placement: placement, actions: features(actions ?? self.actions), segments: segments,
      prior: .init(shrinkage: shrinkage))
  }

  @Test(arguments: ["click", "order", "revenue", "margin"]) func termsAddUpToTheMean(_ reward: String) throws {
    var random = SplitMix64(seed: 14)
    let placement = try BanditSamples.placement("home", reward: reward, hours: 1)
    for _ in 0..<6 {
      let segments = ladder()
      let model = model(table(&random, placement), placement, segments, shrinkage: 1 + 500 * random.unit())
      for segment in segments.contexts.indices {
        for e in model.estimates(segment, axes: ["a", "b", "c"]) {
          #expect(abs(e.terms.reduce(0) { $0 + $1.value } - e.mean) < 1e-9 * max(1, abs(e.mean)))
          #expect(e.low <= e.mean && e.mean <= e.high && e.spread > 0)
          #expect(e.terms.first?.name == "everyone" && e.terms.last?.name == "this segment")
        }
      }
    }
  }

  /// Worked out a second time the long way: every feature spelled out, Newton's method with Gaussian elimination.
  @Test func agreesWithAPlainRegression() throws {
    var random = SplitMix64(seed: 21)
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    for _ in 0..<3 {
      let table = table(&random, placement)
      let segments = segments(contexts())
      let plain = PlainRegression(table, contexts: contexts(), actions: actions)
      let model = model(table, placement, segments, shrinkage: 1e15)
      for (s, context) in contexts().enumerated() {
        for (a, e) in model.estimates(s, axes: []).enumerated() {
          let (logit, spread) = plain.score(context, a)
          #expect(abs(e.logit - logit) < 1e-5, "\(e.logit) \(logit)")
          #expect(abs(e.spread - spread) < 1e-4 * spread + 1e-6, "\(e.spread) \(spread)")
        }
      }
    }
  }

  /// Where all like the same, the learner is soon sure of people of whom it has seen little; where tastes differ, not.
  @Test func likingsGoAsFarAsPeopleDiffer() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let segments = segments(contexts())
    let creatives = Set(actions.map(\.creative)).sorted()
    func doubt(tastesDiffer: Bool) throws -> Double {
      var table = PosteriorTable()
      for context in contexts() where context.codes[0] != 3 {
        for action in actions {
          // By the second axis, what some like best others like least.
          let liked = action.creative == creatives[0]
          let isBest = tastesDiffer && context.codes[1] == 2 ? !liked : liked
          let key = PosteriorTable.CellKey(placement: placement.code, action: action.code, context: context)
          table.add(.init(exposures: 1_000, rewards: isBest ? 200 : 100), to: key)
        }
      }
      let model = model(table, placement, segments)
      let stranger = try #require(contexts().firstIndex { $0.codes[0] == 3 })
      return model.estimates(stranger, axes: [])[0].spread
    }
    let (same, different) = (try doubt(tastesDiffer: false), try doubt(tastesDiffer: true))
    #expect(same * 2 < different, "\(same) \(different)")
  }

  @Test func rowsInAnyOrderGiveTheSameBits() throws {
    var random = SplitMix64(seed: 15)
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let first = table(&random, placement)
    let segments = ladder()
    func all(_ table: PosteriorTable) -> [[ArmEstimate]] {
      let model = model(table, placement, segments)
      return segments.contexts.indices.map { model.estimates($0, axes: ["a", "b", "c"]) }
    }
    let known = all(first)
    for _ in 0..<5 {
      var again = PosteriorTable()
      for (key, cell) in random.shuffled(Array(first.cells)) { again.add(cell, to: key) }
      #expect(all(again) == known)
    }
  }

  @Test func muchDataGoesItsOwnWay() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let segments = segments(contexts())
    for (n, tolerance) in [(1_000, 0.1), (100_000, 0.01), (10_000_000, 0.000_1)] {
      var table = PosteriorTable()
      for context in contexts() {
        for action in actions {
          table.add(
            .init(exposures: 2_000, rewards: 100),
            to: .init(placement: placement.code, action: action.code, context: context))
        }
      }
      table.add(
        .init(exposures: n, rewards: n * 3 / 10),
        to: .init(placement: placement.code, action: actions[0].code, context: contexts()[5]))
      let model = model(table, placement, segments)
      #expect(abs(model.estimates(5, axes: [])[0].mean - 0.3) < tolerance + 0.12 * 2_000 / Double(n + 2_000))
      #expect(abs(model.estimates(20, axes: [])[3].mean - 0.05) < 0.02)
    }
  }

  /// A new action starts from what it is made of, a new segment from the values of its axes.
  @Test func theNewLeanOnTheirNeighbours() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    let segments = segments(contexts())
    var table = PosteriorTable()
    for context in contexts() where context.codes != [1, 1, 1] {
      for action in actions where action != actions[0] {
        // Creative "a" is liked, most of all by the first value of the first axis.
        let rate = action.creative == "a" ? (context.codes[0] == 1 ? 20 : 12) : 5
        table.add(
          .init(exposures: 1_000, rewards: 10 * rate),
          to: .init(placement: placement.code, action: action.code, context: context))
      }
    }
    let model = model(table, placement, segments)
    let new = model.estimates(0, axes: [])
    #expect(new[0].exposures == 0 && new[0].mean > 0.12 && new[0].mean < 0.25, "\(new[0].mean)")
    #expect(new[0].spread > new[1].spread)
    #expect(new[1].mean > 0.15 && new[2].mean < 0.08)
    let other = model.estimates(23, axes: [])
    #expect(other[0].mean < new[0].mean)
  }

  /// No input makes it trap, or anything in it other than a number.
  @Test func noInputBreaksIt() throws {
    var random = SplitMix64(seed: 77)
    let extremes = [0, 1, -1, 1 << 20, 1 << 40, 1 << 52, -(1 << 40), .max / 4, .min / 4]
    for reward in ["click", "order", "revenue", "margin"] {
      let placement = try BanditSamples.placement("home", reward: reward, hours: 1)
      for _ in 0..<12 {
        var table = PosteriorTable()
        for _ in 0..<random.below(60) {
          let cell = PosteriorTable.Cell(
            exposures: random.below(9), rewards: 1, weight: random.pick(extremes), value: random.pick(extremes),
            square: random.pick(extremes))
          let context = ContextCode(codes: (0..<3).map { _ in UInt16(truncatingIfNeeded: random.below(5)) })
          table.add(
            cell, to: .init(placement: placement.code, action: random.pick(actions).code, context: context))
        }
        let segments = ladder()
        let model = model(table, placement, segments, shrinkage: random.pick([1, 500, 1e6]))
        for segment in segments.contexts.indices {
          let estimates = model.estimates(segment, axes: ["a", "b", "c"])
          for e in estimates {
            let numbers = [e.mean, e.low, e.high, e.logit, e.spread, e.share] + e.terms.map(\.value)
            #expect(numbers.allSatisfy { $0.isFinite }, "\(e)")
          }
          for policy in PolicyRegistry.builtin(exploration: 0.5) {
            let p = ChoiceRule(policy, floor: 0.03).propensities(estimates.map { ArmBelief($0) })
            #expect(p.reduce(0, +) == Propensity.one && p.allSatisfy { q in q > 0 }, "\(policy.name)")
          }
        }
      }
    }
    let empty = model(PosteriorTable(), try BanditSamples.placement("home", reward: "click", hours: 1), ladder())
    #expect(abs(empty.estimates(0, axes: [])[0].mean - 0.05) < 1e-9)
    let none = model(
      PosteriorTable(), try BanditSamples.placement("home", reward: "click", hours: 1), ladder(), actions: [])
    #expect(none.estimates(0, axes: []).isEmpty)
  }

  /// Data that know no doubt: one value of an axis is always rewarded, the others never. A whole Newton step overshoots
  /// there, and every rate would end at the limit.
  @Test func certaintyDoesNotRunAway() throws {
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var table = PosteriorTable()
    for context in contexts() {
      for action in actions {
        let rewards = context.codes[0] == 1 ? 200 : 0
        table.add(
          .init(exposures: 200, rewards: rewards),
          to: .init(placement: placement.code, action: action.code, context: context))
      }
    }
    let model = model(table, placement, segments(contexts()))
    for (s, context) in contexts().enumerated() {
      for e in model.estimates(s, axes: []) {
        #expect(context.codes[0] == 1 ? e.mean > 0.9 : e.mean < 0.05, "\(context.codes) \(e.mean)")
        #expect(e.mean > 1e-5 && e.mean < 1 - 1e-5)
      }
    }
  }

  /// On a world whose rates are known nine in ten intervals, or more, hold the truth.
  @Test func intervalsCoverTheTruth() throws {
    var shape = SegmentWorld.Shape()
    (shape.segments, shape.hours, shape.eventsPerHour, shape.creatives) = (60, 20, 1_000, 4)
    (shape.driftHours, shape.changeHour, shape.base, shape.axes) = (0, 0, -2.5, [3, 3, 3, 4])
    let placement = try BanditSamples.placement("home", reward: "click", hours: 24)
    var (inside, all) = (0, 0)
    for seed in 1...3 as ClosedRange<UInt64> {
      let world = SegmentWorld(shape, seed: seed)
      let actions = world.actions.map {
        Action(creative: "\($0.creative)", offer: "\($0.offer)", channel: "\($0.channel)")
      }
      let contexts = world.segments.map { ContextCode(codes: $0.map { UInt16($0 + 1) }) }
      let segments = DecidedSegments(
        contexts, relaxation: [0, 1, 2, 3], active: contexts.map { .init(context: $0, members: 1) })
      var random = SplitMix64(seed: seed)
      var table = PosteriorTable()
      for event in world.events {
        let a = random.below(actions.count)
        let isRewarded = event.uniform < world.rate(hour: 0, segment: event.segment, action: a)
        table.add(
          .init(exposures: 1, rewards: isRewarded ? 1 : 0),
          to: .init(placement: placement.code, action: actions[a].code, context: contexts[event.segment]))
      }
      let model = HierarchicalModel(
        table, placement: placement, actions: features(actions), segments: segments, prior: .init(shrinkage: 200))
      for s in contexts.indices {
        let estimates = model.estimates(s, axes: [])
        for (a, e) in estimates.enumerated() {
          let rate = world.rate(hour: 0, segment: s, action: a)
          all += 1
          if e.low <= rate && rate <= e.high { inside += 1 }
        }
      }
    }
    #expect(Double(inside) / Double(all) > 0.9, "\(inside) of \(all)")
  }
}
