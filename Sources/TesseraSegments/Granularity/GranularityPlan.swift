/// How fine a store can afford to be: rungs from "everyone the same" to "one per customer", each with its segments,
/// what they cost to reason over, and how much of what can be predicted of people it keeps.
package struct GranularityPlan: Sendable {
  /// A customer or visitor as the planner needs them.
  package struct Person: Sendable {
    /// Where they are at T; nil when not listed.
    package let key: SegmentKey?
    package let isActive: Bool
    /// Where they were at the start of the window; nil when not listed then.
    package let pastKey: SegmentKey?
    /// What they did within the window, and within the window before it; one number an outcome.
    package let outcomes: SIMD16<Float>
    package let pastOutcomes: SIMD16<Float>
    /// Says which part of the cross-validation the person is in.
    package let hash: UInt64

    package init(
      key: SegmentKey?, isActive: Bool, pastKey: SegmentKey?, outcomes: SIMD16<Float>, pastOutcomes: SIMD16<Float>,
      hash: UInt64
    ) {
      (self.key, self.isActive, self.pastKey) = (key, isActive, pastKey)
      (self.outcomes, self.pastOutcomes, self.hash) = (outcomes, pastOutcomes, hash)
    }
  }

  /// What an agent's look at a segment costs.
  package struct Price: Sendable, Equatable {
    package var model: String
    /// US dollars per million tokens.
    package var input: Double
    package var output: Double
    package var cachedInput: Double
    /// The day the prices were looked up.
    package var asOf: String

    package init(model: String, input: Double, output: Double, cachedInput: Double, asOf: String) {
      (self.model, self.input, self.output) = (model, input, output)
      (self.cachedInput, self.asOf) = (cachedInput, asOf)
    }

    /// Tokens of a look with the tools' answers in the prompt: a cached prefix, the digest, the answer.
    package static let tokens = (cached: 4_500.0, fresh: 2_200.0, out: 750.0)
    /// The share of segments that an hour's changes give reason to look at: one in ten, and each at least once a day.
    package static let looksPerHour = 1 - 0.9 * (1 - 1.0 / 24)
    package static let hoursPerMonth = 730.0

    package var perLook: Double {
      (Price.tokens.cached * cachedInput + Price.tokens.fresh * input + Price.tokens.out * output) / 1e6
    }
  }

  /// One granularity.
  package struct Rung: Sendable {
    package let name: String
    /// Names of the axes that are told apart.
    package let axes: [String]
    /// Segments with at least the least number of active members; cells of any size where there is no least.
    package let segments: Int
    /// People per segment: the least, the 10th, 50th and 90th per cent, the most.
    package let people: [Int]
    /// Shares of active customers: in a segment on all of the rung's axes, and in a cell too small for one.
    package let onAllAxes: Double
    package let fallsBack: Double
    package let looksPerHour: Double
    package let dollarsPerHour: Double
    package var dollarsPerMonth: Double { dollarsPerHour * Price.hoursPerMonth }
    /// The share of the outcomes' variance that is predicted for people who were left out when it was learned.
    package let explained: Double
    /// That, as a share of the best rung's.
    package fileprivate(set) var valueKept = 0.0
  }

  package let rungs: [Rung]
  /// The rung's index.
  package let recommended: Int
  package let reason: String

  /// Agents look at segments of this many people and more.
  package static let lookMin = 20
  /// Parts of the cross-validation.
  static let folds = 5
  /// People's worth of evidence that a coarser segment's mean counts for.
  static let shrinkage: Float = 10
  /// Value that may be given up for fewer segments.
  static let tolerance = 0.02

  /// - Parameters:
  ///   - axes: names of all axes.
  ///   - order: indices of the axes, the first to be relaxed first.
  ///   - budget: US dollars a month that the agents may cost.
  package init(
    _ people: [Person], axes: [String], order: [Int], minMembers: Int, price: Price, budget: Double
  ) {
    let ladder = Ladder(axes: axes, order: order)
    let values = PredictedValue(people, ladder: ladder, minMembers: minMembers)
    let active = people.filter { $0.isActive }.compactMap(\.key)
    var rungs = ladder.steps.enumerated().map { i, step in
      GranularityPlan.rung(
        step, active, axes: axes, ladder: ladder, minMembers: minMembers, price: price, explained: values.explained[i])
    }
    let best = rungs.map(\.explained).max() ?? 0
    for i in rungs.indices { rungs[i].valueKept = best > 0 ? max(0, rungs[i].explained) / best : 0 }
    (recommended, reason) = GranularityPlan.recommendation(rungs, budget: budget)
    self.rungs = rungs
  }

  private static func rung(
    _ step: Ladder.Step, _ active: [SegmentKey], axes: [String], ladder: Ladder, minMembers: Int, price: Price,
    explained: Double
  ) -> Rung {
    var sizes: [Int] = []
    var onAll = 0
    var looks = 0
    switch step.kind {
    case .person:
      sizes = [Int](repeating: 1, count: active.count)
      (onAll, looks) = (active.count, active.count)
    case .cells:
      sizes = Array(counts(active, step.mask).values)
      (onAll, looks) = (active.count, sizes.count)
    case .decided:
      // Who is in too small a cell goes on to the next coarser one; only segments that somebody comes to rest in count.
      var left = counts(active, SegmentMask(relaxing: []))
      for (level, mask) in ladder.masks(from: step).enumerated() where !left.isEmpty {
        let cells = counts(active, mask)
        var reached: Set<SegmentKey> = []
        for (key, people) in left {
          let cell = key.relaxed(mask)
          guard cells[cell] ?? 0 >= minMembers else { continue }
          reached.insert(cell)
          left[key] = nil
          if level == 0 { onAll += people }
        }
        sizes += reached.map { cells[$0] ?? 0 }
      }
      if !left.isEmpty { sizes.append(active.count) }
      looks = sizes.count { $0 >= lookMin }
    }
    sizes.sort()
    let total = max(1, active.count)
    let perHour = Double(looks) * Price.looksPerHour
    func percentile(_ p: Int) -> Int { sizes.isEmpty ? 0 : sizes[min(sizes.count - 1, sizes.count * p / 100)] }
    return Rung(
      name: step.name, axes: step.axes.map { axes[$0] }, segments: sizes.count,
      people: [sizes.first ?? 0, percentile(10), percentile(50), percentile(90), sizes.last ?? 0],
      onAllAxes: Double(onAll) / Double(total), fallsBack: Double(active.count - onAll) / Double(total),
      looksPerHour: perHour, dollarsPerHour: perHour * price.perLook, explained: explained)
  }

  private static func counts(_ keys: [SegmentKey], _ mask: SegmentMask) -> [SegmentKey: Int] {
    var out: [SegmentKey: Int] = [:]
    for key in keys { out[key.relaxed(mask), default: 0] += 1 }
    return out
  }

  /// The coarsest rung within reach of the best that the budget allows.
  private static func recommendation(_ rungs: [Rung], budget: Double) -> (Int, String) {
    let affordable = rungs.indices.filter { rungs[$0].dollarsPerMonth <= budget }
    guard let best = affordable.map({ rungs[$0].valueKept }).max(), best > 0 else {
      return (0, "nothing about people can be predicted from this data yet: there is no reason to tell them apart")
    }
    let i = affordable.first { rungs[$0].valueKept >= best - tolerance } ?? 0
    let rung = rungs[i]
    func percent(_ x: Double) -> String { "\(Int((x * 100).rounded())) %" }
    let told = i == 0 || rung.axes.count > 4 ? "it" : "telling \(rung.axes.joined(separator: ", ")) apart"
    var reason = "\(told) keeps \(percent(rung.valueKept)) of what can be predicted of people"
    if let finer = affordable.last, finer > i, rungs[finer].segments > rung.segments {
      reason += "; \(rungs[finer].name) would be \(rungs[finer].segments) segments instead of \(rung.segments) "
      reason += "and keep \(percent(rungs[finer].valueKept))"
    }
    if let dear = rungs.indices.first(where: { rungs[$0].dollarsPerMonth > budget }) {
      reason += "; \(rungs[dear].name) is beyond the budget"
    }
    return (i, reason)
  }
}
