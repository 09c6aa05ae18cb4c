import TesseraModel

/// Which column of a log plays which part, for logs whose columns have other names.
///
/// Written as `action=item_id, propensity=1/3, reward=click, ignore=spend`; `context` and `ignore` may be repeated.
/// Columns that are called like a role without having it, the column `row` and columns without a name are no context
/// unless `context` names them.
package struct LogColumns: Sendable, Equatable {
  /// What a column of a log is to the evaluation.
  package enum Role: String, Sendable, CaseIterable {
    /// What was shown, any text or number.
    case action
    /// The probability with which it was: above 0 and at most 1.
    case propensity
    /// What it earned: a number, or true or false.
    case reward
    /// The probability with which the policy to be judged would have shown it.
    case target
    /// Whose exposure it was; rows of one person are not independent of each other.
    case person

    var isRequired: Bool { self == .action || self == .propensity || self == .reward }

    /// What such columns are often called, for suggestions.
    var otherNames: [String] {
      switch self {
      case .action: ["arm", "item_id", "action_id", "treatment", "variant", "segment", "creative", "item"]
      case .propensity: ["propensity_score", "pscore", "probability", "action_prob", "prob"]
      case .reward: ["click", "clicked", "visit", "conversion", "converted", "order", "gave", "revenue", "spend"]
      case .target: ["target_probability", "evaluation_policy"]
      case .person: ["person_id", "customer_id", "user_id", "subject"]
      }
    }
  }

  /// Where a role's column is called otherwise. For `propensity` also a number or a fraction, the probability of every
  /// row.
  package var names: [Role: String] = [:]
  /// The columns that tell people apart; all without another role if there are none.
  package var context: [String] = []
  /// Columns that are not used, such as other rewards.
  package var ignored: [String] = []

  package init() {}

  package init(parsing text: String) throws(LogError) {
    let words = Role.allCases.map(\.rawValue) + ["context", "ignore"]
    for part in text.split(separator: ",") {
      guard let sign = part.firstIndex(of: "=") else {
        throw LogError("columns: \"\(part)\" must read role=column, such as action=item_id")
      }
      let word = String(LogNumber.trimmed(String(part[..<sign])))
      let name = String(LogNumber.trimmed(String(part[part.index(after: sign)...])))
      guard !name.isEmpty else { throw LogError("columns: \(word) names no column; write \(word)=column") }
      switch word {
      case "context": context.append(name)
      case "ignore": ignored.append(name)
      default:
        guard let role = Role(rawValue: word) else {
          let hint = NearestName.suggestion(for: word, among: words)
          throw LogError(
            "columns: there is no role \"\(word)\"\(hint); the roles are \(words.joined(separator: ", "))")
        }
        guard names.updateValue(name, forKey: role) == nil else {
          throw LogError("columns: \(word) is given twice")
        }
      }
    }
  }

  func name(_ role: Role) -> String { names[role] ?? role.rawValue }
}
