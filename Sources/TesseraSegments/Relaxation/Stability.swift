/// How steady decided segments are from hour to hour, and how much of what can be foretold of people they keep, by
/// four ways of choosing the order of relaxing.
package struct Stability: Sendable {
  /// A way of choosing the order.
  package enum Way: String, CaseIterable, Sendable {
    /// The same for every store and hour: the last axis first.
    case fixed
    /// By numbers of people alone.
    case numbers
    /// What loses least, anew each hour.
    case loss
    /// What loses least, unless the last order is nearly as good: what cycles do.
    case steady = "loss_with_hysteresis"
  }

  /// Sums over the hours.
  package struct Sums: Sendable {
    /// Customers who stayed in their own micro-segment over an hour, and those of them whose decided segment changed.
    package fileprivate(set) var stayed = 0
    package fileprivate(set) var moved = 0
    /// Shares of variance foretold, of the half of the people who had no part in the choice.
    package fileprivate(set) var explained = 0.0
    /// Axes that the active customers' decisions tell apart, and how many customers that is over.
    package fileprivate(set) var axesKept = 0
    package fileprivate(set) var active = 0
    package fileprivate(set) var ordersChanged = 0
  }

  private var sums: [Way: Sums] = [:]
  package private(set) var hours = 0
  private let axes: Int
  private let minMembers: Int
  private let segmentsMax: Int
  /// The hour before: one for each half of the people to choose by.
  private var last: [Hour?] = [nil, nil]

  private struct Hour {
    let words: [UInt64]
    let keys: [SegmentKey]
    var orders: [Way: [Int]] = [:]
    var decided: [Way: Finder] = [:]
  }

  /// Finds decided segments.
  private struct Finder {
    let keys: Set<SegmentKey>
    let masks: [SegmentMask]

    func level(_ key: SegmentKey) -> Int { masks.firstIndex { keys.contains(key.relaxed($0)) } ?? masks.count - 1 }
    func decided(_ key: SegmentKey) -> SegmentKey { key.relaxed(masks[level(key)]) }
  }

  package init(axes: Int, minMembers: Int, segmentsMax: Int) {
    (self.axes, self.minMembers, self.segmentsMax) = (axes, minMembers, segmentsMax)
    for way in Way.allCases { sums[way] = Sums() }
  }

  package func sums(_ way: Way) -> Sums { sums[way] ?? Sums() }

  /// Takes the next hour. Where nobody is active, as in a store that only has orders, everyone stands in for them.
  package mutating func add(_ sweep: Sweep, _ grouping: Grouping, _ sample: BehaviourSample) {
    let active =
      sweep.isAnyoneActive
      ? ActiveSegments(grouping, sweep) : ActiveSegments(everyoneIn: grouping, sweep)
    let halves = sample.halves
    for half in 0..<2 { add(half, sweep, active, seen: halves[half], heldOut: halves[1 - half]) }
    hours += 1
  }

  private mutating func add(
    _ half: Int, _ sweep: Sweep, _ active: ActiveSegments, seen: BehaviourSample, heldOut: BehaviourSample
  ) {
    let last = last[half]
    let words = (0..<sweep.count).map { sweep.word($0) }
    var hour = Hour(words: words, keys: words.map { $0 == 0 ? SegmentKey() : sweep.key($0) })
    let anew = RelaxationChoice(seen, active, axes: axes, minMembers: minMembers, previous: nil)
    let steady = RelaxationChoice(
      seen, active, axes: axes, minMembers: minMembers, previous: last?.orders[.steady])
    for way in Way.allCases {
      let order =
        switch way {
        case .fixed: RelaxationOrder(axes: (0..<axes).reversed(), reasons: [])
        case .numbers: anew.orderByNumbers
        case .loss: anew.order
        case .steady: steady.order
        }
      let rollUp = RollUp(active, order: order, minMembers: minMembers, segmentsMax: segmentsMax)
      let finder = Finder(keys: Set(rollUp.decided.map(\.key)), masks: order.masks)
      var sum = sums[way] ?? Sums()
      sum.explained += RelaxationChoice.explained(heldOut, active, order: order.axes, minMembers: minMembers) / 2
      for entry in active.entries {
        sum.axesKept += entry.active * (axes - finder.level(entry.key))
        sum.active += entry.active
      }
      if let last, let before = last.decided[way] { Stability.compare(last, before, hour, finder, &sum) }
      if let old = last?.orders[way], old != order.axes { sum.ordersChanged += 1 }
      sums[way] = sum
      (hour.orders[way], hour.decided[way]) = (order.axes, finder)
    }
    self.last[half] = hour
  }

  private static func compare(_ last: Hour, _ before: Finder, _ hour: Hour, _ now: Finder, _ sum: inout Sums) {
    var hasMoved: [SegmentKey: Bool] = [:]
    for i in 0..<min(last.keys.count, hour.keys.count) where last.words[i] != 0 && last.keys[i] == hour.keys[i] {
      let key = hour.keys[i]
      sum.stayed += 1
      let moved = hasMoved[key] ?? (before.decided(key) != now.decided(key))
      hasMoved[key] = moved
      if moved { sum.moved += 1 }
    }
  }
}
