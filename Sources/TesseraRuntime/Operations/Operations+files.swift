import TesseraDecisions
import TesseraModel
import TesseraSegments

extension Operations {
  /// `assign`: one line per customer, sorted by id. Arguments: at, out.
  func assign(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    let at = try instant("at", arguments) ?? engine.clock.now()
    let path = try text("out", arguments)
    let file = try TextFile(path: path)
    let (axes, rows) = await engine.assignments(at: at)
    do throws(EngineError) {
      try file.write((["customer"] + axes + ["segment"]).joined(separator: ",") + "\n")
      for row in rows {
        let fields = [row.name] + row.segment.values.map(\.text) + [row.segment.id]
        try file.write(fields.map(TextFile.csv).joined(separator: ",") + "\n")
      }
      try file.finish()
    } catch {
      file.abandon()
      throw error
    }
    return [
      "at": .instant(at), "customers": .integer(rows.count), "segments": .integer(Set(rows.map(\.segment)).count),
      "out": .string(path),
    ]
  }

  /// `export`: a line a customer that the placement's decision reaches; CSV unless `out` ends in json or ndjson.
  /// Arguments: placement, out; silent, a file of events that say who gets nothing: with them hold-out and "do nothing"
  /// can be compared with what was sent.
  func exportDecisions(_ arguments: JSONValue) async throws(EngineError) -> JSONValue {
    let placement = try text("placement", arguments)
    let path = try text("out", arguments)
    guard let policy = engine.policy.placement(placement) else {
      let ids = engine.policy.placements.map(\.id)
      throw EngineError(
        .notFound, "there is no placement \"\(placement)\"\(NearestName.suggestion(for: placement, among: ids))")
    }
    if arguments["silent"]?.text != nil, policy.messageChannel == nil {
      throw EngineError(.invalid, "silent is for messages: a page tells by itself what it shows, and what it does not")
    }
    if !engine.serving.isOn {
      engine.serving.turnOn()
      guard try await engine.activateBookInForce() else { throw Engine.noBook }
    }
    let fields = exportFields(policy)
    let file = try TextFile(path: path)
    var silentFile: TextFile?
    var (count, silent) = (0, 0)
    do throws(EngineError) {
      if let path = arguments["silent"]?.text { silentFile = try TextFile(path: path) }
      let isJSON = path.hasSuffix("json")
      let columns = ["customer", "creative", "offer", "channel", "propensity", "group", "receipt"] + fields
      if !isJSON { try file.write(columns.joined(separator: ",") + "\n") }
      for name in engine.exportableCustomers(policy) {
        let now = engine.clock.now()
        guard let answer = exportAnswer(name, placement, now) else { continue }
        if let line = exportLine(name, answer, columns, fields, isJSON: isJSON) {
          try file.write(line + "\n")
          count += 1
        } else if let event = silentEvent(name, placement, answer, now) {
          try silentFile?.write(JSONWriter.text(event) + "\n")
          silent += 1
        }
      }
      try silentFile?.finish()
      try file.finish()
    } catch {
      silentFile?.abandon()
      file.abandon()
      throw error
    }
    var result = JSONObject([
      ("placement", .string(placement)), ("customers", .integer(count)), ("out", .string(path)),
    ])
    if let path = arguments["silent"]?.text {
      (result["silent"], result["silent_out"]) = (.integer(silent), .string(path))
    }
    return .object(result)
  }

  /// All fields that any creative of the placement has, in the order in which they first occur.
  private func exportFields(_ placement: PlacementPolicy) -> [String] {
    var fields: [String] = []
    for creative in engine.policy.creatives where creative.placements.contains(placement.id) {
      for field in creative.content where !fields.contains(field.name) { fields.append(field.name) }
    }
    return fields
  }

  private func exportAnswer(_ name: String, _ placement: String, _ now: Instant) -> JSONValue? {
    var out: [UInt8] = []
    let decider = Decider(engine.serving, now: now)
    do { try decider.answer(.customer(Array(name.utf8)), placement: placement, to: &out) } catch { return nil }
    return try? JSONParser.parse(out)
  }

  /// That somebody was left alone, as an event to be imported once the others have been sent theirs; once a cycle.
  private func silentEvent(_ name: String, _ placement: String, _ answer: JSONValue, _ now: Instant) -> JSONValue? {
    guard let receipt = answer["receipt"]?.text else { return nil }
    return [
      "id": .string("silent:\(placement):\(answer["cycle"]?.integer ?? 0):\(name)"), "type": .string(Event.withheld),
      "at": .instant(now), "customer": .string(name), "receipt": .string(receipt),
    ]
  }

  /// Nil where there is nothing to send.
  private func exportLine(
    _ name: String, _ answer: JSONValue, _ columns: [String], _ fields: [String], isJSON: Bool
  ) -> String? {
    guard let action = answer["action"], !action.isNull, action["creative"]?.text != Action.nothingCreative else {
      return nil
    }
    let values: [JSONValue] =
      [
        .string(name), action["creative"] ?? .null, action["offer"] ?? .null, action["channel"] ?? .null,
        answer["propensity"] ?? .null, answer["group"] ?? .null, answer["receipt"] ?? .null,
      ] + fields.map { answer["content"]?[$0] ?? .null }
    if isJSON { return JSONWriter.text(.object(JSONObject(Array(zip(columns, values))))) }
    return values.map { TextFile.csv($0.text ?? ($0.isNull ? "" : JSONWriter.text($0))) }.joined(separator: ",")
  }
}

extension Engine {
  /// Customers that a placement's decision may reach now, by id: for messages those with consent, on site everyone.
  func exportableCustomers(_ placement: PlacementPolicy) -> [String] {
    let profiles = profiles
    let now = clock.now()
    let rule = activityRule(at: now)
    var names: [String] = []
    var view = ProfileView(profiles, at: now, spendCuts: serving.spendCuts)
    for c in 0..<profiles.customers.count where view.fill(profiles, .customer(Int32(c))) {
      if let channel = placement.messageChannel, !rule.mayReceive(channel, view) { continue }
      names.append(profiles.customers.id(c))
    }
    return names.sorted(by: NameNormalization.precedes)
  }
}
