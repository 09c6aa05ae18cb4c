import TesseraModel

/// Which segments are looked at this hour, how, and in what order.
package struct LookPlan: Sendable {
  /// One segment that passed the gate.
  package struct Candidate: Sendable {
    /// The number of the decided segment.
    package let number: Int
    package let brief: SegmentBrief
    package let gate: AgentGate.Verdict
    package let value: Double
    /// Keys of what is new to the agent.
    package let fresh: [String]

    package init(number: Int, brief: SegmentBrief, gate: AgentGate.Verdict, value: Double, fresh: [String]) {
      (self.number, self.brief, self.gate, self.value, self.fresh) = (number, brief, gate, value, fresh)
    }
  }

  /// Looks that are made together.
  package struct Look: Sendable {
    package let candidates: [Candidate]
    /// Whether the agent may call tools; only for one segment at a time.
    package let hasTools: Bool

    package init(_ candidates: [Candidate], hasTools: Bool) {
      (self.candidates, self.hasTools) = (candidates, hasTools)
    }

    package var value: Double { candidates.reduce(0) { $0 + $1.value } }
  }

  /// The most valuable first.
  package let looks: [Look]

  /// - Parameters:
  ///   - tools: how many of the most valuable segments are looked at one by one, with tools.
  ///   - together: how many others share a call, those with the same news first.
  ///   - seed: chooses the twentieth that is looked at out of turn, so that the order can be judged.
  package init(_ candidates: [Candidate], tools: Int, together: Int, seed: UInt64) {
    let sorted = candidates.sorted { $0.value != $1.value ? $0.value > $1.value : $0.number < $1.number }
    var looks = sorted.prefix(tools).map { Look([$0], hasTools: true) }
    var groups: [[String]: [Candidate]] = [:]
    for candidate in sorted.dropFirst(tools) {
      // Those that share the news with most reach learn from each other's context.
      groups[Array(candidate.fresh.prefix(1)), default: []].append(candidate)
    }
    var rest: [Candidate] = []
    for (_, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let whole = group.count - group.count % max(1, together)
      for start in stride(from: 0, to: whole, by: max(1, together)) {
        looks.append(Look(Array(group[start..<start + max(1, together)]), hasTools: false))
      }
      rest += group[whole...]
    }
    for start in stride(from: 0, to: rest.count, by: max(1, together)) {
      looks.append(Look(Array(rest[start..<min(rest.count, start + max(1, together))]), hasTools: false))
    }
    let hash = SipHash(k0: seed, k1: 1)
    let ranked = looks.map { look -> (look: Look, isOutOfTurn: Bool) in
      (look, hash.hash(Array((look.candidates.first?.brief.segment.id ?? "").utf8)) % LookPlan.oneInOutOfTurn == 0)
    }
    self.looks = ranked.sorted { a, b in
      if a.isOutOfTurn != b.isOutOfTurn { return a.isOutOfTurn }
      if a.look.value != b.look.value { return a.look.value > b.look.value }
      return (a.look.candidates.first?.number ?? 0) < (b.look.candidates.first?.number ?? 0)
    }.map(\.look)
  }

  private static let oneInOutOfTurn: UInt64 = 20
}
