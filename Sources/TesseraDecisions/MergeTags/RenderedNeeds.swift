import Liquid

/// What a text cannot do without that only shows when it is written: each tag that seems to have a fallback is left
/// empty once, by itself and with one other, and the sentence that comes of it is looked at. `{% capture name %}{% if
/// customer.first_name %}…{% endif %}{% endcapture %}Hi {{ name }}, look` reads "Hi , look" without a name.
struct RenderedNeeds {
  /// One of their paths must have something to write.
  private(set) var found: [TagNeed] = []

  private let template: Template
  /// In the order of their lengths: what is asked of a list's elements comes after the list.
  private let asked: [TagPath]

  /// Tags that are left empty two at a time; of more, one at a time.
  private static let pairedMax = 8
  /// What stands for a value: a word, as most are.
  private static let word = "Xx"

  init(_ template: Template) {
    self.template = template
    var paths: [String] = []
    var needed: Set<String> = []
    for reference in template.references {
      if !paths.contains(reference.path) { paths.append(reference.path) }
      if !reference.hasFallback { needed.insert(reference.path) }
    }
    let optional = paths.filter { !needed.contains($0) }.map { TagPath($0) }
    asked = paths.map { TagPath($0) }.sorted { $0.text.utf8.count < $1.text.utf8.count }
    guard !optional.isEmpty, let whole = text(without: []) else { return }
    let flaws = SentenceFlaws.count(in: whole)
    func isWrong(_ missing: [TagPath]) -> Bool {
      text(without: missing).map { SentenceFlaws.count(in: $0) > flaws } ?? false
    }
    var fine: [TagPath] = []
    for path in optional {
      if isWrong([path]) { found.append(TagNeed(paths: [path], guards: [])) } else { fine.append(path) }
    }
    guard fine.count > 1, fine.count <= RenderedNeeds.pairedMax else { return }
    for (i, first) in fine.enumerated() {
      for second in fine[(i + 1)...] where isWrong([first, second]) {
        found.append(TagNeed(paths: [first, second], guards: []))
      }
    }
  }

  /// - Parameter missing: paths that have nothing, and what is asked of them has nothing either.
  /// - Returns: nil where the text fails: that is looked after elsewhere.
  private func text(without missing: [TagPath]) -> String? {
    var data: [String: LiquidValue] = [:]
    for path in asked where !missing.contains(where: { $0.holds(path) }) {
      data[path.root] = path.filling(data[path.root] ?? .null, with: RenderedNeeds.word)
    }
    return try? template.render(.object(LiquidObject(data)), options: RenderOptions(slot: .plain))
  }
}

/// What is wrong with a sentence at first sight: a mark of punctuation after a blank or at the start of a line, and
/// brackets and quotes with nothing between them.
enum SentenceFlaws {
  private static let marks = Set<Character>(",.!?;:")
  private static let pairs: [Character: Character] = ["(": ")", "[": "]", "\u{201C}": "\u{201D}", "\u{AB}": "\u{BB}"]

  static func count(in text: String) -> Int {
    var count = 0
    for line in withoutTags(text).split(whereSeparator: \.isNewline) {
      let characters = Array(line)
      for (i, character) in characters.enumerated() {
        let next = i + 1 < characters.count ? characters[i + 1] : " "
        let before = characters[..<i].last { $0 != " " }
        if marks.contains(character), next.isWhitespace, i == 0 || characters[i - 1].isWhitespace || before == nil {
          count += 1
        }
        if let open = before, pairs[open] == character { count += 1 }
      }
    }
    return count
  }

  /// Without elements of HTML, which nobody reads.
  private static func withoutTags(_ text: String) -> String {
    var (out, isTag) = ("", false)
    for character in text {
      if character == "<" { isTag = true }
      if !isTag { out.append(character) }
      if character == ">" { isTag = false }
    }
    return isTag ? text : out
  }
}
