import TesseraModel
import TesseraRuntime

/// One axis of a segment.
struct AxisChip {
  let name: String
  let value: String
  let isAny: Bool

  static func chips(_ axes: JSONValue?) -> [AxisChip] {
    (axes?.members?.members ?? []).map { axis in
      AxisChip(name: axis.name, value: axis.value.text ?? "", isAny: axis.value.text == "any")
    }
  }
}

/// One segment: who, how many, what was decided this hour and why, and the hours before.
struct SegmentPage {
  let engine: Engine

  private struct View {
    let id: String
    let description: String
    let members: String
    let cycle: Int
    let at: String
    let axes: [AxisChip]
    let rolledUp: RolledUp?
    let hasDecisions: Bool
    let decisions: [DecisionView]
    let hasHistory: Bool
    let historyCount: String
    let historyPlacements: [String]
    let history: [Hour]
    let trend: CycleChart.Series?
  }

  private struct RolledUp {
    struct Lead {
      let placement: String
      let action: String
      let propensity: String
    }
    let row: SegmentRow
    let relaxed: String
    let leads: [Lead]
  }

  private struct Hour {
    struct Lead {
      let decision: String
      let action: String
      let propensity: String
      let isChanged: Bool
    }
    let cycle: Int
    let at: String
    let members: String
    let leads: [Lead]
  }

  /// Cycles of the history shown: a day.
  private static let cyclesShown = 24

  func page(_ id: String) async throws -> DashboardPage {
    let json = try await engine.segment(id)
    let at = DashboardText.instant(json["at"]) ?? engine.clock.now()
    let offset = engine.utcOffsetSeconds(at: at)
    let share = engine.policy.agent.enabled ? engine.policy.agent.share : 0
    let description = json["description"]?.text ?? id
    // One hour more than is shown, to know what the oldest one changed.
    let hours = try await engine.history(ofSegment: id, limit: SegmentPage.cyclesShown + 1)
    let decisions = (json["records"]?.elements ?? []).compactMap {
      DecisionView($0, agentShare: share, offsetSeconds: offset)
    }
    let sizes = hours.reversed().map { $0["members"]?.integer ?? 0 }
    let view = View(
      id: id, description: description.prefix(1).uppercased() + description.dropFirst(),
      members: DashboardText.count(json["members"]?.integer ?? 0, "active customer"),
      cycle: json["cycle"]?.integer ?? 0, at: DashboardText.time(at, offsetSeconds: offset),
      axes: AxisChip.chips(json["axes"]), rolledUp: json["rolled_up_to"].map(SegmentPage.rolledUp),
      hasDecisions: !decisions.isEmpty, decisions: decisions, hasHistory: !hours.isEmpty,
      historyCount: DashboardText.count(min(hours.count, SegmentPage.cyclesShown), "cycle"),
      historyPlacements: (hours.first?["decisions"]?.elements ?? []).map { $0["placement"]?.text ?? "" },
      history: history(hours),
      trend: sizes.count > 1 ? CycleChart.series("Active customers in this segment", sizes) : nil)
    return DashboardPage(.segments, title: description, template: "segment", view: view)
  }

  private static func rolledUp(_ json: JSONValue) -> RolledUp {
    let row = SegmentRow(json)
    let placements = (json["decisions"]?.elements ?? []).map { $0["placement"]?.text ?? "" }
    return RolledUp(
      row: row, relaxed: (json["relaxed"]?.elements ?? []).compactMap(\.text).joined(separator: ", "),
      leads: zip(placements, row.leads).map {
        RolledUp.Lead(placement: $0, action: $1.action, propensity: $1.propensity)
      })
  }

  private func history(_ hours: [JSONValue]) -> [Hour] {
    hours.prefix(SegmentPage.cyclesShown).enumerated().map { i, hour in
      let before = i + 1 < hours.count ? hours[i + 1]["decisions"]?.elements ?? [] : []
      let leads = (hour["decisions"]?.elements ?? []).map { decision -> Hour.Lead in
        let was = before.first { $0["placement"] == decision["placement"] }
        return Hour.Lead(
          decision: decision["decision"]?.text ?? "", action: DashboardText.action(decision["action"]),
          propensity: DashboardText.percent(decision["propensity"]?.double),
          isChanged: was.map { $0["action"] != decision["action"] } ?? false)
      }
      let at = DashboardText.instant(hour["at"])
      return Hour(
        cycle: hour["cycle"]?.integer ?? 0,
        at: DashboardText.time(at, offsetSeconds: at.map { engine.utcOffsetSeconds(at: $0) } ?? 0),
        members: DashboardText.number(hour["members"]), leads: leads)
    }
  }
}
