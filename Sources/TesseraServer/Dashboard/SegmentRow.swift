import TesseraModel

/// A segment in a list: who, how many, and what leads for them at each placement.
struct SegmentRow {
  struct Lead {
    let action: String
    let propensity: String
  }

  let id: String
  let description: String
  let members: String
  let size: Int
  /// How many axes are relaxed, in words.
  let detail: String
  let leads: [Lead]

  init(_ json: JSONValue) {
    id = json["id"]?.text ?? ""
    description = json["description"]?.text ?? ""
    size = json["members"]?.integer ?? 0
    members = DashboardText.number(size)
    let relaxed = json["relaxed"]?.elements?.count ?? 0
    detail = relaxed == 0 ? "all" : "\(relaxed) relaxed"
    leads = (json["decisions"]?.elements ?? []).map { decision in
      guard let action = decision["action"], !action.isNull else {
        return Lead(action: "nothing eligible", propensity: "")
      }
      return Lead(
        action: DashboardText.action(action), propensity: DashboardText.percent(decision["propensity"]?.double))
    }
  }
}
