/// What a policy reached in a table, a value a seed, in the same order of seeds as every other policy of the table. A
/// policy that takes no draws, such as the best arm in hindsight, has one value.
struct ScorecardRow {
  /// Such as `Hillstrom, visit`.
  let table: String
  /// What the values are, such as `mean reward`. More is better.
  let unit: String
  let policy: String
  let isOurs: Bool
  let values: [Double]

  /// Over the seeds; nil without a value.
  var estimate: ScorecardEstimate? { ScorecardEstimate(values) }

  /// What another row, ours, has more than this one, seed by seed: what an order of rows does to both falls out.
  /// - Returns: nil if the seeds do not match, or are too few to tell.
  func difference(of ours: ScorecardRow) -> ScorecardEstimate? {
    if values.count == 1 {
      return ScorecardEstimate(ours.values.map { $0 - values[0] }).flatMap { $0.isSingle ? nil : $0 }
    }
    guard values.count == ours.values.count, values.count > 1 else { return nil }
    return ScorecardEstimate(zip(ours.values, values).map { $0 - $1 })
  }
}

/// A mean with Student's 95 % interval.
struct ScorecardEstimate {
  let mean: Double
  let low: Double
  let high: Double
  /// Of one value, which has no interval.
  let isSingle: Bool

  var halfWidth: Double { (high - low) / 2 }

  /// - Returns: nil of no values, or of one that is no number.
  init?(_ values: [Double]) {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let count = Double(values.count)
    mean = values.reduce(0, +) / count
    isSingle = values.count == 1
    guard !isSingle else {
      (low, high) = (mean, mean)
      return
    }
    let center = mean
    let variance = values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / (count - 1)
    let half = ScorecardEstimate.quantile(values.count - 1) * (variance / count).squareRoot()
    (low, high) = (mean - half, mean + half)
  }

  /// The 97.5 % quantile of Student's t; between the rows of the table that of fewer degrees, which is the safe side.
  static func quantile(_ degrees: Int) -> Double {
    if degrees >= 120 { return 1.980 }
    if degrees >= 60 { return 2.000 }
    if degrees >= 40 { return 2.021 }
    return upToThirty[max(1, min(degrees, 30)) - 1]
  }

  private static let upToThirty = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
  ]
}

/// A table of the scorecard: its policies, the best first, each with how ours stands to it.
struct ScorecardTable {
  /// How ours stands to a policy: above or below where the interval of the paired difference leaves out 0.
  enum Standing { case ours, above, unclear, below, incomparable }

  struct Line {
    let policy: String
    let estimate: ScorecardEstimate
    /// Ours less this one.
    let difference: ScorecardEstimate?
    let standing: Standing
    let seeds: Int
  }

  let name: String
  let unit: String
  let lines: [Line]
  let ours: Line?
  /// Places after the point, so that half of the usual interval has two digits.
  let digits: Int

  /// - Parameter rows: those of this table; the first that is ours is what others are compared with.
  init(_ name: String, _ rows: [ScorecardRow]) {
    self.name = name
    unit = rows.first?.unit ?? ""
    let first = rows.first(where: \.isOurs)
    let lines = rows.compactMap { row -> Line? in
      guard let estimate = row.estimate else { return nil }
      if row.isOurs {
        return Line(
          policy: row.policy, estimate: estimate, difference: nil, standing: .ours, seeds: row.values.count)
      }
      let difference = first.flatMap { row.difference(of: $0) }
      return Line(
        policy: row.policy, estimate: estimate, difference: difference, standing: ScorecardTable.standing(difference),
        seeds: row.values.count)
    }
    ours = lines.first { $0.standing == .ours }
    // Equal means stay in the order given.
    self.lines = lines.enumerated().sorted {
      ($1.element.estimate.mean, $0.offset) < ($0.element.estimate.mean, $1.offset)
    }.map(\.element)
    let widths = lines.map(\.estimate.halfWidth).filter { $0 > 0 }.sorted()
    let means = lines.map { abs($0.estimate.mean) }.filter { $0 > 0 }.sorted()
    // Without any interval, three digits of the usual mean.
    let width = widths.isEmpty ? means.isEmpty ? 1 : means[means.count / 2] / 10 : widths[widths.count / 2]
    digits = ScorecardTable.digits(for: width)
  }

  private static func standing(_ difference: ScorecardEstimate?) -> Standing {
    guard let difference else { return .incomparable }
    if difference.low > 0 { return .above }
    return difference.high < 0 ? .below : .unclear
  }

  private static func digits(for width: Double) -> Int {
    var (scaled, digits) = (width, 0)
    while scaled < 9.95, digits < 6 { (scaled, digits) = (scaled * 10, digits + 1) }
    return digits
  }

  func count(_ standing: Standing) -> Int { lines.filter { $0.standing == standing }.count }

  var seeds: Int { lines.map(\.seeds).max() ?? 0 }
  /// For file names and links.
  var slug: String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "table" : words.joined(separator: "-")
  }
}

/// The scorecard as a page of Markdown with a picture a table. The same rows give the same bytes.
struct ScorecardPage {
  let tables: [ScorecardTable]
  let notes: [String: String]
  let seeds: [Int]
  let command: String
  let date: String

  /// - Parameters:
  ///   - notes: what to know of a table, by its name.
  ///   - command: what measured the rows.
  ///   - date: the day, as it is to be shown.
  init(rows: [ScorecardRow], notes: [String: String], seeds: [Int] = [], command: String, date: String) {
    var names: [String] = []
    for row in rows where !names.contains(row.table) { names.append(row.table) }
    tables = names.map { name in ScorecardTable(name, rows.filter { $0.table == name }) }
    (self.notes, self.seeds, self.command, self.date) = (notes, seeds, command, date)
  }

  /// Names of files, a table each; a second table of the same name in letters and digits gets a number.
  private var files: [String] {
    var taken: [String: Int] = [:]
    return tables.map { table in
      let count = taken[table.slug, default: 0] + 1
      taken[table.slug] = count
      return table.slug + (count == 1 ? "" : "-\(count)") + ".svg"
    }
  }

  var pictures: [(name: String, svg: String)] {
    zip(files, tables).map { (name: $0, svg: ScorecardPicture(table: $1).svg) }
  }

  /// - Parameter pictures: the folder of the pictures, as seen from the page.
  func markdown(pictures: String) -> String {
    var out = """
      # Scorecard

      Our choice policy beside others, on the same rows, events and seeds. Measured on \(date)\(seedsText), with

      ```sh
      \(command)
      ```

      Means are over seeds, with Student's 95 % interval; more is better. *Ours − it* is the difference seed by seed: ours
      is **above** or **below** a policy where the interval of that difference leaves out 0. Intervals are not widened for
      the number of comparisons: of forty, about two would leave out 0 by chance alone.

      *Best fixed action* is known only afterwards; of more than three actions it is chosen on one half of the rows and judged on
      the other, both ways. *Best action of a test* can be had without a learner: chance for a tenth of the time, then what earned most.
      Where a title does not say otherwise, every micro-segment of a world is decided by itself, so that a policy a customer knows no
      more of people than one a segment.
      Peers learn from an event there once, after as long as three responses of four take; later ones are lost to them. Learning
      from each response as it comes serves online learners worse. How far we explore was chosen on some of these rows and seeds
      ([decision 22](decisions/0022-likings-learned.md)).

      | table | ours | the best other | ours is above | no clear difference | ours is below |
      |---|---:|---|---:|---:|---:|

      """
    for table in tables { out += summary(table) }
    for (file, table) in zip(files, tables) {
      out += "\n## \(cell(table.name))\n\n"
      if let note = notes[table.name] { out += note + "\n\n" }
      out += "![\(alternative(table))](\(pictures)/\(file))\n\n"
      out += "| policy | \(cell(table.unit)) | 95 % interval | ours − it | ours is |\n|---|---:|---|---|---|\n"
      for line in table.lines { out += row(line, table.digits) }
    }
    return out
  }

  private var seedsText: String {
    guard let first = seeds.first, let last = seeds.last else { return "" }
    let isRun = seeds.count > 2 && seeds == Array(first..<first + seeds.count)
    return ", seeds " + (isRun ? "\(first) to \(last)" : seeds.map(String.init).joined(separator: ", "))
  }

  private func summary(_ table: ScorecardTable) -> String {
    func text(_ line: ScorecardTable.Line?) -> String {
      line.map { FixedPoint.text($0.estimate.mean, table.digits) } ?? "–"
    }
    let best = table.lines.first { $0.standing != .ours }
    let counts = [.above, .unclear, .below].map { String(table.count($0)) }.joined(separator: " | ")
    let other = best.map { text($0) + ", " + cell($0.policy) } ?? "–"
    return "| \(cell(table.name)) | \(text(table.ours)) | \(other) | \(counts) |\n"
  }

  private func row(_ line: ScorecardTable.Line, _ digits: Int) -> String {
    let policy = line.standing == .ours ? "**\(cell(line.policy))**" : cell(line.policy)
    let interval = line.estimate.isSingle ? "–" : ScorecardPage.interval(line.estimate, digits, isSigned: false)
    let difference = line.difference.map { difference in
      FixedPoint.text(difference.mean, digits, isSigned: true) + " "
        + ScorecardPage.interval(difference, digits, isSigned: true)
    }
    let standing =
      switch line.standing {
      case .ours, .incomparable: "–"
      case .above: "**above**"
      case .unclear: "no clear difference"
      case .below: "**below**"
      }
    return
      "| \(policy) | \(FixedPoint.text(line.estimate.mean, digits)) | \(interval) | \(difference ?? "–") | \(standing) |\n"
  }

  private static func interval(_ estimate: ScorecardEstimate, _ digits: Int, isSigned: Bool) -> String {
    let ends = [estimate.low, estimate.high].map { FixedPoint.text($0, digits, isSigned: isSigned) }
    return "[\(ends[0]), \(ends[1])]"
  }

  private func alternative(_ table: ScorecardTable) -> String {
    let ours = table.ours.map { "; ours \(FixedPoint.text($0.estimate.mean, table.digits))" } ?? ""
    return "\(table.name): \(table.unit) of \(table.lines.count) policies\(ours)"
  }

  /// Text within a table: what ends a cell or begins HTML means itself.
  private func cell(_ text: String) -> String {
    text.map { "|<*_`".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

/// Numbers with a fixed count of places after the point, the same on every machine.
enum FixedPoint {
  /// - Parameter isSigned: whether what is above 0 has a plus. A minus is the long one.
  static func text(_ value: Double, _ digits: Int, isSigned: Bool = false) -> String {
    let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value * scale).rounded()
    guard abs(scaled) < 9e15 else { return "\(value)" }
    var figures = String(Int64(abs(scaled)))
    if figures.count <= digits { figures = String(repeating: "0", count: digits + 1 - figures.count) + figures }
    let whole = figures.dropLast(digits)
    let sign = scaled < 0 ? "−" : (isSigned && scaled > 0 ? "+" : "")
    return sign + whole + (digits > 0 ? "." + figures.suffix(digits) : "")
  }
}
