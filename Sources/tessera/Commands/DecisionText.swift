import TesseraModel

/// A decision's record for people.
enum DecisionText {
  static func page(_ json: JSONValue) -> String {
    var lines = [
      Console.bold("\(json["placement"]?.text ?? "") · \(json["id"]?.text ?? "")"),
      json["segment"]?["description"]?.text ?? "",
    ]
    let arms = (json["arms"]?.elements ?? []).sorted {
      ($0["propensity_off"]?.integer ?? 0) > ($1["propensity_off"]?.integer ?? 0)
    }
    let terms = arms.first?["terms"]?.members?.names ?? []
    let unit = isMoney(json) ? amount : percent
    var rows = [["action", "off", "on", "score", "95 % interval", "seen", "rewarded"] + terms]
    for arm in arms {
      let interval = arm["interval"]?.elements?.compactMap(\.double) ?? [0, 0]
      rows.append(
        [
          "\(arm["action"]?["creative"]?.text ?? "") + \(arm["action"]?["offer"]?.text ?? "")",
          share(arm["propensity_off"]), share(arm["propensity_on"]), unit(arm["score"]?.double),
          "\(unit(interval[0]))–\(unit(interval[1]))", arm["exposures"]?.integer.map(String.init) ?? "0",
          arm["rewards"]?.integer.map(String.init) ?? "0",
        ] + terms.map { unit(arm["terms"]?[$0]?.double) })
    }
    lines.append(rows.count == 1 ? "no action is eligible" : Console.table(rows))
    if let flip = FlipText.sentence(json["flip"], isMoney: isMoney(json)) { lines.append(flip) }
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

  private static func isMoney(_ json: JSONValue) -> Bool { ["revenue", "margin"].contains(json["reward"]?.text ?? "") }

  private static func percent(_ value: Double?) -> String { fixed((value ?? 0) * 100, digits: 1) + " %" }
  private static func amount(_ value: Double?) -> String { fixed(value ?? 0, digits: 2) }

  private static func fixed(_ value: Double, digits: Int) -> String {
    let scale = digits == 1 ? 10 : 100
    let steps = Int((value.magnitude * Double(scale)).rounded())
    let rest = String(steps % scale + scale).dropFirst()
    return (value < 0 && steps > 0 ? "−" : "") + "\(steps / scale).\(rest)"
  }
}

/// When another action would come first, in a sentence.
enum FlipText {
  static func sentence(_ flip: JSONValue?, isMoney: Bool) -> String? {
    guard let flip, let views = flip["views"]?.integer, let rewards = flip["rewards"]?.double,
      let expected = flip["expected"]?.double
    else { return nil }
    let action = "\(flip["action"]?["creative"]?.text ?? "") + \(flip["action"]?["offer"]?.text ?? "")"
    if isMoney {
      return
        "\(action) gets the highest score if its next \(views) views earn \(rewards) or more; \(expected) is expected"
    }
    return "\(action) gets the highest score if its next \(views) views bring \(Int(rewards)) rewards or more; "
      + "\(Int(expected)) are expected"
  }
}
