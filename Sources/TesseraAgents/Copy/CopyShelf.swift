package import TesseraModel

/// All proposed texts and where they stand. A value: whoever keeps it writes it down after each change.
package struct CopyShelf: Sendable, Equatable {
  /// Why a judgement is not possible.
  package enum Problem: Error, Sendable, Equatable {
    case unknown(String)
    /// It is no longer in a state that can be judged so.
    case notNow(ProposedVariant.State)
    /// As many texts as a placement may have are live.
    case full(placement: String)
  }

  /// What can be said of a text.
  package enum Judgement: String, Sendable, CaseIterable { case approve, reject, stop }

  /// The newest last.
  package private(set) var variants: [ProposedVariant] = []

  /// More unjudged texts than this nobody reads.
  package static let pendingMax = 200
  /// Each is an arm that the bandit has to learn about.
  package static let liveMaxInPlacement = 24
  /// Texts of the past that are kept for people to look back at.
  static let pastMax = 500

  package init() {}

  package subscript(id: String) -> ProposedVariant? { variants.first { $0.id == id } }
  package func variants(_ state: ProposedVariant.State) -> [ProposedVariant] { variants.filter { $0.state == state } }

  /// Takes a proposal in, unless the same was proposed before or its segment has one for this creative already.
  /// - Returns: whether it is new.
  @discardableResult
  package mutating func propose(_ variant: ProposedVariant) -> Bool {
    let isKnown = variants.contains { held in
      held.id == variant.id
        || (held.segment == variant.segment && held.parent == variant.parent
          && [.pending, .live].contains(held.state))
    }
    guard !isKnown, variants(.pending).count < CopyShelf.pendingMax else { return false }
    variants.append(variant)
    return true
  }

  package mutating func judge(
    _ id: String, _ judgement: Judgement, by judge: String, at instant: Instant
  ) throws(Problem) {
    guard let i = variants.firstIndex(where: { $0.id == id }) else { throw .unknown(id) }
    let state: ProposedVariant.State
    switch (judgement, variants[i].state) {
    case (.approve, .pending):
      let placement = variants[i].placement
      guard variants(.live).count(where: { $0.placement == placement }) < CopyShelf.liveMaxInPlacement else {
        throw .full(placement: placement)
      }
      state = .live
    case (.reject, .pending): state = .rejected
    case (.stop, .live): state = .stopped
    default: throw .notNow(variants[i].state)
    }
    (variants[i].state, variants[i].judge, variants[i].judgedAt) = (state, judge, instant)
  }

  /// What no person needs to read: no number that could be wrong tomorrow. Lengths, tags, names and promises were
  /// checked before a text came here.
  package static func fitsRules(_ variant: ProposedVariant) -> Bool { !variant.hasNumbers }

  /// Ends what has had its time, and forgets the oldest of the past.
  package mutating func lapse(at instant: Instant) {
    for i in variants.indices where variants[i].lapsesAt.map({ $0 <= instant }) ?? false {
      variants[i].state = .lapsed
    }
    let past = variants.count { ![.pending, .live].contains($0.state) }
    var surplus = past - CopyShelf.pastMax
    variants.removeAll { variant in
      guard surplus > 0, ![.pending, .live].contains(variant.state) else { return false }
      surplus -= 1
      return true
    }
  }

  package var bytes: [UInt8] { JSONWriter.bytes(.array(variants.map(\.json))) }

  /// - Returns: nil for bytes that are no shelf.
  package init?(bytes: [UInt8]) {
    guard let elements = (try? JSONParser.parse(bytes))?.elements else { return nil }
    let read = elements.compactMap { ProposedVariant(json: $0) }
    guard read.count == elements.count else { return nil }
    variants = read
  }
}
