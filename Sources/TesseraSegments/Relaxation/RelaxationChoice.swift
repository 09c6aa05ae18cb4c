/// The order of relaxing axes that loses least of what can be foretold of people, by a sample's behaviour; or the last
/// one, as long as it is nearly as good.
package struct RelaxationChoice: Sendable {
  package let order: RelaxationOrder
  /// The share of the outcomes' variance that the decided segments foretell for people left out when it was learned.
  package let explained: Double
  /// The order that numbers of people alone would choose.
  package let orderByNumbers: RelaxationOrder
  /// What that one's segments foretell.
  package let explainedByNumbers: Double
  /// Whether the last order was kept though another is a little better.
  package let isKept: Bool

  /// What an order may lose against the best, as a share of it, before everyone is moved to another.
  package static let hysteresis = 0.05
  /// A gain below this share of the variance is no difference.
  private static let gainMin = 0.0005
  /// Rounds of moving axes to better places.
  private static let climbsMax = 3
  /// Fewer people show nothing.
  private static let peopleMin = 200

  /// - Parameters:
  ///   - active: in the codes of the sample.
  ///   - axes: how many axes there are.
  ///   - previous: the last order; nil if there is none of these axes.
  ///   - isThorough: whether to look for a better one than the last even if no simple one is.
  package init(
    _ sample: BehaviourSample, _ active: ActiveSegments, axes: Int, minMembers: Int, previous: [Int]?,
    isThorough: Bool = true
  ) {
    let single = active.singleValued(0..<axes)
    let varied = (0..<axes).filter { !single.contains($0) }
    var byNumbers = single
    active.append(to: &byNumbers, varied, minMembers: minMembers)
    orderByNumbers = RelaxationOrder(
      axes: byNumbers, reasons: active.reasons(byNumbers, minMembers: minMembers) { _ in "" })
    let last = previous.flatMap { $0.sorted() == Array(0..<axes) ? $0 : nil }
      .map { order in order.filter { single.contains($0) } + order.filter { !single.contains($0) } }
    guard sample.people.count >= RelaxationChoice.peopleMin else {
      order = RelaxationOrder(
        axes: byNumbers,
        reasons: active.reasons(byNumbers, minMembers: minMembers) { _ in "too few people to compare; " })
      (explained, explainedByNumbers, isKept) = (0, 0, false)
      return
    }
    let start = Refinement(sample.people, active, minMembers: minMembers)
    // What few people seem to say beyond their numbers may be chance.
    let chance = max(RelaxationChoice.gainMin, 4 / Double(sample.people.count))
    func tried(_ order: [Int]) -> Tried { (order, start.refined(by: order.reversed()).explained) }
    let simple = [tried(byNumbers), tried(single + varied.reversed())]
    explainedByNumbers = simple[0].explained
    func best(of more: [Tried]) -> Tried {
      (simple + more).reduce(simple[0]) { $1.explained > $0.explained + chance ? $1 : $0 }
    }
    func isNearly(_ held: Tried, _ best: Tried) -> Bool {
      held.explained >= min(best.explained * (1 - RelaxationChoice.hysteresis), best.explained - chance)
    }
    var chosen = best(of: [])
    let held = last.map(tried)
    if let held, !isThorough, isNearly(held, chosen) {
      chosen = held
    } else {
      let greedy = RelaxationChoice.greedy(start, varied)
      // Who tells nothing goes first, by numbers.
      var found = single
      active.append(to: &found, varied.filter { !greedy.contains($0) }, minMembers: minMembers)
      let promising = best(of: [tried(found + greedy.reversed())] + (held.map { [$0] } ?? []))
      chosen = RelaxationChoice.climbed(start, promising.order, fixed: single.count, gain: chance)
    }
    isKept = held.map { $0.order != chosen.order && isNearly($0, chosen) } ?? false
    if isKept, let held { chosen = held }
    let gains = RelaxationChoice.gains(start, chosen.order.reversed())
    explained = chosen.explained
    let isKept = isKept
    order = RelaxationOrder(
      axes: chosen.order,
      reasons: active.reasons(chosen.order, minMembers: minMembers) { axis in
        RelaxationChoice.difference(gains[axis] ?? 0, isKept: isKept && axis == chosen.order.first)
      })
  }

  /// An order, and what its segments foretell.
  private typealias Tried = (order: [Int], explained: Double)

  /// What an order's segments foretell of a sample's people.
  package static func explained(_ sample: BehaviourSample, _ active: ActiveSegments, order: [Int], minMembers: Int)
    -> Double
  {
    Refinement(sample.people, active, minMembers: minMembers).refined(by: order.reversed()).explained
  }

  /// Axis by axis, the one that foretells most beyond those before it, given that small segments fall back to them.
  private static func greedy(_ start: Refinement, _ axes: [Int]) -> [Int] {
    var (kept, left, current) = ([Int](), axes, start)
    while !left.isEmpty {
      var best: (axis: Int, refined: Refinement)?
      for axis in left {
        let refined = current.refined(by: [axis])
        if best.map({ refined.explained > $0.refined.explained }) ?? true { best = (axis, refined) }
      }
      guard let best, best.refined.explained - current.explained >= gainMin else { break }
      kept.append(best.axis)
      left.removeAll { $0 == best.axis }
      current = best.refined
    }
    return kept
  }

  /// The order after moving single axes to better places for as long as that foretells more: an axis that says much may
  /// leave so few people together that two lesser ones say more.
  private static func climbed(_ start: Refinement, _ relaxed: [Int], fixed: Int, gain: Double) -> Tried {
    var order = Array(relaxed.reversed())
    var states = [start]
    for axis in order { states.append(states[states.count - 1].refined(by: [axis])) }
    let places = 0..<(order.count - fixed)
    for _ in 0..<climbsMax {
      var isBetter = false
      for from in places {
        for to in places where to != from && to != from - 1 {
          var trial = order
          trial.insert(trial.remove(at: from), at: to)
          let first = min(from, to)
          let explained = states[first].refined(by: trial[first...]).explained
          guard explained - states[order.count].explained >= gain else { continue }
          (order, isBetter) = (trial, true)
          for k in first..<order.count { states[k + 1] = states[k].refined(by: [order[k]]) }
        }
      }
      if !isBetter { break }
    }
    return (order.reversed(), states[order.count].explained)
  }

  private static func gains(_ start: Refinement, _ axes: [Int]) -> [Int: Double] {
    var (gains, current) = ([Int: Double](), start)
    for axis in axes {
      let refined = current.refined(by: [axis])
      gains[axis] = refined.explained - current.explained
      current = refined
    }
    return gains
  }

  private static func difference(_ gain: Double, isKept: Bool) -> String {
    let tenths = Int((gain * 1_000).rounded())
    let text =
      gain < gainMin ? "little difference; " : "tells \(tenths / 10).\(tenths % 10) % more of what people do next; "
    return (isKept ? "the last order is nearly as good as a new one, so it stays; " : "") + text
  }
}

/// People and active segments told apart by some axes, with what is foretold of each person: the mean of the others in
/// the finest segment with enough active members, shrunk to the coarser ones'. It is refined hundreds of times for a
/// choice: plain loops over plain arrays.
private struct Refinement {
  private typealias Vector = SIMD16<Float>

  /// What does not change: columns over people, and over active segments.
  private final class Data: Sendable {
    let outcomes: [Vector]
    let folds: [Int]
    /// By axis: the codes of people, and of active segments.
    let personCodes: [[UInt16]]
    let entryCodes: [[UInt16]]
    let entryActive: [Int]
    let minMembers: Int

    init(_ people: [BehaviourSample.Person], _ active: ActiveSegments, minMembers: Int) {
      outcomes = people.map(\.outcomes)
      folds = people.map(\.fold)
      personCodes = (0..<SegmentKey.axesMax).map { axis in people.map { $0.pastKey[axis] } }
      entryCodes = (0..<SegmentKey.axesMax).map { axis in active.entries.map { $0.key[axis] } }
      entryActive = active.entries.map(\.active)
      self.minMembers = minMembers
    }
  }

  private let data: Data
  /// Which cell each is in.
  private var personCells: [Int32]
  private var entryCells: [Int32]
  private var predictions: [Vector]
  /// How many people were in the last cell that each was foretold from.
  private var evidence: [Float]
  private(set) var explained = 0.0

  /// Nobody told apart.
  init(_ people: [BehaviourSample.Person], _ active: ActiveSegments, minMembers: Int) {
    data = Data(people, active, minMembers: minMembers)
    personCells = [Int32](repeating: 0, count: people.count)
    entryCells = [Int32](repeating: 0, count: active.entries.count)
    predictions = [Vector](repeating: .zero, count: people.count)
    evidence = [Float](repeating: 0, count: people.count)
    predict(members: [Int.max], weight: 0)
  }

  func refined(by axes: some Sequence<Int>) -> Refinement {
    var out = self
    for axis in axes { out.refine(axis) }
    out.explained = PredictedValue.share(data.outcomes, out.predictions)
    return out
  }

  private mutating func refine(_ axis: Int) {
    var numbers = CellNumbers()
    var members: [Int] = []
    let (entryCodes, personCodes) = (data.entryCodes[axis], data.personCodes[axis])
    var i = 0
    while i < entryCells.count {
      let cell = numbers.number(entryCells[i], entryCodes[i])
      if cell == members.count { members.append(0) }
      members[cell] += data.entryActive[i]
      entryCells[i] = Int32(cell)
      i += 1
    }
    i = 0
    while i < personCells.count {
      let cell = numbers.number(personCells[i], personCodes[i])
      if cell == members.count { members.append(0) }
      personCells[i] = Int32(cell)
      i += 1
    }
    predict(members: members, weight: GranularityPlan.shrinkage)
  }

  /// Means of the cells with enough active members, without the person's own part of the cross-validation. A cell that
  /// the axis did not split says nothing new.
  /// - Parameter members: active customers of each cell.
  private mutating func predict(members: [Int], weight: Float) {
    var sizes = [Float](repeating: 0, count: members.count)
    var i = 0
    while i < personCells.count {
      sizes[Int(personCells[i])] += 1
      i += 1
    }
    let folds = GranularityPlan.folds
    // Where a cell's sums are, one a fold and one of all; -1 where nothing new is said.
    var places = [Int](repeating: -1, count: members.count)
    var used = 0
    i = 0
    while i < personCells.count {
      let cell = Int(personCells[i])
      if places[cell] < 0, members[cell] >= data.minMembers, sizes[cell] != evidence[i] {
        places[cell] = used
        used += folds + 1
      }
      i += 1
    }
    var counts = [Float](repeating: 0, count: used)
    var sums = [Vector](repeating: .zero, count: used)
    i = 0
    while i < personCells.count {
      let place = places[Int(personCells[i])]
      if place >= 0 {
        counts[place + data.folds[i]] += 1
        counts[place + folds] += 1
        sums[place + data.folds[i]] += data.outcomes[i]
        sums[place + folds] += data.outcomes[i]
      }
      i += 1
    }
    i = 0
    while i < personCells.count {
      let place = places[Int(personCells[i])]
      let size = sizes[Int(personCells[i])]
      if place >= 0, size != evidence[i] {
        let own = place + data.folds[i]
        let count = counts[place + folds] - counts[own]
        evidence[i] = size
        if count + weight > 0 {
          predictions[i] = (sums[place + folds] - sums[own] + weight * predictions[i]) / (count + weight)
        }
      }
      i += 1
    }
  }
}

/// Numbers for pairs of a cell and a code, in the order in which they come.
private struct CellNumbers {
  /// The pair and its number, or 0 for a free slot.
  private var slots = [UInt64](repeating: 0, count: 1_024)
  private var numbers = [Int32](repeating: 0, count: 1_024)
  private var count = 0

  mutating func number(_ cell: Int32, _ code: UInt16) -> Int {
    let pair = (UInt64(UInt32(bitPattern: cell)) << 16 | UInt64(code)) + 1
    if (count + 1) * 2 > slots.count { grow() }
    let i = slot(pair)
    if slots[i] == 0 {
      (slots[i], numbers[i]) = (pair, Int32(count))
      count += 1
    }
    return Int(numbers[i])
  }

  private func slot(_ pair: UInt64) -> Int {
    let mask = slots.count - 1
    var i = Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while slots[i] != 0, slots[i] != pair { i = (i + 1) & mask }
    return i
  }

  private mutating func grow() {
    let (oldSlots, oldNumbers) = (slots, numbers)
    slots = [UInt64](repeating: 0, count: oldSlots.count * 4)
    numbers = [Int32](repeating: 0, count: oldSlots.count * 4)
    for (pair, number) in zip(oldSlots, oldNumbers) where pair != 0 {
      let i = slot(pair)
      (slots[i], numbers[i]) = (pair, number)
    }
  }
}
