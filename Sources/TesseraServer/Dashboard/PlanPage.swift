import HTTPTypes
import TesseraModel
import TesseraRuntime
import TesseraStorage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How fine the store can afford to be: a picture of value against the number of segments, and the same as a table.
struct PlanPage {
  let engine: Engine
  let memo: DashboardMemo

  private struct View {
    let recommended: String
    let reason: String
    let lede: String
    let points: [Point]
    let line: String
    let grid: [Grid]
    let label: String
    let rungs: [Rung]
    let assumptions: String
  }

  /// A rung in the picture; the text stands right of the mark, or left where there is no room.
  private struct Point {
    let x: Int
    let y: Int
    let radius: Int
    let isRecommended: Bool
    let name: String
    let textX: Int
    let textY: Int
    let anchor: String
  }

  private struct Grid {
    let x: Int
    let text: String
  }

  private struct Rung {
    let name: String
    let axes: String
    let isRecommended: Bool
    let segments: String
    let people: String
    let onAllAxes: String
    let fallsBack: String
    let looks: String
    let month: String
    let kept: String
    let width: Int
  }

  /// The picture's box, with room for the texts around it.
  private static let (width, height, left, bottom) = (760.0, 340.0, 50.0, 300.0)
  private static let plotWidth = 640.0
  private static let plotHeight = 270.0

  func page() async throws -> DashboardPage {
    guard let (row, _) = try await engine.bookInForce() else {
      return DashboardPage.failure(.notFound, "there is no decision book yet; run `tessera cycle`", section: .plan)
    }
    let json = try await memo.value("plan \(row.book)") {
      await engine.granularityPlan(at: row.at, budget: Engine.planBudget)
    }
    return DashboardPage(.plan, title: "How fine?", template: "plan", view: PlanPage.view(json))
  }

  private static func view(_ json: JSONValue) -> View {
    let rungs = json["rungs"]?.elements ?? []
    let recommended = json["recommended"]?.text ?? ""
    let most = rungs.compactMap { $0["segments"]?.integer }.max() ?? 1
    let points = points(rungs, recommended, most: most)
    let hours = (json["window_hours"]?.double ?? 0) * Double(Instant.hour)
    let assumptions = json["assumptions"]
    return View(
      recommended: recommended.prefix(1).uppercased() + recommended.dropFirst(),
      reason: (json["reason"]?.text ?? "") + ".",
      lede:
        "\(DashboardText.number(json["customers_active"])) active customers. Value is how much of what people did in "
        + "\(DashboardText.age(milliseconds: Int64(hours))) is predicted by where they stood before.",
      points: points,
      // Recency, frequency and money are a choice of axes of its own, not a step of the ladder.
      line: points.filter { !$0.name.hasPrefix("recency") }.map { "\($0.x),\($0.y)" }.joined(separator: " "),
      grid: grid(most: most),
      label: "Value kept against the number of segments: "
        + rungs.map { "\($0["name"]?.text ?? "") \(DashboardText.percent($0["value_kept"]?.double))" }
        .joined(separator: ", "),
      rungs: rungs.map { rung($0, recommended) },
      assumptions:
        "Agents look at segments of \(DashboardText.number(assumptions?["agents_look_at_segments_of"])) people "
        + "and more, at \(DashboardText.percent(assumptions?["share_of_segments_looked_at_per_hour"]?.double)) of them in "
        + "an hour, for $\(assumptions?["usd_per_look"]?.double ?? 0) a look (\(assumptions?["model"]?.text ?? ""), prices of "
        + "\(assumptions?["prices_as_of"]?.text ?? "")).")
  }

  /// Segments on a scale of powers of ten, since rungs differ by factors.
  private static func x(_ segments: Int, most: Int) -> Double {
    left + plotWidth * log10(Double(max(1, segments))) / max(1, log10(Double(max(10, most))))
  }

  private static func points(_ rungs: [JSONValue], _ recommended: String, most: Int) -> [Point] {
    let ordered = rungs.sorted { ($0["segments"]?.integer ?? 0) < ($1["segments"]?.integer ?? 0) }
    var lastY = [Int]()
    return ordered.enumerated().map { i, rung in
      let x = Int(x(rung["segments"]?.integer ?? 1, most: most).rounded())
      let y = Int((bottom - plotHeight * (rung["value_kept"]?.double ?? 0)).rounded())
      let isRecommended = rung["name"]?.text == recommended
      let isLeft = Double(x) > left + plotWidth * 0.62
      // Names of neighbours step aside, one above and one below.
      var textY = y + (i % 2 == 0 ? -10 : 20)
      while lastY.suffix(3).contains(where: { abs($0 - textY) < 14 }) { textY += 15 }
      lastY.append(textY)
      return Point(
        x: x, y: y, radius: isRecommended ? 8 : 5, isRecommended: isRecommended, name: rung["name"]?.text ?? "",
        textX: x + (isLeft ? -4 : 4), textY: min(textY, Int(height) - 26), anchor: isLeft ? "end" : "start")
    }
  }

  private static func grid(most: Int) -> [Grid] {
    var (out, n) = ([Grid](), 1)
    while n <= max(10, most) {
      out.append(Grid(x: Int(x(n, most: most).rounded()), text: DashboardText.number(n)))
      n *= 10
    }
    return out
  }

  private static func rung(_ json: JSONValue, _ recommended: String) -> Rung {
    let people = json["people"]
    let dollars = json["usd_per_month"]?.double ?? 0
    let kept = json["value_kept"]?.double ?? 0
    return Rung(
      name: json["name"]?.text ?? "",
      axes: (json["axes"]?.elements ?? []).compactMap(\.text).joined(separator: ", "),
      isRecommended: json["name"]?.text == recommended, segments: DashboardText.number(json["segments"]),
      people: "\(DashboardText.number(people?["min"])) · \(DashboardText.number(people?["median"])) · "
        + DashboardText.number(people?["max"]),
      onAllAxes: DashboardText.percent(json["on_all_axes"]?.double),
      fallsBack: DashboardText.percent(json["falls_back"]?.double),
      looks: DashboardText.number(Int((json["looks_per_hour"]?.double ?? 0).rounded())),
      month: dollars < 10 ? "$\((dollars * 100).rounded() / 100)" : "$" + DashboardText.number(Int(dollars.rounded())),
      kept: DashboardText.percent(kept), width: Int((kept * 100).rounded()))
  }
}
