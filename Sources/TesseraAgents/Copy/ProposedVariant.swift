package import TesseraModel

/// A text that an agent proposed for one segment and that passed validation: a variant of a creative, waiting for its
/// approval or living under it.
package struct ProposedVariant: Sendable, Equatable {
  /// Where it stands.
  package enum State: String, Sendable, CaseIterable {
    case pending
    /// Approved: from the next cycle on it is an arm of its segment, with little traffic at first.
    case live
    case rejected
    /// Approved once, and taken back: never shown again.
    case stopped
    /// Its time is over, whether it was approved or never judged.
    case lapsed
  }

  /// Also the id of the creative that it becomes: the parent's, `~`, and eight digits of its content's hash.
  package let id: String
  /// The segment's id and its values by axis, those that it relaxes left out.
  package let segment: String
  package let axes: [(axis: String, value: String)]
  /// The segment in words.
  package let label: String
  package let parent: String
  package let placement: String
  package let style: String
  package let headline: String
  package let body: String
  /// The look that proposed it.
  package let run: String
  package let author: String
  package let proposedAt: Instant
  package var state = State.pending
  package var judgedAt: Instant?
  /// `marketer` or `rules`; empty before a judgement.
  package var judge = ""

  package init(
    _ copy: ProposedCopy, parent: String, segment: Segment, label: String, run: String, author: String, at: Instant
  ) {
    axes = zip(segment.axes, segment.values).compactMap { axis, value in value == .any ? nil : (axis, value.text) }
    let content = [segment.id, parent, copy.style, copy.headline, copy.body].joined(separator: "\u{1F}")
    id = parent + "~" + TextEncoding.hexadecimal(SHA256.hash(content.utf8).prefix(4))
    (self.segment, self.label, self.parent, placement) = (segment.id, label, parent, copy.slot)
    (style, headline, body) = (copy.style, copy.headline, copy.body)
    (self.run, self.author, proposedAt) = (run, author, at)
  }

  /// Unjudged for so long, it is forgotten.
  package static let pendingFor = 7 * Instant.day
  /// Approved, it lives so long; what states a number, such as a price, much shorter: facts change.
  package static let livesFor = 30 * Instant.day
  package static let livesWithNumbersFor = 2 * Instant.day

  package var hasNumbers: Bool { (headline + body).contains(where: \.isNumber) }

  /// When it lapses by itself; nil for one that no longer can.
  package var lapsesAt: Instant? {
    switch state {
    case .pending: proposedAt.adding(ProposedVariant.pendingFor)
    case .live:
      (judgedAt ?? proposedAt).adding(
        hasNumbers ? ProposedVariant.livesWithNumbersFor : ProposedVariant.livesFor)
    case .rejected, .stopped, .lapsed: nil
    }
  }

  package var json: JSONValue {
    [
      "id": .string(id), "segment": .string(segment), "label": .string(label),
      "axes": .object(JSONObject(axes.map { ($0.axis, .string($0.value)) })), "variant_of": .string(parent),
      "placement": .string(placement), "style": .string(style), "headline": .string(headline), "body": .string(body),
      "run": .string(run), "author": .string(author), "proposed_at": .instant(proposedAt),
      "state": .string(state.rawValue), "judged_at": judgedAt.map { .instant($0) } ?? .null, "judge": .string(judge),
    ]
  }

  package init?(json: JSONValue) {
    guard let id = json["id"]?.text, let segment = json["segment"]?.text, let parent = json["variant_of"]?.text,
      let at = json["proposed_at"]?.text.flatMap({ try? Instant(parsing: $0) }),
      let state = json["state"]?.text.flatMap(State.init)
    else { return nil }
    func text(_ name: String) -> String { json[name]?.text ?? "" }
    (self.id, self.segment, self.parent, proposedAt, self.state) = (id, segment, parent, at, state)
    axes = (json["axes"]?.members ?? JSONObject()).map { ($0.name, $0.value.text ?? "") }
    (label, placement, style) = (text("label"), text("placement"), text("style"))
    (headline, body, run, author) = (text("headline"), text("body"), text("run"), text("author"))
    judgedAt = json["judged_at"]?.text.flatMap { try? Instant(parsing: $0) }
    judge = text("judge")
  }

  package static func == (a: ProposedVariant, b: ProposedVariant) -> Bool { a.json == b.json }
}
