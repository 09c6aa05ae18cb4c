import Foundation
import TesseraBandits
import TesseraModel
import TesseraSimulator

/// A logged set with random actions: what was shown to whom, and what came of it.
struct LoggedSet {
  let name: String
  /// Codes by row, from 0.
  let contexts: [[Int]]
  let actionNames: [String]
  let actions: [Int]
  let rewards: [Double]
  /// Whether rewards are other than 0 and 1.
  let isMoney: Bool
  /// Rows that can be taken: chosen so that every action is equally likely.
  private let keep: [Double]

  /// Rows a policy decides before it learns again.
  static let batch = 150

  /// Hillstrom's e-mail test.
  /// - Parameter cost: visits that an e-mail must earn to be worth sending.
  static func hillstrom(_ folder: URL, cost: Double) -> LoggedSet? {
    guard let table = CSVTable(gzip: folder.appending(path: "hillstrom/hillstrom_dev.csv.gz")) else { return nil }
    let columns = ["recency", "history_segment", "mens", "womens", "zip_code", "newbie", "channel"]
    let arms = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"]
    let actions = table.column("segment").map { arms.firstIndex(of: $0) ?? 0 }
    let visits = table.column("visit").map { Double($0) ?? 0 }
    return LoggedSet(
      name: cost == 0 ? "Hillstrom, visits" : "Hillstrom, visits less cost",
      contexts: table.codes(columns), actionNames: arms, actions: actions,
      rewards: zip(visits, actions).map { $0 - ($1 == 0 ? 0 : cost) }, isMoney: cost != 0,
      keep: actions.map { _ in 1 })
  }

  /// Karlan and List's letters; the control letter was three hundred times sent for every eighteen of another, so one
  /// in eighteen is taken.
  static func charitableGiving(_ folder: URL) -> LoggedSet? {
    let file = folder.appending(path: "charitable_giving/charitable_giving_dev.csv.gz")
    guard let table = CSVTable(gzip: file) else { return nil }
    let arms = table.column("arm").map { Int($0) ?? 0 }
    let columns = ["dormant", "female", "couple", "red0", "year5", "mrm2_missing"]
    return LoggedSet(
      name: "Charitable giving", contexts: table.codes(columns),
      actionNames: (0..<37).map { "letter \($0)" }, actions: arms,
      rewards: table.column("gave").map { Double($0) ?? 0 }, isMoney: false,
      keep: arms.map { $0 == 0 ? 1.0 / 18 : 1 })
  }

  /// Open Bandit's random log of a campaign, by place on the page.
  static func openBandit(_ folder: URL, campaign: String) -> LoggedSet? {
    let file = folder.appending(path: "open_bandit_sample/random_\(campaign).csv.gz")
    guard let table = CSVTable(gzip: file) else { return nil }
    let items = table.column("item_id").map { Int($0) ?? 0 }
    return LoggedSet(
      name: "Open Bandit, \(campaign)",
      contexts: table.codes(["position", "user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"]),
      actionNames: (0...(items.max() ?? 0)).map { "item \($0)" }, actions: items,
      rewards: table.column("click").map { Double($0) ?? 0 }, isMoney: false, keep: items.map { _ in 1 })
  }

  /// The rows of a seed in its order.
  func order(seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    var rows = actions.indices.filter { keep[$0] >= 1 || generator.happens(keep[$0]) }
    for i in rows.indices.dropFirst().reversed() { rows.swapAt(i, generator.below(i + 1)) }
    return rows
  }

  /// Progressive replay: where the policy's draw is what the log has, the row counts and is learned from (Li, Chu,
  /// Langford and Wang 2011).
  /// - Returns: the mean reward of the rows that count.
  func replay(policy: String, seed: UInt64) throws -> Double {
    let distinct = Array(Set(contexts)).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    var driver = try LearnerDriver(
      segments: distinct, creatives: actionNames, offers: actionNames.map { _ in "none" }, policy: policy,
      reward: isMoney ? "margin" : "click", windowHours: 1, rules: [("half_life_days", 0)])
    var generator = SeededGenerator(seed: seed &+ 7_919)
    var (sum, count) = (0.0, 0)
    for (i, row) in order(seed: seed).enumerated() {
      // Every batch is an hour, and every outcome is known within it.
      let at = LearnerDriver.start.adding(Int64(i / LoggedSet.batch) * 2 * Instant.hour)
      if i % LoggedSet.batch == 0 { driver.plan(at: at) }
      let segment = numbers[contexts[row]] ?? 0
      let p = driver.propensities(segment)
      let action = generator.weighted(p)
      guard action == actions[row] else { continue }
      sum += rewards[row]
      count += 1
      driver.show(segment, action, propensity: p[action], reward: rewards[row], at: at)
    }
    return sum / Double(max(1, count))
  }

  /// Chance for the first tenth of the rows, and from then on the action that earned most: what a team without a
  /// learner does.
  func tested(seed: UInt64) -> Double {
    let order = order(seed: seed)
    let split = order.count / 10
    var generator = SeededGenerator(seed: seed &+ 7_919)
    var totals = actionNames.map { _ in (sum: 0.0, count: 0) }
    for row in order.prefix(split) where generator.below(actionNames.count) == actions[row] {
      totals[actions[row]].sum += rewards[row]
      totals[actions[row]].count += 1
    }
    let best = LoggedSet.best(totals)
    var (sum, count) = totals.reduce((0.0, 0)) { ($0.0 + $1.sum, $0.1 + $1.count) }
    for row in order.dropFirst(split) where actions[row] == best {
      sum += rewards[row]
      count += 1
    }
    return sum / Double(max(1, count))
  }

  /// The mean reward of the best action, known only afterwards. Of more than three actions the best of many noisy
  /// means is mostly noise: there it is chosen on half of the rows and judged on the other, both ways.
  func fixed(seed: UInt64) -> Double {
    func totals(_ rows: some Sequence<Int>) -> [(sum: Double, count: Int)] {
      rows.reduce(into: actionNames.map { _ in (sum: 0.0, count: 0) }) { totals, row in
        totals[actions[row]].sum += rewards[row]
        totals[actions[row]].count += 1
      }
    }
    func mean(_ total: (sum: Double, count: Int)) -> Double { total.sum / Double(max(1, total.count)) }
    guard actionNames.count > 3 else { return totals(actions.indices).map(mean).max() ?? 0 }
    let order = order(seed: seed)
    let (first, second) = (totals(order.prefix(order.count / 2)), totals(order.dropFirst(order.count / 2)))
    return (mean(second[LoggedSet.best(first)]) + mean(first[LoggedSet.best(second)])) / 2
  }

  /// The action of the highest mean; the first of equals.
  private static func best(_ totals: [(sum: Double, count: Int)]) -> Int {
    var (best, highest) = (0, -Double.infinity)
    for (action, total) in totals.enumerated() where total.count > 0 {
      let mean = total.sum / Double(total.count)
      if mean > highest { (best, highest) = (action, mean) }
    }
    return best
  }
}

/// A small table of texts from a packed CSV.
struct CSVTable {
  private let names: [String]
  private let rows: [[String]]

  /// - Returns: nil where the file is not there or `gzip` is not.
  init?(gzip url: URL) {
    guard FileManager.default.fileExists(atPath: url.path), let gzip = LoadGenerator.path("gzip") else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: gzip)
    process.arguments = ["-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var text = DelimitedText(Array(data))
    var (fields, rows) = ([String](), [[String]]())
    while let record = try? text.next(&fields) { if case .fields = record { rows.append(fields) } }
    guard let head = rows.first else { return nil }
    names = head
    self.rows = Array(rows.dropFirst())
  }

  func column(_ name: String) -> [String] {
    guard let i = names.firstIndex(of: name) else { return rows.map { _ in "" } }
    return rows.map { i < $0.count ? $0[i] : "" }
  }

  /// Columns as codes from 0, in the order of their values.
  func codes(_ columns: [String]) -> [[Int]] {
    let coded = columns.map { name -> [Int] in
      let texts = column(name)
      let numbers = Dictionary(uniqueKeysWithValues: Set(texts).sorted().enumerated().map { ($1, $0) })
      return texts.map { numbers[$0] ?? 0 }
    }
    return rows.indices.map { row in coded.map { $0[row] } }
  }
}
