package import TesseraModel

/// Whether a segment is worth a look this hour: no material change, no call.
package struct AgentGate: Sendable {
  /// Why a segment is looked at, or is not.
  package enum Verdict: String, Sendable, CaseIterable {
    case never, old, changed, expiring
    /// The digest is the one looked at last: the answer holds.
    case unchanged
    /// Something changed, but little, or for few.
    case immaterial

    package var isLook: Bool {
      switch self {
      case .never, .old, .changed, .expiring: true
      case .unchanged, .immaterial: false
      }
    }
  }

  /// Nobody is left alone for longer than this, hours.
  package let lookHours: Int
  /// Changes since the last look that add up to this wake the agent.
  static let materialityMin = 1.0

  package init(lookHours: Int) { self.lookHours = lookHours }

  /// - Parameters:
  ///   - memory: of the last look; nil if there was none.
  ///   - author: who would look now: another's look does not count.
  package func verdict(
    _ digest: SegmentDigest, memory: SegmentMemory?, author: String, at instant: Instant
  ) -> Verdict {
    guard let memory, let lookedAt = memory.lookedAt, memory.author == author else { return .never }
    if lookedAt.age(at: instant) >= Int64(lookHours) * Instant.hour { return .old }
    let soon = instant.adding(Instant.hour)
    if memory.items.contains(where: { item in
      item.effect.map { ($0.expiresAt ?? .distantPast) <= soon && ($0.expiresAt ?? .distantPast) > instant } ?? false
    }) {
      return .expiring
    }
    if memory.gateHash == digest.gateHash { return .unchanged }
    let fresh = digest.changes.filter { !memory.changes.contains($0.key) }
    return fresh.reduce(0) { $0 + $1.materiality } >= AgentGate.materialityMin ? .changed : .immaterial
  }

  /// What is new to the agent; what looks that are made together share.
  package static func fresh(_ digest: SegmentDigest, memory: SegmentMemory?) -> [DigestChange] {
    let known = memory?.changes ?? []
    return digest.changes.filter { !known.contains($0.key) }
  }
}

extension Instant {
  /// Before everything.
  static let distantPast = Instant(milliseconds: .min)
}
