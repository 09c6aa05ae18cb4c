import TesseraModel
package import TesseraStorage

/// A merge tag in a text, as the template language reads it.
package struct CopyTag: Sendable, Equatable {
  package let path: String
  package let hasFallback: Bool
  package init(path: String, hasFallback: Bool) { (self.path, self.hasFallback) = (path, hasFallback) }
}

/// What proposed texts are held to: lengths, merge tags, and that every fact in them is one the agent was shown.
package struct CopyCheck: Sendable {
  /// The merge tags of a text, or why it is no template. Plain tags only: an agent writes no logic.
  package typealias Syntax = @Sendable (_ text: String) -> Result<[CopyTag], SyntaxProblem>

  /// Why a text is no template.
  package struct SyntaxProblem: Error, Sendable {
    package let message: String
    package init(_ message: String) { self.message = message }
  }

  private let slots: [CopySlot]
  private let blockedWords: [String]
  private let syntax: Syntax

  package init(slots: [CopySlot], blockedWords: [String], syntax: @escaping Syntax) {
    (self.slots, self.syntax) = (slots, syntax)
    self.blockedWords = blockedWords.map { $0.lowercased() }
  }

  func refusal(
    of copy: ProposedCopy, arm: ArmTable.Arm, evidence: [CitedEvidence], description: String
  ) -> Refusal? {
    for (field, text) in [("title", copy.headline), ("body", copy.body)] {
      guard !text.allSatisfy(\.isWhitespace) else { return Refusal(.copyLength, "the \(field) is empty") }
      let tags: [CopyTag]
      switch syntax(text) {
      case .success(let found): tags = found
      case .failure(let problem): return Refusal(.copyTemplate, problem.message)
      }
      let slot = slots.first { $0.placement == copy.slot && $0.field == field }
      if let refusal = refusal(tags, slot) { return refusal }
      let plain = CopyCheck.withoutTags(text)
      if plain.count > slot?.lengthMax ?? CopyCheck.lengthMax {
        return Refusal(.copyLength, "the \(field) is longer than \(slot?.lengthMax ?? CopyCheck.lengthMax) characters")
      }
      if let refusal = refusal(plain, arm, evidence, description) { return refusal }
    }
    return nil
  }

  static let lengthMax = 200

  private func refusal(_ tags: [CopyTag], _ slot: CopySlot?) -> Refusal? {
    for tag in tags {
      guard slot?.mergeTags.contains(tag.path) ?? false else {
        return Refusal(.copyTag, "the merge tag \"\(tag.path)\" is not one of the slot's")
      }
      guard tag.hasFallback else { return Refusal(.copyFallback, "the merge tag \"\(tag.path)\" has no fallback") }
    }
    return nil
  }

  private func refusal(
    _ text: String, _ arm: ArmTable.Arm, _ evidence: [CitedEvidence], _ description: String
  ) -> Refusal? {
    let lower = text.lowercased()
    let words = CopyCheck.words(lower)
    if let bad = (blockedWords + CopyCheck.alwaysBlocked).first(where: {
      CopyCheck.contains(words, $0) || lower.contains($0 + "://")
    }) {
      return Refusal(.copyWords, "\"\(bad)\" must not be in copy")
    }
    guard QuotedText.isPlain(text) else {
      return Refusal(.copyWords, "copy is plain text on one line: no markup, no braces, nothing that cannot be seen")
    }
    if let role = CopyCheck.roles.first(where: lower.contains) {
      return Refusal(.copyWords, "\"\(role)\" speaks to a model, not to a customer")
    }
    if lower.contains("@") || lower.contains("://") || lower.contains("www.") || CopyCheck.isPhone(text) {
      return Refusal(.copyWords, "copy has no addresses and no telephone numbers")
    }
    let known = evidence.flatMap(\.texts) + [description]
    let numbers = Set(known.flatMap(CopyCheck.numbers))
    if let invented = CopyCheck.numbers(text).first(where: { !numbers.contains($0) }) {
      return Refusal(.copyNumber, "the number \(invented) is in nothing that the copy cites")
    }
    if !arm.hasOffer, let word = CopyCheck.discountWords.first(where: { CopyCheck.contains(words, $0) }),
      !evidence.contains(where: { $0.kind == "markdown" || $0.row["kind"]?.text == "markdown" || $0.row["was"] != nil })
    {
      return Refusal(.copyDiscount, "\"\(word)\" promises what neither the arm nor the evidence gives")
    }
    let names = known.map { $0.lowercased() }
    if let product = CopyCheck.names(text).first(where: { name in !names.contains { $0.contains(name.lowercased()) } })
    {
      return Refusal(.copyProduct, "\"\(product)\" is in nothing that the copy cites")
    }
    return nil
  }

  /// Promises of the shop that only a marketer makes.
  static let alwaysBlocked = [
    "guarantee", "guaranteed", "free", "warranty", "http", "https", "javascript", "risk-free",
    // How one talks to a model, not to a customer: it was copied from where it does not belong.
    "ignore", "instruction", "instructions", "prompt", "veto",
  ]
  static let roles = ["system:", "assistant:", "human:", "user:"]
  static let discountWords = [
    "discount", "sale", "off", "save", "deal", "cheaper", "reduced", "markdown", "coupon", "code", "voucher", "rabatt",
  ]
}

extension CopyCheck {
  /// The text between merge tags.
  static func withoutTags(_ text: String) -> String {
    var out = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: "{{") {
      out += rest[..<start.lowerBound]
      rest = rest[start.upperBound...]
      guard let end = rest.firstRange(of: "}}") else { return out }
      rest = rest[end.upperBound...]
    }
    return out + rest
  }

  static func words(_ lower: String) -> [String] {
    lower.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init)
  }

  static func contains(_ words: [String], _ phrase: String) -> Bool {
    let wanted = CopyCheck.words(phrase)
    guard !wanted.isEmpty, words.count >= wanted.count else { return false }
    return (0...(words.count - wanted.count)).contains { Array(words[$0..<$0 + wanted.count]) == wanted }
  }

  /// Numbers as they stand, without trailing zeros after a point: prices, percentages, sizes, dates, and numbers in
  /// product names.
  static func numbers(_ text: String) -> [String] {
    var out: [String] = []
    var current = ""
    func close() {
      defer { current = "" }
      while current.last == "." || current.last == "," { current.removeLast() }
      guard !current.isEmpty else { return }
      var number = current.replacing(",", with: ".")
      if number.contains(".") {
        while number.last == "0" { number.removeLast() }
        if number.last == "." { number.removeLast() }
      }
      out.append(number)
    }
    for c in text {
      if c.isNumber || ((c == "." || c == ",") && !current.isEmpty) { current.append(c) } else { close() }
    }
    close()
    return out
  }

  /// Runs of ten digits or so.
  static func isPhone(_ text: String) -> Bool {
    var digits = 0
    for c in text {
      if c.isNumber { digits += 1 } else if !"+-() /".contains(c) { digits = 0 }
      if digits >= 8 { return true }
    }
    return false
  }

  /// What reads as a name: words with a capital that do not begin a sentence, joined where they stand together, and
  /// words that mix letters with digits, as article numbers do.
  static func names(_ text: String) -> [String] {
    var out: [String] = []
    var run: [Substring] = []
    var startsSentence = true
    func close() {
      if !run.isEmpty { out.append(run.joined(separator: " ")) }
      run = []
    }
    for word in text.split(whereSeparator: \.isWhitespace) {
      let bare = word.drop { !$0.isLetter && !$0.isNumber }
      let trimmed = bare.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" || $0 == "&" }
      let isName = trimmed.first?.isUppercase ?? false
      let isCode = trimmed.contains(where: \.isNumber) && trimmed.contains(where: \.isLetter)
      if isCode || (isName && !startsSentence && trimmed.count > 1) { run.append(trimmed) } else { close() }
      startsSentence = word.last.map { ".!?:".contains($0) } ?? false
      if let last = word.last, ",.!?;:".contains(last) { close() }
    }
    close()
    return out
  }
}
