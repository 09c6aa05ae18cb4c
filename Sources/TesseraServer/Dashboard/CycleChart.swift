import TesseraModel
import TesseraRuntime

/// The last cycles as two rows of bars, and as a table.
struct CycleChart {
  struct Series {
    let name: String
    let last: String
    let least: String
    let most: String
    let label: String
    let width: Int
    let bars: [Bar]
  }

  struct Bar {
    let x: Int
    let y: Int
    let height: Int
  }

  struct Row {
    let number: Int
    let at: String
    let active: String
    let decided: String
  }

  let count: Int
  let series: [Series]
  let rows: [Row]

  /// Two days of hourly cycles.
  static let cyclesShown = 48
  /// A few cycles leave room for those to come.
  private static let slotsMin = 24
  /// Bars are ten units apart in a box of this height.
  private static let height = 60

  /// - Parameter cycles: reports, the newest first.
  /// - Returns: nil where there is nothing to compare.
  init?(_ cycles: [JSONValue], _ engine: Engine) {
    let published = cycles.filter { $0["status"]?.text == "published" }
    guard published.count > 1 else { return nil }
    count = published.count
    series = [
      CycleChart.series("Active customers", published.reversed().map { $0["customers_active"]?.integer ?? 0 }),
      CycleChart.series("Segments decided", published.reversed().map { $0["segments_decided"]?.integer ?? 0 }),
    ]
    rows = published.map { cycle in
      let at = DashboardText.instant(cycle["at"])
      return Row(
        number: cycle["cycle"]?.integer ?? 0,
        at: DashboardText.time(at, offsetSeconds: at.map { engine.utcOffsetSeconds(at: $0) } ?? 0),
        active: DashboardText.number(cycle["customers_active"]),
        decided: DashboardText.number(cycle["segments_decided"]))
    }
  }

  /// Bars of counts in the order of time.
  static func series(_ name: String, _ counts: [Int]) -> Series {
    let most = counts.max() ?? 0
    let (last, least) = (DashboardText.number(counts.last ?? 0), DashboardText.number(counts.min() ?? 0))
    let bars = counts.enumerated().map { i, count in
      let tall = max(1, count * height / max(1, most))
      return Bar(x: i * 10 + 1, y: height - tall, height: tall)
    }
    return Series(
      name: name, last: last, least: least, most: DashboardText.number(most),
      label: "\(name) in \(counts.count) cycles: from \(least) to \(DashboardText.number(most)), now \(last)",
      width: max(slotsMin, counts.count) * 10, bars: bars)
  }
}
