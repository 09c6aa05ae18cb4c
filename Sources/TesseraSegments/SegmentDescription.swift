package import TesseraModel

/// A segment in a sentence, for people.
package enum SegmentDescription {
  /// For example: *returning visitor who joined less than 60 days ago, has ordered once, leans to The North Face, has
  /// been researching jackets for the last 7 days and has one in the basket, buys with discount codes*. What is relaxed
  /// is said at the end.
  /// - Parameter spelling: how to write a normalised name, as the store spells it.
  package static func sentence(
    _ segment: Segment, phrases: AxisPhrases = .box, spelling: (AxisValue) -> String = { $0.text }
  ) -> String {
    let relaxed = segment.relaxed
    if relaxed.count == segment.axes.count { return "everyone" }
    var clauses: [String] = []
    for (axis, value) in zip(segment.axes, segment.values) where axis != subjectAxis || nouns[value] == nil {
      // What is being researched and in the basket is said in one breath.
      if axis == "basket", value == .word("researched"), case .name? = segment["researching"], let last = clauses.last,
        segment.axes.firstIndex(of: "researching").map({ $0 + 1 }) == segment.axes.firstIndex(of: "basket")
      {
        clauses[clauses.count - 1] = last + " and has one in the basket"
      } else if let clause = phrases.clause(axis, value, spelling) {
        clauses.append(clause)
      }
    }
    let subject = segment[subjectAxis].flatMap { nouns[$0] } ?? "visitor"
    var text = clauses.isEmpty ? subject : "\(subject) who \(clauses.joined(separator: ", "))"
    if !relaxed.isEmpty { text += " (any \(relaxed.map(AxisPhrases.spoken).joined(separator: ", ")))" }
    return text
  }

  /// The axis that says what to call someone.
  private static let subjectAxis = "visits"
  private static let nouns: [AxisValue: String] = [
    .word("never"): "customer", .word("new"): "new visitor", .word("returning"): "returning visitor",
    .word("lapsing"): "visitor last seen over 30 days ago", .word("lapsed"): "visitor last seen over 90 days ago",
  ]
}

/// What the values of axes say of a person.
package struct AxisPhrases: Sendable {
  private let axes: [String: AxisDefinition]

  package init(_ definitions: [AxisDefinition]) {
    axes = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Those of the axes in the box.
  package static let box = AxisPhrases(AxisRegistry.box.definitions)

  /// A clause that goes on "who …"; nil where a value says nothing, as that of someone there is nothing to say of.
  func clause(_ axis: String, _ value: AxisValue, _ spelling: (AxisValue) -> String) -> String? {
    let says = axes[axis]?.says ?? [:]
    switch value {
    case .any: return nil
    case .name: return says["name"]?.replacing("{name}", with: spelling(value)) ?? plain(axis, spelling(value))
    case .word(let word):
      if let clause = says[word] { return clause }
      return !says.isEmpty && word == axes[axis]?.words.first ? nil : plain(axis, word)
    }
  }

  private func plain(_ axis: String, _ text: String) -> String { "has \(AxisPhrases.spoken(axis)) \(text)" }

  /// An axis's name as it is said.
  static func spoken(_ axis: String) -> String { axis == "researching" ? "research" : axis.replacing("-", with: " ") }
}
