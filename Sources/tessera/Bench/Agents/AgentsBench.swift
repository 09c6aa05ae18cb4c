import Foundation
import TesseraModel
import TesseraRuntime
import TesseraSimulator
import TesseraStorage
import TesseraTesting

/// Measures the agents' layer: what it earns where the truth is known, how often it has to look, and what a cycle's
/// looks cost at the configured model.
struct AgentsBench {
  /// Stores of the trial, each with a seed of its own.
  let seeds: Int
  /// Of a trial; as long as its shape has it, if nil.
  let hours: Int?
  /// Shoppers of the store whose cycle is paid for.
  let customers: Int
  let configuration: LoadedConfiguration
  let console: Console

  func run() async throws -> [JSONValue] {
    var lines: [JSONValue] = []
    for (name, analyst) in AgentsBench.analysts {
      console.remark("trial, \(name): \(seeds) stores …")
      lines += try await trial(name, analyst)
    }
    console.remark("24 hours of a store …")
    lines.append(try await gateShare())
    guard configuration.model != nil else {
      console.remark(
        "no model is configured (model: in tessera.yaml, or TESSERA_MODEL_*): the cost of a cycle is not measured")
      return lines
    }
    console.remark("a cycle of a store of \(customers) shoppers …")
    return lines + (try await cycleCost())
  }

  private static let analysts: [(String, AgentTrial.Analyst)] = [
    ("good", .scripted(.good)), ("inverted", .scripted(.inverted)), ("silent", .scripted(.silent)), ("rules", .rules),
  ]

  /// Clicks in a thousand views by the truth, with the overlay and without it, over all hours and the last quarter.
  private func trial(_ name: String, _ analyst: AgentTrial.Analyst) async throws -> [JSONValue] {
    var outcomes: [AgentTrial.Outcome] = []
    var shape = AgentTrial.Shape()
    shape.hours = hours ?? shape.hours
    for seed in 1...seeds { outcomes.append(try await AgentTrial(shape).run(analyst, seed: UInt64(seed))) }
    func rate(_ sum: (AgentTrial.Outcome) -> Double, _ views: (AgentTrial.Outcome) -> Int) -> Double {
      1_000 * outcomes.reduce(0) { $0 + sum($1) } / Double(max(1, outcomes.reduce(0) { $0 + views($1) }))
    }
    let lifts = outcomes.map { 1_000 * $0.lift }
    let late = outcomes.map { 1_000 * $0.lateLift }
    let trust = outcomes.compactMap(\.trust)
    return [
      line(
        "lift_\(name)", "clicks in 1000 views", ours: rate(\.on, \.views), theirs: rate(\.off, \.views),
        more: [
          ("lift", rounded(lifts.mean)), ("lift_se", rounded(lifts.standardError)),
          ("trust", trust.isEmpty ? .null : rounded(trust.mean)),
          ("switched_off", .integer(outcomes.count { $0.offSince != nil })), ("stores", .integer(seeds)),
        ]),
      line(
        "lift_\(name)_late", "clicks in 1000 views", ours: rate(\.lateOn, \.lateViews),
        theirs: rate(\.lateOff, \.lateViews),
        more: [("lift", rounded(late.mean)), ("lift_se", rounded(late.standardError))]),
    ]
  }

  private static let gateCustomers = 20_000
  private static let gateHours = 24

  /// Of the segments that are large enough, the share that is looked at in an hour after the first.
  private func gateShare() async throws -> JSONValue {
    let clock = SettableClock(SystemClock().now())
    let store = SimulatedStore(customers: min(customers, AgentsBench.gateCustomers), seed: 1, endingAt: clock.now())
    // The rules look when a model would, and cost nothing.
    let rules = try ConfigurationFile.load(yaml: nil, source: "the built-in configuration", environment: [:])
    return try await ScratchStore.with(rules, clock) { composition in
      try await ScratchStore.fill(composition, store.history())
      var shoppers = LiveShoppers(store, seed: 8)
      var (looked, eligible) = ([Double](), [Double]())
      for hour in 0...AgentsBench.gateHours {
        let report = try await composition.engine.runCycle(at: clock.now()).row.report["agent"] ?? .null
        if hour > 0 {
          let skipped = report["skipped"]?.integer ?? 0
          let small = report["why_skipped"]?["too_small"]?.integer ?? 0
          looked.append(Double(report["looked"]?.integer ?? 0))
          eligible.append(Double((report["looked"]?.integer ?? 0) + skipped - small))
        }
        let end = clock.now().adding(Instant.hour)
        let facts = shoppers.visits(from: clock.now(), to: end).flatMap(\.opening)
        clock.set(end)
        try await ScratchStore.fill(composition, facts)
      }
      let share = looked.reduce(0, +) / max(1, eligible.reduce(0, +))
      return line(
        "gate_share", "share of segments looked at an hour", ours: share, theirs: nil,
        more: [
          ("hours", .integer(AgentsBench.gateHours)), ("segments", rounded(eligible.mean)),
          ("looked", rounded(looked.mean)),
        ])
    }
  }

  /// Segments of the month that is projected, and the share of them that changes in an hour.
  private static let monthSegments = 5_000.0
  private static let monthChanging = 0.1

  /// The first cycle of a store: everything is looked at.
  private func cycleCost() async throws -> [JSONValue] {
    let clock = SettableClock(SystemClock().now())
    let store = SimulatedStore(customers: customers, seed: 1, endingAt: clock.now())
    return try await ScratchStore.with(configuration, clock) { composition in
      try await ScratchStore.fill(composition, store.history())
      let row = try await composition.engine.runCycle(at: clock.now()).row
      let report = row.report["agent"] ?? .null
      func number(_ name: String) -> Double { report[name]?.double ?? 0 }
      let looked = max(1, number("looked"))
      let each = number("cost") / looked
      // Every segment daily, and those that change in each hour.
      let looks = AgentsBench.monthSegments * 30 * (24 * AgentsBench.monthChanging + (1 - AgentsBench.monthChanging))
      return [
        line(
          "cycle", "segments looked at", ours: looked, theirs: nil,
          more: [
            ("decided", row.report["segments_decided"] ?? .null), ("runs", report["runs"] ?? .null),
            ("calls", report["calls"] ?? .null), ("failed", report["failed"] ?? .null),
            ("tokens_in", report["tokens_in"] ?? .null), ("tokens_cached", report["tokens_cached"] ?? .null),
            ("tokens_out", report["tokens_out"] ?? .null), ("duration_ms", row.report["duration_ms"] ?? .null),
            ("model", report["analyst"] ?? .null),
          ]),
        line("cycle_cost", "dollars", ours: number("cost"), theirs: nil, more: [("each", .double(each))]),
        line(
          "month_cost", "dollars at 5000 segments, a tenth changing an hour, all looked at daily", ours: each * looks,
          theirs: each * AgentsBench.monthSegments * 24 * 30, peer: "every segment every hour"),
      ]
    }
  }

  private func rounded(_ x: Double) -> JSONValue { .double((x * 10_000).rounded() / 10_000) }

  private func line(
    _ name: String, _ unit: String, ours: Double, theirs: Double?, peer: String = "bandit alone",
    more: [(String, JSONValue)] = []
  ) -> JSONValue {
    var object = JSONObject([
      ("bench", "agents"), ("case", .string(name)), ("unit", .string(unit)), ("ours", rounded(ours)),
      ("peer", theirs == nil ? .null : .string(peer)), ("theirs", theirs.map(rounded) ?? .null),
      ("ratio", theirs.map { rounded($0 == 0 ? 0 : ours / $0) } ?? .null),
    ])
    for (name, value) in more { object[name] = value }
    return .object(object)
  }
}
