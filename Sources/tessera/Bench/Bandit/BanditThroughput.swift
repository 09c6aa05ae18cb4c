import Dispatch
import Foundation
import Synchronization
import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSimulator

/// Examples learned and predicted a second, beside Vowpal Wabbit on the same rows, and a cycle's worth of learning.
struct BanditThroughput {
  let rows: Int
  let console: Console

  func run(_ peers: BanditPeers?, into result: inout BanditBench.Result) async throws {
    var shape = SegmentWorld.Shape()
    (shape.segments, shape.hours, shape.eventsPerHour) = (min(4_000, max(10, rows / 5)), 1, rows)
    (shape.driftHours, shape.changeHour) = (0, 0)
    let world = SegmentWorld(shape, seed: 1)
    var generator = SeededGenerator(seed: 2)
    let shown = world.events.map { event -> Shown in
      let action = generator.below(world.actions.count)
      let rate = world.rate(hour: 0, segment: event.segment, action: action)
      return Shown(segment: event.segment, action: action, isRewarded: event.uniform < rate)
    }
    console.remark("learning from \(rows) rows and predicting for as many …")
    let ours = try measure(world, shown)
    var theirs: (learn: Double, predict: Double)?
    if let peers {
      // Its parsed examples are large; a rate needs no more of them.
      try write(world, Array(shown.prefix(20_000)), peers)
      console.remark("the same in Vowpal Wabbit …")
      theirs = try peers.throughput()
    }
    result.lines.append(BanditThroughput.line("learn", ours.learn, theirs?.learn))
    result.lines.append(BanditThroughput.line("predict", ours.predict, theirs?.predict))
    console.remark("a cycle: five placements, \(shape.segments) segments, \(world.actions.count) actions …")
    let seconds = try await cycle(world, shown)
    result.lines.append([
      "bench": "bandit", "case": "cycle", "unit": "s", "ours": .double((seconds * 1_000).rounded() / 1_000),
      "peer": .null, "theirs": .null, "ratio": .null,
    ])
  }

  private struct Shown {
    let segment: Int
    let action: Int
    let isRewarded: Bool
  }

  private static func line(_ name: String, _ ours: Double, _ theirs: Double?) -> JSONValue {
    [
      "bench": "bandit", "case": .string(name), "unit": "rows/s", "ours": .double(ours.rounded()),
      "peer": theirs == nil ? .null : "vw", "theirs": theirs.map { .double($0.rounded()) } ?? .null,
      "ratio": theirs.map { .double((ours / $0 * 100).rounded() / 100) } ?? .null,
    ]
  }

  private struct Problem {
    let placements: [PlacementPolicy]
    let actions: ActionFeatures
    let contexts: [ContextCode]
    let segments: DecidedSegments
    let at = LearnerDriver.start

    init(_ world: SegmentWorld, placements count: Int) throws {
      placements = try (0..<count).map {
        try PlacementPolicy(
          json: ["id": .string("p\($0)"), "reward": "click", "reward_window_hours": 1], path: "placements")
      }
      actions = ActionFeatures(
        world.actions.map {
          Action(creative: "\($0.creative)", offer: "\($0.offer)", channel: "\($0.channel)")
        }, creatives: [])
      contexts = world.segments.map { segment in
        ContextCode(codes: segment.enumerated().map { UInt16($0 * 100 + $1 + 1) })
      }
      segments = DecidedSegments(
        contexts, relaxation: Array(world.shape.axes.indices),
        active: contexts.map { .init(context: $0, members: 1) })
    }

    /// Exposures and clicks as the log holds them.
    func log(_ shown: [Shown]) -> ExposureLog {
      var log = ExposureLog()
      for (i, row) in shown.enumerated() {
        let receipt = Receipt(
          cycle: 1, decision: [0, 0, 0, 0, 0, 0, 0, 1], placement: placements[i % placements.count].code,
          group: .decisioned, agentOn: false, action: actions.actions[row.action].code,
          propensity: Propensity.one / 30, propensityOff: 0, propensityOn: 0, at: at, context: contexts[row.segment],
          subject: String(i, radix: 36))
        log.fold(shown: receipt, at: at)
        if row.isRewarded { log.fold(clicked: receipt, at: at.adding(1_000)) }
      }
      return log
    }

    func models(_ log: ExposureLog) -> [HierarchicalModel] {
      let join = RewardJoin(
        log, at: at.adding(2 * Instant.hour), placements: placements, halfLifeHours: 336, orders: { _ in [] })
      let table = PosteriorTable(join)
      return BanditThroughput.parallel(placements.count) { i in
        HierarchicalModel(
          table, placement: placements[i], actions: actions, segments: segments, prior: .init(shrinkage: 500))
      }
    }
  }

  /// Learning is joining and fitting, of facts that are recorded, as the peer's examples are parsed, before the clock
  /// starts; predicting is a distribution a row, of which a segment's rows share one, as in a book.
  private func measure(_ world: SegmentWorld, _ shown: [Shown]) throws -> (learn: Double, predict: Double) {
    let problem = try Problem(world, placements: 1)
    var best = (learn: 0.0, predict: 0.0)
    let log = problem.log(shown)
    for _ in 0..<3 {
      var started = ContinuousClock.now
      let models = problem.models(log)
      best.learn = max(best.learn, Double(shown.count) / ((ContinuousClock.now - started) / .seconds(1)))
      guard let model = models.first else { return best }
      let rule = ChoiceRule(ThompsonPolicy(exploration: 0.35), floor: 0.03)
      started = ContinuousClock.now
      let parts = 8
      let distributions = BanditThroughput.parallel(parts) { part in
        stride(from: part, to: problem.contexts.count, by: parts).map { (part, rule.propensities(model.beliefs($0))) }
      }
      var sum: UInt64 = 0
      for row in shown { sum &+= distributions[row.segment % parts][row.segment / parts].1[row.action] }
      let seconds = (ContinuousClock.now - started) / .seconds(1)
      best.predict = max(best.predict, sum == 0 ? 0 : Double(shown.count) / seconds)
    }
    return best
  }

  /// Everything of a cycle that learns and decides, as `tessera cycle` does it: rewards joined, posteriors, estimates
  /// with terms, propensities, flip points, records.
  private func cycle(_ world: SegmentWorld, _ shown: [Shown]) async throws -> Double {
    let places = 5
    var driver = try LearnerDriver(
      segments: world.segments, creatives: world.actions.map { "creative \($0.creative)" },
      offers: world.actions.map { "offer \($0.offer).\($0.channel)" }, policy: "thompson", windowHours: 1,
      placements: places, segmentsMax: world.segments.count)
    for (i, row) in (shown + shown).enumerated() {
      driver.show(
        row.segment, row.action, propensity: 1 / Double(world.actions.count), reward: row.isRewarded ? 1 : 0,
        at: LearnerDriver.start, in: i % places)
    }
    let started = ContinuousClock.now
    let input = driver.input(at: LearnerDriver.start.adding(2 * Instant.hour))
    let book = await PreparedPlan.parallel(Planner(input)).parallelBook(overlays: [])
    let seconds = (ContinuousClock.now - started) / .seconds(1)
    return book.records.isEmpty ? 0 : seconds
  }

  /// Work on as many threads as there are, results in order.
  private static func parallel<T: Sendable>(_ count: Int, _ work: @Sendable (Int) -> T) -> [T] {
    let results = Mutex<[Int: T]>([:])
    withoutActuallyEscaping(work) { work in
      DispatchQueue.concurrentPerform(iterations: count) { i in
        let value = work(i)
        results.withLock { $0[i] = value }
      }
    }
    return results.withLock { held in (0..<count).compactMap { held[$0] } }
  }

  private func write(_ world: SegmentWorld, _ shown: [Shown], _ peers: BanditPeers) throws {
    let parts = world.actions.map {
      JSONValue.array([.integer($0.creative), .integer($0.offer), .integer($0.channel)])
    }
    try peers.write(
      JSONObject([
        ("contexts", .array(world.shape.axes.map { .integer($0) })), ("actions", .integer(world.actions.count)),
        ("factors", .array(parts)), ("rows", .integer(shown.count)),
      ]), "adf")
    try peers.write(shown.flatMap { world.segments[$0.segment].map { Int32($0) } }, "adf-context.i32")
    try peers.write(shown.map { Int32($0.action) }, "adf-action.i32")
    try peers.write(shown.map { $0.isRewarded ? 1.0 : 0 }, "adf-reward.f64")
    try peers.write(shown.map { _ in 1 / Double(world.actions.count) }, "adf-p.f64")
  }
}
