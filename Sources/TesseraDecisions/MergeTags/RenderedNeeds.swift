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
  /// What stands in the text as it is: a flaw that somebody wrote is none.
  private let written: [String]

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
    written = template.constants.map { SentenceFlaws.withoutTags($0) }
    guard !optional.isEmpty, let whole = flaws(without: []) else { return }
    func isWrong(_ missing: [TagPath]) -> Bool { flaws(without: missing).map { $0 > whole } ?? false }
    func add(_ missing: [TagPath]) {
      // Where another one is missing too, the sentence may be another that reads well: then that one is a condition.
      let guards = optional.filter { other in !missing.contains(other) && !isWrong(missing + [other]) }
      found.append(TagNeed(paths: missing, guards: guards))
    }
    var fine: [TagPath] = []
    for path in optional { if isWrong([path]) { add([path]) } else { fine.append(path) } }
    guard fine.count > 1, fine.count <= RenderedNeeds.pairedMax else { return }
    for (i, first) in fine.enumerated() {
      for second in fine[(i + 1)...] where isWrong([first, second]) { add([first, second]) }
    }
  }

  /// - Parameter missing: paths that have nothing, and what is asked of them has nothing either.
  /// - Returns: nil where the text fails: that is looked after elsewhere.
  private func flaws(without missing: [TagPath]) -> Int? {
    var data: [String: LiquidValue] = [:]
    for path in asked where !missing.contains(where: { $0.holds(path) }) {
      data[path.root] = path.filling(data[path.root] ?? .null, with: RenderedNeeds.word)
    }
    let text = try? template.render(.object(LiquidObject(data)), options: RenderOptions(slot: .plain))
    return text.map { SentenceFlaws.count(in: $0, besides: written) }
  }
}

/// What is wrong with a sentence at first sight: a mark of punctuation after a blank or at the start of a line, and
/// brackets and quotes with nothing between them.
enum SentenceFlaws {
  private static let marks = Set<Character>(",.!?;:")
  private static let pairs: [Character: Character] = ["(": ")", "[": "]", "\u{201C}": "\u{201D}", "\u{AB}": "\u{BB}"]

  /// - Parameter written: pieces of text in which the same may stand: French has blanks before its marks.
  static func count(in text: String, besides written: [String]) -> Int {
    var count = 0
    for line in withoutTags(text).split(whereSeparator: \.isNewline) {
      let characters = Array(line)
      for (i, character) in characters.enumerated() {
        let next = i + 1 < characters.count ? characters[i + 1] : " "
        let last = characters[..<i].lastIndex { !$0.isWhitespace }
        let isAlone = i == 0 || characters[i - 1].isWhitespace
        let isFlaw =
          (marks.contains(character) && next.isWhitespace && isAlone)
          || last.map { pairs[characters[$0]] == character } ?? false
        guard isFlaw else { continue }
        let place = last.map { String(characters[$0...i]) } ?? "\n" + String(characters[...i])
        if !written.contains(where: { $0.contains(place) }) { count += 1 }
      }
    }
    return count
  }

  /// Without elements of HTML, which nobody reads.
  static func withoutTags(_ text: String) -> String {
    var (out, isTag) = ("", false)
    for character in text {
      if character == "<" { isTag = true }
      if !isTag { out.append(character) }
      if character == ">" { isTag = false }
    }
    return isTag ? text : out
  }
}
