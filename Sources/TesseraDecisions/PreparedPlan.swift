package import TesseraBandits
package import TesseraModel
package import TesseraSegments

/// What would be decided for a segment and placement if no agent had anything to add.
package struct PlacementDraft: Sendable {
  package let placement: PlacementPolicy
  package let eligible: [(action: Action, estimate: ArmEstimate)]
  package let exclusions: [Decision.Exclusion]
  /// In units of 2⁻³², in the order of `eligible`.
  package let off: [UInt64]
}

/// A cycle's beliefs, before agents look: everything that can be worked out once, and that both their digests and the
/// book are made from.
package struct PreparedPlan: Sendable {
  private let planner: Planner
  private let models: [HierarchicalModel]

  init(_ planner: Planner) {
    let segments = Planner.segments(planner.input, planner.rollUp)
    self.init(planner, planner.input.policy.placements.map { Planner.model(planner.input, $0, segments) })
  }

  private init(_ planner: Planner, _ models: [HierarchicalModel]) { (self.planner, self.models) = (planner, models) }

  /// The same, the placements beside each other: what is believed of one is nothing to the others.
  package static func parallel(_ planner: Planner) async -> PreparedPlan {
    let input = planner.input
    let segments = Planner.segments(input, planner.rollUp)
    let models = await inParallel(input.policy.placements) { Planner.model(input, $0, segments) }
    return PreparedPlan(planner, models)
  }

  package var input: PlannerInput { planner.input }
  /// The segments that are decided, in the book's order.
  package var decided: [RollUp.Decided] { planner.rollUp.decided }
  package var rollUp: RollUp { planner.rollUp }

  package func segment(_ number: Int) -> Segment { planner.input.census.segment(of: decided[number].key) }

  /// - Parameter number: of the decided segment.
  package func drafts(_ number: Int) -> [PlacementDraft] {
    let segment = segment(number)
    return zip(planner.input.policy.placements, models).map { placement, model in
      planner.draft(segment, placement, model.arms(number, axes: planner.input.census.axes))
    }
  }

  /// The book with these overlays, whatever the input says of any.
  package func book(overlays: [Overlay]) -> DecisionBook {
    let parts = Parts(planner, models, overlays)
    return book(decided.indices.map { parts.part($0) })
  }

  /// The same, stretches of segments beside each other.
  package func parallelBook(overlays: [Overlay]) async -> DecisionBook {
    let parts = Parts(planner, models, overlays)
    let count = decided.count
    let stretches = stride(from: 0, to: count, by: PreparedPlan.stretch).map {
      $0..<min(count, $0 + PreparedPlan.stretch)
    }
    return book(await inParallel(stretches) { $0.map { parts.part($0) } }.flatMap { $0 })
  }

  /// Segments that are decided in one go: some hundredths of a second, so that others have their turns between.
  private static let stretch = 64

  private func book(_ parts: [Part]) -> DecisionBook {
    let (input, rollUp) = (planner.input, planner.rollUp)
    var records: [String: [UInt8]] = [:]
    for part in parts { for (id, record) in zip(part.entry.decisions, part.records) { records[id] = record } }
    let order = zip(rollUp.order.axes, rollUp.order.reasons).map { (axis: input.census.axes[$0], reason: $1) }
    return DecisionBook(
      cycle: input.cycle, at: input.at, previous: input.previous, axes: input.census.axes,
      placements: input.policy.placements.map(\.id), relaxation: order, spendCuts: input.spendCuts,
      entries: parts.map(\.entry), records: records, rolledUpCustomers: rollUp.rolledUpCustomers)
  }
}

/// A segment of a book, and the records of its decisions.
private struct Part: Sendable {
  let entry: DecisionBook.Entry
  let records: [[UInt8]]
}

/// Decides segment by segment.
private struct Parts: Sendable {
  private let planner: Planner
  private let models: [HierarchicalModel]
  private let overlays: [Planner.OverlayKey: Overlay]
  private let phrases: AxisPhrases

  init(_ planner: Planner, _ models: [HierarchicalModel], _ overlays: [Overlay]) {
    (self.planner, self.models, self.overlays) = (planner, models, Planner.index(overlays))
    phrases = AxisPhrases(planner.input.policy.axes)
  }

  /// - Parameter number: of the decided segment.
  func part(_ number: Int) -> Part {
    let (input, decided) = (planner.input, planner.rollUp.decided[number])
    let segment = input.census.segment(of: decided.key)
    let description = SegmentDescription.sentence(segment, phrases: phrases) { value in
      input.spellings[value.text] ?? value.text
    }
    let records = zip(input.policy.placements, models).map { placement, model -> [UInt8] in
      let overlay = overlays[Planner.OverlayKey(segment: segment.id, placement: placement.id)]
      let arms = model.arms(number, axes: input.census.axes)
      return planner.decide(segment, description, placement, arms, overlay) { first, second in
        model.move(of: first, with: second, in: number)
      }.record
    }
    return Part(
      entry: DecisionBook.Entry(
        segment: segment, description: description, level: decided.level, members: decided.members,
        decisions: records.map { Decision.id(bytes: Decision.idBytes(of: $0)) }), records: records)
  }
}
