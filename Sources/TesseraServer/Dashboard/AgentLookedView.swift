import TesseraModel

/// Rows as a table, each with the name that claims cite it by.
struct AgentTableView {
  struct Row {
    /// For a link to it.
    let anchor: String
    let id: String
    let cells: [String]
  }

  let columns: [String]
  let rows: [Row]

  /// - Parameters:
  ///   - ids: of the rows, as they are cited.
  ///   - prefix: tells the segments of a shared look apart.
  init(_ rows: [JSONValue], ids: [String], prefix: String, without: Set<String> = ["id"]) {
    let columns = AgentWords.columns(rows).filter { !without.contains($0) }
    self.columns = columns.map { $0.replacing("_", with: " ") }
    self.rows = zip(rows, ids).map { row, id in
      Row(anchor: prefix + id, id: id, cells: columns.map { AgentTableView.cell(row[$0]) })
    }
  }

  /// Lists and small objects in words; times to the minute, UTC.
  static func cell(_ value: JSONValue?) -> String {
    switch value {
    case .array(let elements)?: return elements.map(cell).joined(separator: ", ")
    case .object(let object)?:
      if let title = object["title"]?.text {
        let price = object["price"].map { $0.isNull ? "" : " at \(cell($0))" } ?? ""
        return title + price
      }
      return object.map { "\($0.name) \(cell($0.value))" }.joined(separator: " ")
    case .string(let text)?:
      guard text.utf8.count >= 20, text.hasSuffix("Z"), let at = try? Instant(parsing: text) else { return text }
      return "\("\(at)".prefix(10)) \("\(at)".dropFirst(11).prefix(5)) UTC"
    default: return DashboardText.cell(value)
    }
  }

  /// Rows with what arm ids stand for beside them.
  static func named(_ rows: [JSONValue], _ arms: JSONValue?) -> [JSONValue] {
    rows.map { row in
      guard var object = row.members, let id = object["arm_id"]?.text, let arm = arms?[id] else { return row }
      object["arm_id"] = .string("\(AgentWords.part(arm)) in \(arm["in"]?.text ?? "") (\(id))")
      return .object(object)
    }
  }
}

/// A question that an agent put to the store's data, and what came back.
struct AgentAskedView {
  let number: Int
  let tool: String
  let arguments: [Argument]
  let hasArguments: Bool
  let asOf: String
  let failure: String?
  let table: AgentTableView?
  let isCut: Bool

  struct Argument {
    let name: String
    let value: String
  }

  /// - Parameter arms: what arm ids stand for.
  init(_ json: JSONValue, arms: JSONValue?, offsetSeconds: Int) {
    number = json["number"]?.integer ?? 0
    tool = json["tool"]?.text ?? ""
    arguments = (json["arguments"]?.members ?? JSONObject()).filter { !$0.value.isNull }.map {
      Argument(name: $0.name.replacing("_", with: " "), value: AgentTableView.cell($0.value))
    }
    hasArguments = !arguments.isEmpty
    asOf = DashboardText.time(DashboardText.instant(json["as_of"]), offsetSeconds: offsetSeconds)
    failure = json["error"]?.text
    let rows = json["rows"]?.elements ?? []
    let ids = rows.indices.map { "t\(json["number"]?.integer ?? 0)r\($0 + 1)" }
    table = rows.isEmpty ? nil : AgentTableView(AgentTableView.named(rows, arms), ids: ids, prefix: "")
    isCut = json["truncated"]?.flag ?? false
  }
}

/// A segment of a look: what the agent knew of it, said of it and changed for it.
struct AgentLookedView {
  struct Item {
    let name: String
    let value: String
  }

  struct Arm {
    let id: String
    let name: String
    let placement: String
    let mean: String
    let exposures: String
    let probability: String
    let width: Int
  }

  struct Claim {
    let statement: String
    let reason: String
    let about: String
    let evidence: [Cited]
    let prediction: String?
    let until: String
  }

  struct Cited {
    let id: String
    let link: String?
    let text: String
  }

  struct Refused {
    let words: String
    let code: String
    let detail: String
  }

  struct Effect {
    let what: String
    let placement: String
    let direction: String
    let strength: String
    let until: String
    let weight: String
    let before: String
    let after: String
    let decision: String?
  }

  struct Copy {
    let headline: String
    let body: String
    let slot: String
    let style: String
  }

  let number: Int
  let segment: String
  let label: String
  let isShared: Bool
  let isOpen: Bool
  let outcome: String
  let why: String
  let value: String?
  let summary: String?
  let hasDigest: Bool
  let people: [Item]
  let changes: AgentTableView?
  let arms: [Arm]
  let last: String?
  let digest: String
  let hasClaims: Bool
  let claims: [Claim]
  let silent: String
  let hasRefused: Bool
  let refused: [Refused]
  let hasEffects: Bool
  let effects: [Effect]
  let hasCopies: Bool
  let copies: [Copy]
  let flags: [String]

  init(_ json: JSONValue, number: Int, run: JSONValue, isShared: Bool, offsetSeconds: Int) {
    let id = json["segment"]?.text ?? ""
    let digest = run["digests"]?[id] ?? .null
    let answer = json["answer"]
    let prefix = "s\(number)-"
    (self.number, segment, self.isShared) = (number, id, isShared)
    label = json["label"]?.text ?? id
    why = AgentWords.words(AgentWords.looked, json["gate"]?.text)
    value = json["value"].flatMap { ($0.double ?? 0) > 0 ? AgentTableView.cell($0) : nil }
    summary = answer?["summary"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    hasDigest = !digest.isNull
    people = AgentLookedView.people(digest)
    let rows = digest["changes"]?.elements ?? []
    changes = rows.isEmpty ? nil : AgentLookedView.changes(AgentTableView.named(rows, run["arms"]), prefix: prefix)
    arms = AgentLookedView.arms(digest["arms"], run["arms"])
    last = AgentLookedView.last(digest["last"], run["arms"], offsetSeconds: offsetSeconds)
    self.digest = JSONWriter.pretty(digest)
    let accepted = answer?["accepted"]?.elements ?? []
    claims = accepted.map { AgentClaims.claim($0, run, prefix: prefix, offsetSeconds: offsetSeconds) }
    hasClaims = !claims.isEmpty
    refused = (answer?["refused"]?.elements ?? []).map { refusal in
      let code = refusal["code"]?.text ?? ""
      return Refused(
        words: AgentWords.words(AgentWords.refused, code), code: code, detail: refusal["detail"]?.text ?? "")
    }
    hasRefused = !refused.isEmpty
    silent = hasRefused ? "Nothing that was accepted." : "Nothing: it saw no reason to change anything."
    effects = accepted.compactMap {
      AgentClaims.effect($0, segment: id, run, offsetSeconds: offsetSeconds)
    }
    hasEffects = !effects.isEmpty
    copies = (answer?["copy"]?.elements ?? []).map { copy in
      Copy(
        headline: copy["headline"]?.text ?? "", body: copy["body"]?.text ?? "", slot: copy["slot_id"]?.text ?? "",
        style: copy["style"]?.text ?? "")
    }
    hasCopies = !copies.isEmpty
    flags = (answer?["flags"]?.elements ?? []).map { AgentWords.words(AgentWords.flags, $0.text) }
    isOpen = !isShared || hasClaims
    let parts = [
      hasEffects ? DashboardText.count(effects.count, "effect") : nil,
      hasCopies ? DashboardText.count(copies.count, "text") : nil,
      hasRefused ? "\(DashboardText.number(refused.count)) refused" : nil,
    ].compactMap { $0 }
    let isNoChange = !hasClaims && !hasCopies
    outcome = ((isNoChange ? ["no change"] : []) + parts).joined(separator: ", ")
  }

  private static func people(_ digest: JSONValue) -> [Item] {
    var out = [
      Item(name: "People", value: DashboardText.number(digest["size"])),
      Item(name: "On site in 24\(DashboardText.thin)h", value: DashboardText.number(digest["active_24h"])),
      Item(name: "Can be written to", value: DashboardText.number(digest["messageable"])),
    ]
    for member in digest["funnel_7d"]?.members ?? JSONObject() {
      let isShare = ["conversion", "returns", "discount_share"].contains(member.name)
      let value = isShare ? DashboardText.percent(member.value.double) : AgentTableView.cell(member.value)
      let name = AgentWords.words(AgentWords.funnel, member.name) + ", 7 days"
      out.append(Item(name: name.prefix(1).uppercased() + name.dropFirst(), value: value))
    }
    return out
  }

  /// What changed, the kind in words, and only columns that say something the sentence does not.
  private static func changes(_ rows: [JSONValue], prefix: String) -> AgentTableView {
    let worded = rows.map { row -> JSONValue in
      var object = JSONObject([
        ("what", .string(AgentWords.words(AgentWords.changes, row["kind"]?.text))),
        ("in words", row["said"] ?? row["title"] ?? .null),
      ])
      for (name, value) in row.members ?? JSONObject()
      where !["id", "kind", "said", "title", "count", "brand", "category"].contains(name) {
        object[name] = name == "reach" ? .string(DashboardText.percent(value.double)) : value
      }
      return .object(object)
    }
    let ids = rows.enumerated().map { $1["id"]?.text ?? "e\($0 + 1)" }
    return AgentTableView(worded, ids: ids, prefix: prefix)
  }

  private static func arms(_ states: JSONValue?, _ table: JSONValue?) -> [Arm] {
    (states?.members ?? JSONObject()).map { id, state in
      let n = (state.elements ?? []).map { $0.double ?? 0 }
      let probability = n.count == 4 ? n[3] : 0
      return Arm(
        id: id, name: AgentWords.part(table?[id]), placement: table?[id]?["in"]?.text ?? "",
        mean: n.count == 4
          ? "\(AgentTableView.cell(.double(n[0]))) ± \(AgentTableView.cell(.double(n[1])))" : DashboardText.none,
        exposures: n.count == 4 ? DashboardText.number(Int(n[2])) : DashboardText.none,
        probability: DashboardText.percent(probability), width: Int((min(1, probability) * 100).rounded()))
    }
  }

  private static func last(_ json: JSONValue?, _ table: JSONValue?, offsetSeconds: Int) -> String? {
    guard let json, !json.isNull else { return nil }
    let effects = (json["in_force"]?.elements ?? []).map { effect in
      "\(effect["effect"]?.text ?? "") \(effect["strength"]?.text ?? "") "
        + AgentWords.part(table?[effect["arm_id"]?.text ?? ""])
    }
    let at = DashboardText.time(DashboardText.instant(json["at"]), offsetSeconds: offsetSeconds)
    let said = json["summary"]?.text.flatMap { $0.isEmpty ? nil : " It said: \($0)" } ?? ""
    let force = effects.isEmpty ? "nothing of it is in force" : "in force: " + effects.joined(separator: ", ")
    return "The last look was at \(at); \(force).\(said)"
  }
}

/// What an agent claims and what follows from it, as a page shows it.
enum AgentClaims {
  static func claim(
    _ item: JSONValue, _ run: JSONValue, prefix: String, offsetSeconds: Int
  ) -> AgentLookedView.Claim {
    let (claim, effect) = (item["claim"], item["effect"])
    let about = effect.map { $0.isNull ? "" : AgentWords.part($0) } ?? ""
    let prediction = claim?["prediction"]?.text ?? ""
    return AgentLookedView.Claim(
      statement: claim?["statement"]?.text ?? "", reason: AgentWords.words(AgentWords.reasons, claim?["code"]?.text),
      about: about.isEmpty
        ? "a note for \(item["placement"]?.text ?? "")" : "\(about) in \(item["placement"]?.text ?? "")",
      evidence: (claim?["evidence"]?.elements ?? []).map { cited($0, run["tools"]?.elements ?? [], prefix: prefix) },
      prediction: prediction.isEmpty ? nil : prediction,
      until: DashboardText.age(milliseconds: Int64(claim?["horizon_hours"]?.integer ?? 0) * Instant.hour))
  }

  /// The row that a claim rests on, found again among what the agent was shown.
  private static func cited(_ json: JSONValue, _ tools: [JSONValue], prefix: String) -> AgentLookedView.Cited {
    let row = json["rows"]?.elements?.first ?? .null
    let text = row["said"]?.text ?? row["title"]?.text ?? row["group"]?.text ?? row["name"]?.text ?? ""
    if json["tool"]?.text == "digest", let id = json["query"]?["id"]?.text {
      return AgentLookedView.Cited(id: id, link: "#" + prefix + id, text: text)
    }
    let name = json["tool"]?.text ?? ""
    for tool in tools where tool["tool"]?.text == name && tool["arguments"] == json["query"] {
      guard let i = tool["rows"]?.elements?.firstIndex(of: row) else { continue }
      let id = "t\(tool["number"]?.integer ?? 0)r\(i + 1)"
      return AgentLookedView.Cited(id: id, link: "#" + id, text: text.isEmpty ? name : text)
    }
    return AgentLookedView.Cited(id: name, link: nil, text: text)
  }

  /// - Returns: nil for a note.
  static func effect(
    _ item: JSONValue, segment: String, _ run: JSONValue, offsetSeconds: Int
  ) -> AgentLookedView.Effect? {
    guard let effect = item["effect"], !effect.isNull else { return nil }
    let change = run["changed"]?.elements?.first { change in
      change["segment"]?.text == segment && change["placement"] == item["placement"]
        && change["part"]?["creative"] == effect["creative"] && change["part"]?["offer"] == effect["offer"]
    }
    let isEligible = change?["is_eligible"]?.flag ?? false
    return AgentLookedView.Effect(
      what: AgentWords.part(effect), placement: item["placement"]?.text ?? "",
      direction: effect["direction"]?.text ?? "", strength: effect["strength"]?.text ?? "",
      until: DashboardText.time(DashboardText.instant(effect["expires_at"]), offsetSeconds: offsetSeconds),
      weight: DashboardText.percent(change?["weight"]?.double),
      before: isEligible ? DashboardText.percent(change?["off"]?.double) : "not eligible",
      after: isEligible ? DashboardText.percent(change?["on"]?.double) : "",
      decision: change?["decision"]?.text)
  }
}
