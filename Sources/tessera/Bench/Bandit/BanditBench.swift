import Foundation
import TesseraBandits
import TesseraModel
import TesseraSimulator

/// The public scorecard: the learner on logged sets with random actions and on worlds whose rates are known, beside
/// baselines and Vowpal Wabbit on the same rows; how often its intervals hold; how fast it is.
struct BanditBench {
  /// What is run, from a minute to an hour.
  struct Size {
    var seeds = 5
    var hours = 72
    var eventsPerHour = 1_000
    /// Segments of the plain worlds.
    var worlds = [10, 200, 2_000, 5_000]
    /// Rows that throughput is measured on.
    var rows = 200_000
  }

  let size: Size
  /// Where logged sets are, if anywhere.
  let data: URL?
  let console: Console

  /// Policies of the box that are baselines in the tables.
  private static let ours = "thompson"
  private static let oursName = "Tessera"
  private static let testedName = "best action of a test"

  /// Lines for machines, rows for the page.
  struct Result {
    var lines: [JSONValue] = []
    var rows: [ScorecardRow] = []
    var notes: [String: String] = [:]
  }

  /// - Parameter look: is shown what there is after each table: who stops a run of an hour keeps what it found.
  func run(look: (Result) throws -> Void = { _ in }) async throws -> Result {
    var result = Result()
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "tessera-bandit-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var peers = try BanditPeers(folder: folder)
    if peers?.installed() == false {
      console.remark("skipped: Vowpal Wabbit; pip install vowpalwabbit numpy")
      peers = nil
    }
    try await BanditThroughput(rows: size.rows, console: console).run(peers, into: &result)
    try await worlds(peers, &result, look)
    try await loggedSets(peers, &result, look)
    try await coverage(&result)
    try await offPolicy(still, &result)
    return result
  }

  private var seeds: [Int] { Array(1...size.seeds) }

  // MARK: Worlds

  /// A world in the scorecard.
  private struct Case {
    let name: String
    let note: String
    let shape: SegmentWorld.Shape
    /// Whether it is also run with a fifth as many segments decided as there are.
    var isRolledUp = false
  }

  private func worlds(
    _ peers: BanditPeers?, _ result: inout Result, _ look: (Result) throws -> Void
  ) async throws {
    var cases = size.worlds.map { count in
      Case(
        name: "World of \(count) segments", note: "Rates drift every day and change at once half of the way through.",
        shape: shape(count), isRolledUp: count == 2_000)
    }
    guard let middle = size.worlds.dropFirst().first ?? size.worlds.first else { return }
    var late = shape(middle)
    late.delayHours = 8
    // What is learned comes later, too.
    (late.hours, late.changeHour) = (
      size.hours + 2 * SegmentWorld.windowHours, size.hours / 2 + SegmentWorld.windowHours
    )
    cases.append(
      Case(
        name: "Late responses",
        note: "Responses come after eight hours on average, within a window of 24. \(late.hours) hours.", shape: late))
    var changing = shape(middle)
    (changing.newActionsHour, changing.endingActionsHour) = (size.hours / 3, 2 * size.hours / 3)
    cases.append(
      Case(
        name: "Actions that come and go",
        note: "A fifth of the actions comes a third of the way through; another fifth is gone after two thirds.",
        shape: changing))
    var cold = shape(middle)
    cold.newSegmentsHour = 3 * size.hours / 4
    cases.append(
      Case(name: "New segments", note: "Half of the segments are first seen in the last quarter.", shape: cold))
    for item in cases {
      try await world(item, peers, &result)
      try look(result)
    }
  }

  private func shape(_ segments: Int) -> SegmentWorld.Shape {
    var shape = base
    shape.segments = segments
    if segments < 100 { shape.axes = [3, 3, 2] }
    return shape
  }

  private var base: SegmentWorld.Shape {
    var shape = SegmentWorld.Shape()
    (shape.hours, shape.eventsPerHour, shape.changeHour) = (size.hours, size.eventsPerHour, size.hours / 2)
    return shape
  }

  /// Policies by title, each with a gain a seed.
  private typealias Gains = [(policy: String, gains: [WorldRun.Gain])]

  private func world(_ item: Case, _ peers: BanditPeers?, _ result: inout Result) async throws {
    let slug = item.name.lowercased().replacing(" ", with: "-")
    let found = try await bySeed { try gains(item, slug, $0, peers) }
    func own(_ policy: String) -> [WorldRun.Gain] { found.compactMap { $0[policy] } }
    var others: Gains = [
      ("Thompson, each segment alone", own("alone")), ("best fixed action", own("fixed")),
      (BanditBench.testedName, own("tested")), ("uniform", seeds.map { _ in .init(all: 0, last: 0) }),
    ]
    if let peers {
      for policy in BanditPeers.Policy.allCases {
        console.remark("\(item.name): \(policy.rawValue) …")
        let gains = try await bySeed { try peers.world(slug, policy: policy, seed: $0) }
        others.append((BanditBench.title(policy), gains))
      }
    }
    table(item.name, item.note, [(BanditBench.oursName, own("ours"))] + others, &result)
    guard item.isRolledUp else { return }
    let count = item.shape.segments / 5
    table(
      "\(item.name), \(count) decided",
      "The same world, where only \(count) segments are decided, the largest by what happens in the whole run,"
        + " and coarser ones for all the others; the rest of the table decides for each.",
      [(BanditBench.oursName, own("rolled up"))] + others, &result)
  }

  /// What ours and the policies of the box gain in a seed's world, by a name for each. The peers' files are written.
  private func gains(
    _ item: Case, _ slug: String, _ seed: Int, _ peers: BanditPeers?
  ) throws -> [String: WorldRun.Gain] {
    let world = SegmentWorld(item.shape, seed: UInt64(seed))
    func learned(_ policy: String, segmentsMax: Int? = nil) throws -> WorldRun.Gain {
      console.remark("\(item.name), seed \(seed) of \(size.seeds): \(policy) …")
      return try WorldRun.learned(world, policy: policy, seed: UInt64(seed) &* 31, segmentsMax: segmentsMax)
    }
    var found = ["ours": try learned(BanditBench.ours), "alone": try learned("beta-thompson")]
    if item.isRolledUp { found["rolled up"] = try learned(BanditBench.ours, segmentsMax: item.shape.segments / 5) }
    found["fixed"] = WorldRun.bestFixed(world)
    found["tested"] = WorldRun.tested(world, seed: UInt64(seed))
    if let peers { try write(world, slug, seed, peers) }
    return found
  }

  /// Does something for every seed, for as many at a time as there are processors.
  /// - Returns: what came of it, in the order of the seeds, which does not depend on how they took turns.
  func bySeed<T: Sendable>(_ work: @escaping @Sendable (Int) throws -> T) async throws -> [T] {
    try await withThrowingTaskGroup(of: (Int, T).self) { group in
      var found: [Int: T] = [:]
      for seed in seeds {
        if seed > ProcessInfo.processInfo.activeProcessorCount, let (done, value) = try await group.next() {
          found[done] = value
        }
        group.addTask { (seed, try work(seed)) }
      }
      for try await (done, value) in group { found[done] = value }
      return seeds.compactMap { found[$0] }
    }
  }

  private func table(_ name: String, _ note: String, _ rows: Gains, _ result: inout Result) {
    for (suffix, value) in [("", \WorldRun.Gain.all), (", last quarter", \.last)] {
      result.rows += rows.map { row in
        ScorecardRow(
          table: name + suffix, unit: "share of the oracle's gain over chance", policy: row.policy,
          isOurs: row.policy == BanditBench.oursName, values: row.gains.map { $0[keyPath: value] })
      }
    }
    result.notes[name] = note
    lines("world", name, rows.map { ($0.policy, $0.gains.map(\.all)) }, &result)
  }

  private func write(_ world: SegmentWorld, _ slug: String, _ seed: Int, _ peers: BanditPeers) throws {
    let parts = world.actions.map {
      JSONValue.array([.integer($0.creative), .integer($0.offer), .integer($0.channel)])
    }
    try peers.write(
      JSONObject([
        ("segments", .integer(world.segments.count)), ("actions", .integer(world.actions.count)),
        ("axes", .array(world.shape.axes.map { .integer($0) })), ("factors", .array(parts)),
        ("hours", .integer(world.shape.hours)), ("phases", .array(world.phases.map { .integer($0) })),
        ("window", .integer(SegmentWorld.windowHours)),
      ]), slug)
    let name = "\(slug)-\(seed)-"
    try peers.write(world.segments.flatMap { $0.map { Int32($0) } }, name + "segments.i32")
    try peers.write(world.allRates, name + "rates.f64")
    try peers.write((world.availableFrom + world.availableUntil).map { Int32($0) }, name + "available.i32")
    try peers.write(world.events.map { Int32($0.hour) }, name + "hour.i32")
    try peers.write(world.events.map { Int32($0.segment) }, name + "segment.i32")
    try peers.write(world.events.map(\.uniform), name + "uniform.f64")
    try peers.write(world.events.map { Int32($0.delayHours) }, name + "delay.i32")
  }

  private static func title(_ policy: BanditPeers.Policy) -> String {
    switch policy {
    case .squareCB: "Vowpal Wabbit, SquareCB"
    case .bag: "Vowpal Wabbit, bag of 10"
    case .linearThompson: "linear Thompson a customer"
    }
  }

  // MARK: Logged sets

  private func loggedSets(
    _ peers: BanditPeers?, _ result: inout Result, _ look: (Result) throws -> Void
  ) async throws {
    guard let data else {
      console.remark("skipped: logged sets; give their folder with --sets")
      return
    }
    let sets: [LoggedSet?] = [
      .hillstrom(data, cost: 0), .hillstrom(data, cost: 0.075), .charitableGiving(data),
      .openBandit(data, campaign: "men"), .openBandit(data, campaign: "women"),
    ]
    for case let set? in sets {
      try await loggedSet(set, peers, &result)
      try look(result)
    }
    if sets.contains(where: { $0 == nil }) { console.remark("skipped: some logged sets are not in \(data.path)") }
  }

  private func loggedSet(_ set: LoggedSet, _ peers: BanditPeers?, _ result: inout Result) async throws {
    var rows: [(String, [Double])] = []
    for policy in [BanditBench.ours, "squarecb", "beta-thompson", "uniform"] {
      console.remark("\(set.name): \(policy) …")
      let means = try await bySeed { try set.replay(policy: policy, seed: UInt64($0)) }
      let title =
        switch policy {
        case BanditBench.ours: BanditBench.oursName
        case "squarecb": "Tessera, SquareCB"
        case "beta-thompson": "Thompson, each segment alone"
        default: policy
        }
      rows.append((title, means))
    }
    rows.append(("best fixed action", seeds.map { set.fixed(seed: UInt64($0)) }))
    rows.append((BanditBench.testedName, seeds.map { set.tested(seed: UInt64($0)) }))
    if let peers {
      try write(set, peers)
      for policy in BanditPeers.Policy.allCases {
        console.remark("\(set.name): \(policy.rawValue) …")
        let means = try await bySeed { try peers.replay("set", policy: policy, seed: $0) }
        rows.append((BanditBench.title(policy), means))
      }
    }
    for (policy, values) in rows {
      result.rows.append(
        ScorecardRow(
          table: set.name, unit: "mean reward", policy: policy, isOurs: policy == BanditBench.oursName, values: values))
    }
    result.notes[set.name] = LoggedSetNotes.text(set.name)
    lines("replay", set.name, rows, &result)
  }

  private func write(_ set: LoggedSet, _ peers: BanditPeers) throws {
    let sizes = (set.contexts.first ?? []).indices.map { column in (set.contexts.map { $0[column] }.max() ?? 0) + 1 }
    try peers.write(
      JSONObject([
        ("contexts", .array(sizes.map { .integer($0) })), ("actions", .integer(set.actionNames.count)),
        ("rows", .integer(set.actions.count)), ("batch", .integer(LoggedSet.batch)),
      ]), "set")
    try peers.write(set.contexts.flatMap { $0.map { Int32($0) } }, "set-context.i32")
    try peers.write(set.actions.map { Int32($0) }, "set-action.i32")
    try peers.write(set.rewards, "set-reward.f64")
    for seed in seeds { try peers.write(set.order(seed: UInt64(seed)).map { Int32($0) }, "set-order-\(seed).i32") }
  }

  // MARK: Coverage

  /// A world that stands still.
  private var still: SegmentWorld.Shape {
    var shape = base
    (shape.segments, shape.driftHours, shape.changeHour) = (min(200, size.worlds.max() ?? 200), 0, 0)
    if shape.segments < 100 { shape.axes = [3, 3, 2] }
    return shape
  }

  /// How many 95 % intervals hold the true rate, in a world that stands still.
  private func coverage(_ result: inout Result) async throws {
    let shape = still
    let shares = try await bySeed { seed in
      console.remark("coverage, seed \(seed) of \(size.seeds) …")
      return IntervalCoverage.share(SegmentWorld(shape, seed: UInt64(seed)), seed: UInt64(seed))
    }
    result.rows.append(
      ScorecardRow(
        table: "Intervals that hold the truth", unit: "share of 95 % intervals", policy: BanditBench.oursName,
        isOurs: true, values: shares))
    result.notes["Intervals that hold the truth"] =
      "Of the expected rewards of all actions in \(shape.segments) segments, after \(size.hours) hours of its own choices."
    lines("coverage", "world", [(BanditBench.oursName, shares)], &result)
  }

  /// A line for machines: ours beside the best of the others, by mean.
  private func lines(_ name: String, _ of: String, _ rows: [(String, [Double])], _ result: inout Result) {
    func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }
    func number(_ x: Double) -> JSONValue { .double((x * 1e5).rounded() / 1e5) }
    guard let ours = rows.first(where: { $0.0 == BanditBench.oursName }) else { return }
    let best = rows.filter { !$0.0.hasPrefix(BanditBench.oursName) }.max { mean($0.1) < mean($1.1) }
    let theirs = best.map { mean($0.1) }
    result.lines.append([
      "bench": "bandit", "case": .string("\(name): \(of)"), "unit": "mean", "ours": number(mean(ours.1)),
      "peer": best.map { .string($0.0) } ?? .null, "theirs": theirs.map(number) ?? .null,
      "ratio": theirs.flatMap { $0 > 0 ? number(mean(ours.1) / $0) : nil } ?? .null,
    ])
  }
}

/// What one has to know of a logged set to read its table.
enum LoggedSetNotes {
  static func text(_ name: String) -> String {
    switch name {
    case "Hillstrom, visits":
      "Progressive replay in batches of 150 rows. One e-mail is best for nearly everyone: a policy can only lose while it learns that: by Lai and Robbins' bound (1985), which holds in the limit, some 0.007 a row in so many rows, and the exploration floor costs another 0.001."
    case "Hillstrom, visits less cost":
      "As above, where an e-mail costs 0.075 visits: the fixed actions tie, and only who gets which can gain."
    case "Charitable giving":
      "37 letters with a response of 2 in 100: no choice among them can be told from chance in so few rows. The test is to do no harm."
    default: "46 clicks in 10,000 rows: too few to rank anything. The test is to do no harm."
    }
  }
}
