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
    self.planner = planner
    let segments = Planner.segments(planner.input, planner.rollUp)
    models = planner.input.policy.placements.map { Planner.model(planner.input, $0, segments) }
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
    let (input, rollUp) = (planner.input, planner.rollUp)
    let overlays = Planner.index(overlays)
    let phrases = AxisPhrases(input.policy.axes)
    var entries: [DecisionBook.Entry] = []
    var records: [String: [UInt8]] = [:]
    for (number, decided) in rollUp.decided.enumerated() {
      let segment = input.census.segment(of: decided.key)
      let description = SegmentDescription.sentence(segment, phrases: phrases) { value in
        input.spellings[value.text] ?? value.text
      }
      var ids: [String] = []
      for (placement, model) in zip(input.policy.placements, models) {
        let overlay = overlays[Planner.OverlayKey(segment: segment.id, placement: placement.id)]
        let arms = model.arms(number, axes: input.census.axes)
        let decision = planner.decide(segment, description, placement, arms, overlay)
        let record = JSONWriter.bytes(decision.json)
        let id = Decision.id(bytes: Decision.idBytes(of: record))
        records[id] = record
        ids.append(id)
      }
      entries.append(
        DecisionBook.Entry(
          segment: segment, description: description, level: decided.level, members: decided.members, decisions: ids))
    }
    let order = zip(rollUp.order.axes, rollUp.order.reasons).map { (axis: input.census.axes[$0], reason: $1) }
    return DecisionBook(
      cycle: input.cycle, at: input.at, previous: input.previous, axes: input.census.axes,
      placements: input.policy.placements.map(\.id), relaxation: order, spendCuts: input.spendCuts, entries: entries,
      records: records, rolledUpCustomers: rollUp.rolledUpCustomers)
  }
}
