import TesseraModel

/// Evaluations for people.
enum EvaluationText {
  /// What the groups earned.
  static func evidence(_ json: JSONValue) -> String {
    (json["placements"]?.elements ?? []).map { placement in
      let isMoney = ["revenue", "margin"].contains(placement["reward"]?.text ?? "")
      var rows = [["group", "people", "rewarded", "exposures", "reward an exposure"]]
      for group in placement["groups"]?.elements ?? [] {
        rows.append([
          group["group"]?.text ?? "", whole(group["persons"]), whole(group["rewarded_persons"]),
          whole(group["exposures"]), number(group["rate"], isMoney),
        ])
      }
      var lines = [
        Console.bold("\(placement["placement"]?.text ?? "") · \(placement["reward"]?.text ?? "")"), Console.table(rows),
      ]
      for comparison in placement["comparisons"]?.elements ?? [] {
        var line = "over \(comparison["over"]?.text ?? ""): \(comparison["sentence"]?.text ?? "")"
        if let low = comparison["low"], !low.isNull {
          line += " \(number(comparison["difference"], isMoney)) (\(number(low, isMoney)) to "
          line += "\(number(comparison["high"], isMoney)))"
        }
        lines.append(line)
      }
      if let sentence = placement["sample_ratio"]?["sentence"]?.text { lines.append(sentence) }
      lines.append("\(whole(placement["pending"])) exposures whose window has not passed")
      return lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// What other rules would have earned.
  static func question(_ json: JSONValue) -> String {
    if let rows = json["held_back"]?.elements { return cap(json, rows) }
    var parts = ["What if: \(json["question"]?.text ?? ""). \(whole(json["cycles"])) cycles."]
    for placement in json["placements"]?.elements ?? [] {
      parts.append(
        Console.bold("\(placement["placement"]?.text ?? "") · \(placement["reward"]?.text ?? "")") + "\n"
          + estimates(placement, gains: true))
    }
    if parts.count == 1 {
      parts.append("No matured exposure of a cycle whose record is kept: nothing to judge by yet.")
    }
    return parts.joined(separator: "\n\n")
  }

  /// What the frequency cap holds back.
  private static func cap(_ json: JSONValue, _ placements: [JSONValue]) -> String {
    let (messages, days) = (whole(json["cap"]?["messages"]), whole(json["cap"]?["days"]))
    var rows = [
      ["placement", "reward", "held back now", "earned by those sent to", "95 % interval", "at most, a send"]
    ]
    for placement in placements {
      let isMoney = ["revenue", "margin"].contains(placement["reward"]?.text ?? "")
      let most = placement["at_most"]?.double.map { ($0 * 100).rounded() / 100 }
      rows.append([
        placement["placement"]?.text ?? "", placement["reward"]?.text ?? "", whole(placement["people"]),
        number(placement["rate"], isMoney),
        placement["low"].flatMap { $0.isNull ? nil : "\(number($0, isMoney)) to \(number(placement["high"], isMoney))" }
          ?? "–",
        most.map { "\($0)" } ?? "–",
      ])
    }
    let lines = ["What if: without the frequency cap of \(messages) messages in \(days) days.", Console.table(rows)]
    return (lines + (json["warnings"]?.elements ?? []).compactMap(\.text).map { "warning: " + $0 })
      .joined(separator: "\n")
  }

  /// A file's log under another policy.
  static func file(_ json: JSONValue) -> String {
    let rejected = json["rejected"]?.integer ?? 0
    var lines = [
      "\(json["policy"]?.text ?? "") on \(whole(json["rows"])) rows"
        + (rejected == 0 ? "" : "; \(rejected) rows were left out"), estimates(json, gains: true),
    ]
    lines += (json["rejections"]?.elements ?? []).compactMap(\.text)
    lines += (json["notes"]?.elements ?? []).compactMap(\.text).map { "note: " + $0 }
    return lines.joined(separator: "\n")
  }

  static func estimates(_ json: JSONValue, gains: Bool) -> String {
    let isMoney = ["revenue", "margin"].contains(json["reward"]?.text ?? "") || json["unit"]?.text == "amount"
    let isOwn = json["estimates"]?.elements?.first?["gain_sequence_low"] != nil
    let often = isOwn ? "gain, however often one looks" : "value, however often one looks"
    var rows = [
      ["estimator", "value", "95 % interval"] + (gains ? ["gain over the log", "95 %", often] : [])
    ]
    for estimate in json["estimates"]?.elements ?? [] {
      func pair(_ low: String, _ high: String) -> String {
        "\(number(estimate[low], isMoney)) to \(number(estimate[high], isMoney))"
      }
      rows.append(
        [estimate["estimator"]?.text ?? "", number(estimate["value"], isMoney), pair("low", "high")]
          + (gains
            ? [
              number(estimate["gain"], isMoney), pair("gain_low", "gain_high"),
              estimate["gain_sequence_low"] == nil
                ? pair("sequence_low", "sequence_high") : pair("gain_sequence_low", "gain_sequence_high"),
            ] : []))
    }
    var lines = [
      Console.table(rows),
      "\(whole(json["rows"])) rows, effective sample size \(size(json))",
    ]
    lines += (json["warnings"]?.elements ?? []).compactMap(\.text).map { "warning: " + $0 }
    return lines.joined(separator: "\n")
  }

  /// The store's own log has one figure, a file's one an estimator.
  private static func size(_ json: JSONValue) -> String {
    let each = json["estimates"]?.elements?.first?["effective_sample_size"]
    return whole((json["effective_sample_size"] ?? each)?.double.map { .integer(Int($0.rounded())) })
  }

  static func whole(_ value: JSONValue?) -> String { value?.integer.map(String.init) ?? "0" }

  /// A rate in per cent with three decimals, or an amount.
  static func number(_ value: JSONValue?, _ isMoney: Bool) -> String {
    guard let x = value?.double, x.magnitude < 1e9 else { return "–" }
    let scaled = (x * (isMoney ? 100 : 100_000)).rounded() / (isMoney ? 100 : 1_000)
    return isMoney ? "\(scaled)" : "\(scaled) %"
  }
}
