import TesseraModel
import TesseraRuntime

/// What the agents' part earned: by placement, analyst and reason, and which claims came true.
struct AgentWorthView {
  struct Place {
    let placement: String
    let reward: String
    let exposures: String
    let lift: Lift
    let earned: String
    let range: String
  }

  struct Kind {
    let author: String
    let reason: String
    let code: String
    let strength: String
    let exposures: String
    let lift: Lift
    let trust: String
  }

  /// A lift with its interval's picture; no lift is in the middle.
  struct Lift {
    let value: String
    let interval: String
    let isTold: Bool
    let low: Int
    let width: Int
    let mid: Int
  }

  struct Author {
    let name: String
    let exposures: String
    let lift: Lift
  }

  struct Track {
    let author: String
    let reason: String
    let right: String
    let wrong: String
    let undecided: String
    let rightWidth: Int
    let wrongWidth: Int
  }

  let days: Int
  let sentence: String
  let cost: String
  let hasPlaces: Bool
  let places: [Place]
  let hasKinds: Bool
  let authors: [Author]
  let kinds: [Kind]
  let hasTracks: Bool
  let tracks: [Track]
  let thin = DashboardText.thin

  /// Half of an interval's picture.
  private static let half = 100.0

  /// - Returns: nil before the first cycle.
  init?(_ json: JSONValue) {
    guard let evidence = json["evidence"], !evidence.isNull else { return nil }
    let worth = json["worth"]
    days = worth?["days"]?.integer ?? 0
    cost = AgentWords.dollars(worth?["cost"]?.double)
    let analyst = json["analyst"]?.text
    let rows = worth?["placements"]?.elements ?? []
    let lifts = (evidence["placements"]?.elements ?? []).filter { $0["author"]?.text == analyst }
    places = zip(rows, lifts).map { row, lift in
      let reward = row["reward"]?.text
      let isTold = row["low"]?.double != nil
      return Place(
        placement: row["placement"]?.text ?? "", reward: reward ?? "",
        exposures: DashboardText.number(row["exposures"]),
        lift: AgentWorthView.lift(lift) { AgentWords.reward(reward, $0) },
        earned: AgentWords.earned(reward, row["earned"]?.double),
        range: isTold
          ? "\(AgentWords.earned(reward, row["low"]?.double)) to \(AgentWords.earned(reward, row["high"]?.double))" : ""
      )
    }
    hasPlaces = !places.isEmpty
    sentence = AgentWorthView.sentence(worth, rows, cost: cost)
    authors = (evidence["authors"]?.elements ?? []).map { author in
      Author(
        name: author["author"]?.text ?? "", exposures: DashboardText.number(author["exposures"]),
        lift: AgentWorthView.lift(author) { AgentWords.reward(nil, $0) })
    }
    kinds = (evidence["reasons"]?.elements ?? []).map { kind in
      Kind(
        author: kind["author"]?.text ?? "", reason: AgentWords.words(AgentWords.reasons, kind["reason"]?.text),
        code: kind["reason"]?.text ?? "", strength: kind["strength"]?.text ?? "",
        exposures: DashboardText.number(kind["exposures"]),
        lift: AgentWorthView.lift(kind) { AgentWords.reward(nil, $0) },
        trust: DashboardText.percent(kind["trust"]?.double))
    }
    hasKinds = !kinds.isEmpty
    tracks = (evidence["claims"]?.elements ?? []).map(AgentWorthView.track)
    hasTracks = !tracks.isEmpty
  }

  /// What was earned against what it cost, as far as the two can be held against each other.
  private static func sentence(_ worth: JSONValue?, _ rows: [JSONValue], cost: String) -> String {
    guard !rows.isEmpty else { return "Not enough data yet: nobody was shown a decision that an overlay changed." }
    let told = rows.filter { $0["low"]?.double != nil }
    guard !told.isEmpty else {
      return "Not enough data yet to say what it earns: intervals are told from 100 views on. It cost \(cost)."
    }
    let certain = told.filter { ($0["low"]?.double ?? 0) > 0 || ($0["high"]?.double ?? 0) < 0 }
    guard !certain.isEmpty else {
      let ranges = told.map { row in
        let reward = row["reward"]?.text
        return
          "\(AgentWords.earned(reward, row["low"]?.double)) to \(AgentWords.earned(reward, row["high"]?.double)) in "
          + (row["placement"]?.text ?? "")
      }
      return "It cannot be told yet whether it earns anything: \(ranges.joined(separator: ", ")). It cost \(cost)."
    }
    let sums = certain.map { row -> String in
      let earned = row["earned"]?.double
      return "\(AgentWords.earned(row["reward"]?.text, earned)) in \(row["placement"]?.text ?? "")"
    }
    return "It earned about \(sums.joined(separator: ", ")), and cost \(cost)" + net(certain, worth)
  }

  /// The difference where rewards are money of the same kind, or what one more costs.
  private static func net(_ rows: [JSONValue], _ worth: JSONValue?) -> String {
    let cost = worth?["cost"]?.double ?? 0
    let money = rows.filter { ["revenue", "margin"].contains($0["reward"]?.text ?? "") }
    if !money.isEmpty, worth?["currency"]?.text == "USD" {
      let net = money.compactMap { $0["earned"]?.double }.reduce(0, +) - cost
      return ": \(net < 0 ? "−" : "")\(AgentWords.dollars(net.magnitude)) net."
    }
    guard rows.count == 1, let earned = rows[0]["earned"]?.double, earned > 0, money.isEmpty, cost > 0 else {
      return "."
    }
    return ": \(AgentWords.dollars(cost / earned)) for each more."
  }

  private static func lift(_ json: JSONValue, _ unit: (Double) -> String) -> Lift {
    let (low, high, mean) = (json["low"]?.double, json["high"]?.double, json["lift"]?.double ?? 0)
    let scale = max([low ?? 0, high ?? 0, mean].map(\.magnitude).max() ?? 0, 1e-12)
    func place(_ x: Double) -> Int { Int((half + x / scale * (half - 2)).rounded()) }
    return Lift(
      value: unit(mean), interval: low == nil ? "" : "\(unit(low ?? 0)) to \(unit(high ?? 0))", isTold: low != nil,
      low: place(low ?? 0), width: max(2, place(high ?? 0) - place(low ?? 0)), mid: place(mean))
  }

  private static func track(_ json: JSONValue) -> Track {
    let (right, wrong) = (json["came_true"]?.integer ?? 0, json["did_not"]?.integer ?? 0)
    let all = max(1, right + wrong + (json["undecided"]?.integer ?? 0))
    return Track(
      author: json["author"]?.text ?? "", reason: AgentWords.words(AgentWords.reasons, json["reason"]?.text),
      right: DashboardText.number(right), wrong: DashboardText.number(wrong),
      undecided: DashboardText.number(json["undecided"]), rightWidth: right * 100 / all, wrongWidth: wrong * 100 / all)
  }
}
