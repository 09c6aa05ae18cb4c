package import TesseraModel

extension LogEvaluation {
  /// As the command line writes it; null where a number is infinite.
  package var json: JSONValue {
    [
      "policy": .string(policy), "unit": .string(hasRates ? "rate" : "amount"),
      "rows": .integer(rows), "persons": .integer(persons),
      "rejected": .integer(rejected.count), "rejections": .strings(rejected.first),
      "actions": .integer(actions.count), "contexts": .integer(contexts), "clip": LogEvaluation.number(clip),
      "logged": logged.map(LogEvaluation.summary) ?? .null,
      "estimates": .array(estimates.map(LogEvaluation.json)), "warnings": .strings(warnings), "notes": .strings(notes),
    ]
  }

  private static func json(_ estimate: Estimate) -> JSONValue {
    let (value, gain, support) = (estimate.value, estimate.gain, estimate.value.support)
    return [
      "estimator": .string(value.estimator.rawValue), "value": number(value.value),
      "low": number(value.interval.lower), "high": number(value.interval.upper),
      "sequence_low": number(estimate.sequence.lower), "sequence_high": number(estimate.sequence.upper),
      "standard_error": number(value.standardError), "gain": number(gain.value),
      "gain_low": number(gain.interval.lower), "gain_high": number(gain.interval.upper),
      "effective_sample_size": number(support.effectiveSampleSize), "weight_max": number(support.weightMax),
      "clipped": number(support.clippedShare), "missing_support": number(support.missingShare),
    ]
  }

  private static func summary(_ logged: OffPolicyEstimate) -> JSONValue {
    [
      "value": number(logged.value), "low": number(logged.interval.lower), "high": number(logged.interval.upper),
      "standard_error": number(logged.standardError),
    ]
  }

  /// To nine decimals: more is noise.
  private static func number(_ x: Double) -> JSONValue {
    .double(x.magnitude < 1e6 ? (x * 1e9).rounded() / 1e9 : x)
  }

  static func warnings(_ estimates: [Estimate], _ table: LoggedTable, _ judgement: LogJudgement) -> [String] {
    var out: [String] = []
    if table.rejected.count > 0 {
      let (count, all) = (table.rejected.count, table.rejected.count + table.count)
      let first = table.rejected.first.joined(separator: "; ")
      out.append("Left out: \(EvidenceText.count(count)) of \(EvidenceText.count(all)) lines (\(first)).")
    }
    // Without a reward model nobody looks at the context.
    if judgement.hasModel, let warning = ContextBalance(table, judgement.coding).warning { out.append(warning) }
    if let warning = calibration(judgement.rows) { out.append(warning) }
    // What is said of several estimators is said once.
    var sentences: [(text: String, estimators: [String])] = []
    for estimate in estimates.map(\.value) {
      for text in estimate.warnings where text != modelAlone {
        let name = estimate.estimator.rawValue
        if let place = sentences.firstIndex(where: { $0.text == text }) {
          sentences[place].estimators.append(name)
        } else {
          sentences.append((text, [name]))
        }
      }
    }
    return out + sentences.map { "\($0.estimators.joined(separator: ", ")): \($0.text)" }
  }

  /// Right models come this many standard errors off once in 16 000 logs.
  private static let calibrationMax = 4.0

  /// Whether the reward model is right on average of what was logged, in rows that it has not seen.
  private static func calibration(_ persons: [[LoggedRow]]) -> String? {
    var (gap, rows, expected, earned) = (ClusteredRate(), 0.0, 0.0, 0.0)
    for person in persons {
      let models = person.compactMap(\.model)
      guard models.count == person.count else { return nil }
      let (model, reward) = (models.reduce(0) { $0 + $1.logged }, person.reduce(0) { $0 + $1.reward })
      gap.add(exposures: person.count, reward: reward - model)
      (rows, expected, earned) = (rows + Double(person.count), expected + model, earned + reward)
    }
    guard let rate = gap.rate, let variance = gap.personVariance,
      rate.magnitude > calibrationMax * (variance / Double(gap.persons)).squareRoot()
    else { return nil }
    let (model, truth) = (number(expected / rows), number(earned / rows))
    return "dm: Of what was logged the reward model expects \(JSONWriter.text(model)) a row, and it earned"
      + " \(JSONWriter.text(truth)): do not go by dm, nor by its interval."
  }

  /// True of every estimate of the model alone, so that it warns of nothing in particular.
  private static let modelAlone = OffPolicyWarning.modelAlone.sentence(.dm, OffPolicySupport(clip: .infinity))

  static func notes(_ rules: Rules, _ table: LoggedTable, _ judgement: LogJudgement) -> [String] {
    var out: [String] = []
    let learned = judgement.hasModel || !judgement.best.isEmpty
    if rules.isHoldout {
      out.append("Learned from the first 70 % of the rows and judged on the rest.")
    } else if learned {
      out.append("Each half of the people is judged by what was learned from the other half.")
      if !judgement.isFixed {
        out.append(
          "Where no action is clearly better the 95 % intervals of a learned policy hold the truth about nine times in"
            + " ten; strict ones come from holding out the end of the log.")
      }
    }
    if !judgement.best.isEmpty {
      var names: [String] = []
      for action in judgement.best where !names.contains(table.actions[action]) { names.append(table.actions[action]) }
      let halves = judgement.best.count > 1 ? (names.count > 1 ? " in one half each" : " in both halves") : ""
      out.append("The best single action is \(names.joined(separator: " and "))\(halves).")
    }
    if judgement.hasModel {
      out.append(modelAlone.map { "dm: \($0)" } ?? "")
      out += judgement.coding.notes
    } else if rules.policy == "target" {
      out.append("dm and dr need the whole distribution of the policy; the column target has only the logged action's.")
    } else {
      out.append("dm and dr are left out: the learner takes \(LogLearner.actionsMax) actions at most.")
    }
    return out.filter { !$0.isEmpty }
  }
}
