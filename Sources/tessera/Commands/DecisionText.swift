import TesseraModel

/// A decision's record for people.
enum DecisionText {
  static func page(_ json: JSONValue) -> String {
    var lines = [
      Console.bold("\(json["placement"]?.text ?? "") · \(json["id"]?.text ?? "")"),
      json["segment"]?["description"]?.text ?? "",
    ]
    var rows = [
      ["action", "off", "on", "score", "95 % interval", "seen", "rewarded", "this segment", "coarser", "prior"]
    ]
    for arm in json["arms"]?.elements ?? [] {
      let interval = arm["interval"]?.elements?.compactMap(\.double) ?? [0, 0]
      rows.append([
        "\(arm["action"]?["creative"]?.text ?? "") + \(arm["action"]?["offer"]?.text ?? "")",
        share(arm["propensity_off"]),
        share(arm["propensity_on"]), percent(arm["score"]?.double), "\(percent(interval[0]))–\(percent(interval[1]))",
        arm["exposures"]?.integer.map(String.init) ?? "0", arm["rewards"]?.integer.map(String.init) ?? "0",
        percent(arm["terms"]?["this segment"]?.double), percent(arm["terms"]?["coarser segments"]?.double),
        percent(arm["terms"]?["prior"]?.double),
      ])
    }
    lines.append(rows.count == 1 ? "no action is eligible" : Console.table(rows))
    for item in json["excluded"]?.elements ?? [] {
      lines.append(
        "not \(item["action"]?["creative"]?.text ?? "") + \(item["action"]?["offer"]?.text ?? ""): \(item["reason"]?.text ?? "")"
      )
    }
    if let overlay = json["overlay"], !overlay.isNull {
      for claim in overlay["claims"]?.elements ?? [] {
        let evidence = claim["evidence"]?.elements?.map {
          "\($0["tool"]?.text ?? "") \(JSONWriter.text($0["query"] ?? .null)), \($0["rows"]?.elements?.count ?? 0) rows"
        }
        lines.append(
          "\(overlay["author"]?.text ?? ""): \(claim["statement"]?.text ?? "") [\((evidence ?? []).joined(separator: "; "))]"
        )
      }
      for effect in overlay["effects"]?.elements ?? [] {
        lines.append(
          "  \(effect["direction"]?.text ?? "") \(effect["creative"]?.text ?? "") (\(effect["strength"]?.text ?? ""))")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func share(_ value: JSONValue?) -> String {
    percent(Double(value?.integer ?? 0) / Double(Propensity.one))
  }

  private static func percent(_ value: Double?) -> String {
    let tenths = Int(((value ?? 0) * 1_000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
