import Foundation
import TesseraBandits
import TesseraModel
import TesseraSimulator

/// How good answers to "what would that have earned" are: other policies judged from the learner's own logs where the
/// truth is known, and a policy that once served judged from a random log of the same week.
enum OffPolicyAccuracy {
  /// Rows of a log in a world.
  static func rows(_ shape: SegmentWorld.Shape) -> Int { max(1, min(4_000, shape.hours * shape.eventsPerHour / 4)) }

  /// Policies that are judged.
  enum Question: String, CaseIterable {
    case chance = "chance"
    case best = "mostly the best"

    /// As `tessera evaluate` calls it.
    fileprivate var policy: String { self == .chance ? "uniform" : "target" }
    fileprivate var estimators: [OffPolicyEstimator] {
      self == .chance ? [.ips, .snips, .dr, .selfNormalizedDR] : [.ips, .snips]
    }
  }

  /// What an estimator said in the logs of a world, beside the truth.
  struct Answers: Sendable {
    /// Logs whose 95 % interval holds the truth.
    var inside = 0
    /// Distances to the truth, as parts of it; one a log.
    var errors: [Double] = []
    /// Logs whose answer came with a warning: of support that is missing, or weights that do not average 1.
    var warned = 0
    var share: Double { Double(inside) / Double(max(1, errors.count)) }
  }

  /// A learner decides in a world that stands still; once it has learned for half of the time, its exposures are cut
  /// into logs.
  static func judge(_ world: SegmentWorld, seed: UInt64) throws -> [Question: [OffPolicyEstimator: Answers]] {
    var driver = try LearnerDriver(
      segments: world.segments, creatives: world.actions.map { "creative \($0.creative)" },
      offers: world.actions.map { "offer \($0.offer).\($0.channel)" }, policy: "thompson",
      windowHours: SegmentWorld.windowHours)
    var generator = SeededGenerator(seed: seed)
    let best = world.segments.indices.map { segment in
      world.actions.indices.max { rate(world, segment, $0) < rate(world, segment, $1) } ?? 0
    }
    let axes = world.shape.axes.indices.map { "axis \($0 + 1)" }.joined(separator: ",")
    var (lines, out) = ([String](), [Question: [OffPolicyEstimator: Answers]]())
    var hour = -1
    for event in world.events {
      if event.hour != hour {
        hour = event.hour
        driver.plan(at: LearnerDriver.start.adding(Int64(hour) * Instant.hour))
      }
      let p = driver.propensities(event.segment)
      let action = generator.weighted(p)
      let isRewarded = event.uniform < rate(world, event.segment, action)
      driver.show(
        event.segment, action, propensity: p[action], reward: isRewarded ? 1 : 0,
        at: LearnerDriver.start.adding(Int64(hour) * Instant.hour),
        delay: Int64(event.delayHours) * Instant.hour + 1_000)
      guard hour >= world.shape.hours / 2 else { continue }
      let target = share(action, best[event.segment], of: world.actions.count)
      let context = world.segments[event.segment].map(String.init).joined(separator: ",")
      lines.append("a\(action),\(p[action]),\(isRewarded ? 1 : 0),\(target),\(context)")
      guard lines.count == rows(world.shape) else { continue }
      let text = (["action,propensity,reward,target,\(axes)"] + lines).joined(separator: "\n")
      lines = []
      for question in Question.allCases { try ask(question, text, truth(question, world, best), &out) }
    }
    return out
  }

  private static func ask(
    _ question: Question, _ log: String, _ truth: Double, _ out: inout [Question: [OffPolicyEstimator: Answers]]
  ) throws {
    let evaluation = try LogEvaluation(try LoggedTable.read(log), .init(policy: question.policy))
    for estimator in question.estimators {
      guard let value = evaluation[estimator]?.value else { continue }
      var answers = out[question]?[estimator] ?? Answers()
      answers.inside += value.interval.contains(truth) ? 1 : 0
      answers.errors.append(abs(value.value - truth) / truth)
      answers.warned += value.warnings.isEmpty ? 0 : 1
      out[question, default: [:]][estimator] = answers
    }
  }

  private static func rate(_ world: SegmentWorld, _ segment: Int, _ action: Int) -> Double {
    world.rate(hour: 0, segment: segment, action: action)
  }

  /// Of the policy that mostly takes the best.
  private static func share(_ action: Int, _ best: Int, of count: Int) -> Double {
    action == best ? 0.7 : 0.3 / Double(max(1, count - 1))
  }

  /// What a policy earns a row of everyone who comes by.
  private static func truth(_ question: Question, _ world: SegmentWorld, _ best: [Int]) -> Double {
    let count = world.actions.count
    let bySegment = world.segments.indices.map { segment in
      world.actions.indices.reduce(0) { sum, action in
        let share = question == .chance ? 1 / Double(count) : share(action, best[segment], of: count)
        return sum + share * rate(world, segment, action)
      }
    }
    return world.events.reduce(0) { $0 + bySegment[$1.segment] } / Double(max(1, world.events.count))
  }

  /// Open Bandit's policy `bts`, judged from the random log of the same week, and what was clicked where it served.
  /// - Returns: nil where the set is not there.
  static func openBandit(_ folder: URL, campaign: String) throws -> String? {
    let folder = folder.appending(path: "open_bandit_sample")
    guard let random = CSVTable(gzip: folder.appending(path: "random_\(campaign).csv.gz")),
      let served = CSVTable(gzip: folder.appending(path: "bts_\(campaign).csv.gz")),
      let policy = try? String(contentsOf: folder.appending(path: "bts_action_dist_\(campaign).csv"), encoding: .utf8)
    else { return nil }
    var shares: [String: String] = [:]
    for line in policy.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      if fields.count > 2 { shares[fields[0] + "," + fields[1]] = fields[2] }
    }
    let (items, places, clicks) = (random.column("item_id"), random.column("position"), random.column("click"))
    var lines = ["action,propensity,reward,target,position"]
    for (i, propensity) in random.column("propensity_score").enumerated() {
      let target = shares[items[i] + "," + places[i]] ?? "0"
      lines.append("\(items[i]),\(propensity),\(clicks[i]),\(target),\(places[i])")
    }
    let evaluation = try LogEvaluation(
      try LoggedTable.read(lines.joined(separator: "\n")), .init(policy: Question.best.policy))
    let truth = served.column("click").map { Double($0) ?? 0 }
    let rate = truth.reduce(0, +) / Double(max(1, truth.count))
    let slack = 1.96 * (rate * (1 - rate) / Double(max(1, truth.count))).squareRoot()
    func text(_ x: Double) -> String { FixedPoint.text(x, 4) }
    let told = Question.best.estimators.compactMap { estimator -> String? in
      guard let value = evaluation[estimator]?.value else { return nil }
      return "\(estimator.rawValue.uppercased()) \(text(value.value)) [\(text(value.interval.lower)), "
        + "\(text(value.interval.upper))]"
    }
    return "\(campaign): \(told.joined(separator: ", ")), where it served \(text(rate)) ± \(text(slack))"
  }
}

extension BanditBench {
  /// Tables of how good such answers are.
  func offPolicy(_ shape: SegmentWorld.Shape, _ result: inout Result) async throws {
    let found = try await bySeed { seed in
      console.remark("off-policy, seed \(seed) of \(size.seeds) …")
      return try OffPolicyAccuracy.judge(SegmentWorld(shape, seed: UInt64(seed)), seed: UInt64(seed))
    }
    let campaigns = try ["men", "women"].compactMap { campaign in
      try data.flatMap { try OffPolicyAccuracy.openBandit($0, campaign: campaign) }
    }
    for question in OffPolicyAccuracy.Question.allCases {
      let table = "Off-policy estimates, \(question.rawValue)"
      var errors: [String] = []
      for estimator in OffPolicyEstimator.allCases {
        let answers = found.compactMap { $0[question]?[estimator] }
        guard !answers.isEmpty else { continue }
        let name = estimator.rawValue.uppercased().replacing("_", with: "-")
        result.rows.append(
          ScorecardRow(
            table: table, unit: "share of 95 % intervals that hold the truth", policy: name, isOurs: false,
            values: answers.map(\.share)))
        let median = answers.flatMap(\.errors).median
        let warned = answers.reduce(0) { $0 + $1.warned }
        errors.append("\(name) \(FixedPoint.text(100 * median, 1)) %, with a warning in \(warned) logs")
        result.lines.append([
          "bench": "bandit", "case": .string("off-policy \(question.rawValue): \(name)"),
          "unit": "median relative error",
          "ours": .double((median * 1e5).rounded() / 1e5), "peer": .null, "theirs": .null, "ratio": .null,
        ])
      }
      let asked =
        question == .chance
        ? "What chance would have earned"
        : "What a policy would have earned that takes the truly best action seven times in ten"
      var note =
        "\(asked), told from logs of \(OffPolicyAccuracy.rows(shape)) exposures that the learner decided, in worlds that stand still. Median error in "
        + "\(found.reduce(0) { $0 + ($1[question]?[.ips]?.errors.count ?? 0) }) logs: "
        + errors.joined(separator: "; ") + "."
      if question == .best, !campaigns.isEmpty {
        note +=
          " On Open Bandit, its policy `bts` from the random log of 10,000 rows: " + campaigns.joined(separator: "; ")
        note += "."
      }
      result.notes[table] = note
    }
  }
}
