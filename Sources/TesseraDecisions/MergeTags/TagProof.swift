import Liquid
import TesseraModel
import TesseraSegments

/// Whether a creative's texts read whole for a segment's members: no "Hi ," goes out.
struct TagProof: Sendable {
  private let needs: TagNeeds
  private let shop: LiquidValue
  private let clocks: ShopTimeZone
  /// The least share of members for whom everything is there.
  private let threshold: Double
  /// Of decided segments.
  private let members: [Segment: [TagCensus.Count]]

  /// - Returns: nil for an input that knows nothing of tags, as those recorded before there was a proof.
  init?(_ input: PlannerInput, _ rollUp: RollUp) {
    guard let tags = input.tags else { return nil }
    needs = TagNeeds(input.policy)
    threshold = input.policy.guardrails.tagCoverage
    let shop = input.policy.shop
    self.shop = TagData.shop(shop)
    clocks = ShopTimeZone(offsetSeconds: input.utcOffsetSeconds)
    guard !tags.entries.isEmpty, tags.paths == needs.paths.map(\.text) else {
      members = [:]
      return
    }
    var counts: [SegmentKey: [UInt64: Int]] = [:]
    for decided in rollUp.decided { counts[decided.key] = [:] }
    let masks = rollUp.order.masks
    for (entry, tallied) in zip(input.census.entries, tags.entries) {
      // A coarser segment's members are all who match.
      for key in Set(masks.map { entry.key.relaxed($0) }) where counts[key] != nil {
        for count in tallied { counts[key]?[count.mask, default: 0] += count.members }
      }
    }
    var members: [Segment: [TagCensus.Count]] = [:]
    for (key, byMask) in counts {
      members[input.census.segment(of: key)] = byMask.sorted { $0.key < $1.key }.map {
        TagCensus.Count(mask: $0.key, members: $0.value)
      }
    }
    self.members = members
  }

  /// Why a creative would leave holes, in a sentence; nil if it would not.
  func objection(to candidate: Candidate) -> String? {
    // Bits of which a member must have one, for each tag that only the person can fill.
    var asked: [(need: TagNeed, bits: UInt64, guards: [UInt64])] = []
    for need in needs[candidate.creative.id] {
      let known = need.paths.map { has($0, candidate) }
      let guards = need.guards.map { has($0, candidate) }
      if known.contains(true) || guards.contains(false) { continue }
      var bits: UInt64 = 0
      for (path, isKnown) in zip(need.paths, known) where isKnown == nil { bits |= needs.bit(path) ?? 0 }
      // Of more paths than are counted, the hot path alone takes care.
      guard bits != 0 || !known.contains(nil) else { continue }
      guard bits != 0 else {
        return "\(need.paths.last?.text ?? "") is empty here, and the text has no fallback for it"
      }
      asked.append((need, bits, zip(need.guards, guards).compactMap { $1 == nil ? needs.bit($0) : nil }))
    }
    guard !asked.isEmpty, let counts = members[candidate.segment] else { return nil }
    // What stands behind a condition that does not hold is no hole.
    func isHole(_ tag: (need: TagNeed, bits: UInt64, guards: [UInt64]), _ mask: UInt64) -> Bool {
      mask & tag.bits == 0 && tag.guards.allSatisfy { mask & $0 != 0 }
    }
    func holes(_ mask: UInt64) -> Int { asked.count { isHole($0, mask) } }
    let all = counts.reduce(0) { $0 + $1.members }
    let whole = counts.reduce(0) { $0 + (holes($1.mask) == 0 ? $1.members : 0) }
    guard Double(whole) < threshold * Double(all), let worst = counts.max(by: { holes($0.mask) < holes($1.mask) })
    else { return nil }
    let lacking = asked.map { asked in
      (asked.need, counts.reduce(0) { $0 + (isHole(asked, $1.mask) ? $1.members : 0) })
    }
    guard let (need, count) = lacking.max(by: { $0.1 < $1.1 }) else { return nil }
    let name = need.paths.map(\.text).joined(separator: " and ")
    var text = "\(name) \(need.paths.count > 1 ? "are" : "is") empty for \(count) of \(all) members, without a fallback"
    let data = LiquidObject([
      "shop": shop, "offer": TagData.offer(candidate.offer, clocks), "segment": TagData.segment(candidate.segment),
    ])
    if let look = needs.look(candidate.creative.id, having: worst.mask, missing: need, data) {
      text += "; it would read “\(look)”"
    }
    return text
  }

  /// Whether what is known at the cycle has a path; nil where it is left to the person.
  private func has(_ path: TagPath, _ candidate: Candidate) -> Bool? {
    switch path.root {
    case "shop": return path.isFilled(in: shop)
    case "offer": return path.isFilled(in: TagData.offer(candidate.offer, nil))
    case "product":
      // Which product it is comes later; that it lacks something, see `ServingBookBuilder`.
      return candidate.brand != nil || candidate.category != nil
    case "customer": return nil
    case "segment":
      guard let member = path.member, !["id", "description"].contains(member) else { return true }
      guard candidate.segment.axes.contains(member) else { return false }
      if candidate.segment[member] == .any { return needs.bit(path) == nil ? false : nil }
      return path.isFilled(in: TagData.segment(candidate.segment))
    default: return false
    }
  }
}
