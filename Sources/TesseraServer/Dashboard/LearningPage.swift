import TesseraModel
import TesseraRuntime

/// What the groups earned, and whether decisions earn more: with intervals that hold however often one looks.
struct LearningPage {
  let engine: Engine
  let memo: DashboardMemo

  private struct View {
    let since: String?
    let thin = DashboardText.thin
    let placements: [PlacementView]
  }

  private struct PlacementView {
    let id: String
    let reward: String
    let lede: String
    let groups: [GroupRow]
    let comparisons: [Comparison]
    let ratio: String?
    let isAlarm: Bool
    let mixed: String?
    let together: String?
    let hasSegments: Bool
    let segments: [SegmentRow]
  }

  private struct GroupRow {
    let name: String
    let share: String
    let persons: String
    let rewarded: String
    let exposures: String
    let rate: String
  }

  private struct Comparison {
    let over: String
    let verdict: String
    let isTold: Bool
    let isBetter: Bool
    let isWorse: Bool
    let difference: String
    let interval: String
    let relative: String
    let sentence: String
    let low: Int
    let width: Int
    let mid: Int
  }

  private struct SegmentRow {
    let id: String
    let description: String
    let persons: String
    let difference: String
    let interval: String
    let verdict: String
  }

  /// Half of an interval's picture, from no difference to its end.
  private static let half = 100.0

  func page() async throws -> DashboardPage {
    let json = try await engine.evidence()
    let offset = engine.utcOffsetSeconds(at: engine.clock.now())
    let since = json["since"]?.text.flatMap { try? Instant(parsing: $0) }
    let view = View(
      since: since.flatMap { $0.milliseconds > 0 ? DashboardText.time($0, offsetSeconds: offset) : nil },
      placements: (json["placements"]?.elements ?? []).map { placement($0) })
    return DashboardPage(.learning, title: "Learning", template: "learning", view: view)
  }

  private func placement(_ json: JSONValue) -> PlacementView {
    let isMoney = ["revenue", "margin"].contains(json["reward"]?.text ?? "")
    let unit = isMoney ? DashboardText.amount : DashboardText.percent
    let comparisons = json["comparisons"]?.elements ?? []
    let scale = comparisons.flatMap { [$0["low"]?.double ?? 0, $0["high"]?.double ?? 0] }.map(\.magnitude).max() ?? 0
    let mixed = json["mixed_persons"]?.integer ?? 0
    let segments = (json["segments"]?.elements ?? []).map { segment in
      SegmentRow(
        id: segment["segment"]?.text ?? "", description: segment["description"]?.text ?? "",
        persons: DashboardText.number(segment["persons"]), difference: LearningPage.signed(segment["difference"], unit),
        interval: LearningPage.interval(segment, unit),
        verdict: (segment["verdict"]?.text ?? "").replacing("_", with: " "))
    }
    return PlacementView(
      id: json["placement"]?.text ?? "", reward: json["reward"]?.text ?? "",
      lede: "\(DashboardText.number(json["matured"])) matured exposures; "
        + "\(DashboardText.number(json["pending"])) whose window has not passed.",
      groups: (json["groups"]?.elements ?? []).map { LearningPage.group($0, unit) },
      comparisons: comparisons.map { LearningPage.comparison($0, unit, scale: max(scale, 1e-9)) },
      ratio: json["sample_ratio"]?["sentence"]?.text, isAlarm: json["sample_ratio"]?["alarm"]?.flag ?? false,
      mixed: mixed == 0
        ? nil
        : "\(DashboardText.number(mixed)) seen in two groups, as visitor and as customer, "
          + "\(mixed == 1 ? "counts" : "count") in the group of their first exposure.",
      together: json["together"].flatMap { $0.isNull ? nil : LearningPage.together($0, unit) },
      hasSegments: !segments.isEmpty, segments: segments)
  }

  private static func group(_ json: JSONValue, _ unit: (Double?) -> String) -> GroupRow {
    GroupRow(
      name: (json["group"]?.text ?? "").replacing("_", with: " ").replacing("holdout", with: "hold-out"),
      share: "\(json["share"]?.integer ?? 0)\(DashboardText.thin)%", persons: DashboardText.number(json["persons"]),
      rewarded: DashboardText.number(json["rewarded_persons"]), exposures: DashboardText.number(json["exposures"]),
      rate: unit(json["rate"]?.double))
  }

  private static func comparison(_ json: JSONValue, _ unit: (Double?) -> String, scale: Double) -> Comparison {
    let verdict = json["verdict"]?.text ?? ""
    let (low, high) = (json["low"]?.double, json["high"]?.double)
    func place(_ x: Double) -> Int { Int((half + min(max(x / scale, -1), 1) * (half - 2)).rounded()) }
    let relative = json["relative"]?.double
    return Comparison(
      over: (json["over"]?.text ?? "").replacing("_", with: " ").replacing("holdout", with: "hold-out"),
      verdict: verdict.replacing("_", with: " "), isTold: low != nil, isBetter: verdict == "better",
      isWorse: verdict == "worse", difference: signed(json["difference"], unit),
      interval: low == nil ? "" : interval(json, unit),
      relative: relative.map { signed(.double($0), DashboardText.percent) } ?? DashboardText.none,
      sentence: json["sentence"]?.text ?? "", low: place(low ?? 0),
      width: max(2, place(high ?? 0) - place(low ?? 0)), mid: place(json["difference"]?.double ?? 0))
  }

  private static func interval(_ json: JSONValue, _ unit: (Double?) -> String) -> String {
    guard json["low"]?.double != nil else { return "none yet" }
    return "\(signed(json["low"], unit)) to \(signed(json["high"], unit))"
  }

  /// All segments together, in a sentence.
  private static func together(_ json: JSONValue, _ unit: (Double?) -> String) -> String {
    let interval = json["low"]?.double == nil ? "" : " (\(interval(json, unit)))"
    let people = "All segments that have people enough, together (\(DashboardText.number(json["persons"])) people)"
    return "\(people): \(signed(json["difference"], unit))\(interval). \(json["sentence"]?.text ?? "")"
  }

  /// A difference, with its sign.
  private static func signed(_ value: JSONValue?, _ unit: (Double?) -> String) -> String {
    guard let x = value?.double else { return DashboardText.none }
    return (x > 0 ? "+" : "") + unit(x)
  }
}
