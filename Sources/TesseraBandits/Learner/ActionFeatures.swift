package import TesseraModel

/// What the actions of a placement are made of, as columns of ones: what two actions have in common, they learn
/// together, and a new one starts from what it is made of.
package struct ActionFeatures: Sendable {
  /// What a column says of an action.
  package enum Kind: String, Sendable, CaseIterable {
    case everyone, creative, offer, channel, brand, category, style
    /// This creative with this offer: what the parts do not explain.
    case pair

    /// As a term of a score is called; never as an axis is.
    var term: String {
      switch self {
      case .brand, .category: "speaks of \(rawValue)"
      case .pair: "this pair"
      default: rawValue
      }
    }
  }

  package let actions: [Action]
  let kinds: [Kind]
  /// The columns that are one, by action; column 0 is one for all.
  let columns: [[Int]]
  private let numbers: [UInt64: Int]

  var width: Int { kinds.count }

  /// - Parameters:
  ///   - actions: of a placement, all that it could ever use.
  ///   - creatives: the action bank, for what a creative speaks of and its style.
  package init(_ actions: [Action], creatives: [Creative]) {
    self.actions = actions
    let bank = Dictionary(creatives.map { ($0.id, $0) }) { first, _ in first }
    var kinds: [Kind] = [.everyone]
    var columns = actions.map { _ in [0] }
    for kind in Kind.allCases where kind != .everyone {
      if kind == .pair, Set(actions.map(\.creative)).count == actions.count { continue }
      let words = actions.map { ActionFeatures.word(kind, $0, bank[$0.creative]) }
      let names = Set(words.compactMap { $0 }).sorted()
      // What all have in common tells nobody apart.
      guard names.count > 1 || (names.count == 1 && words.contains(nil)) else { continue }
      let start = kinds.count
      kinds += names.map { _ in kind }
      for (a, word) in words.enumerated() {
        guard let word, let i = names.firstIndex(of: word) else { continue }
        columns[a].append(start + i)
        // A variant starts from what is known of the creative that it is a variant of.
        guard kind == .creative, let parent = bank[word]?.parent, let j = names.firstIndex(of: parent) else { continue }
        columns[a].append(start + j)
      }
    }
    (self.kinds, self.columns) = (kinds, columns)
    numbers = Dictionary(actions.enumerated().map { ($1.code, $0) }) { first, _ in first }
  }

  /// Which action a code stands for; nil for one that is no longer in the bank.
  func number(of code: UInt64) -> Int? { numbers[code] }

  private static func word(_ kind: Kind, _ action: Action, _ creative: Creative?) -> String? {
    switch kind {
    case .everyone: nil
    case .creative: action.creative
    case .offer: action.offer
    case .channel: action.channel
    case .brand: creative?.brand?.text
    case .category: creative?.category?.text
    case .style: creative?.style
    case .pair: action.creative + "\u{1F}" + action.offer + "\u{1F}" + action.channel
    }
  }
}
