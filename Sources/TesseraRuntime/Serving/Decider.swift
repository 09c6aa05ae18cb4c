import Liquid
package import TesseraModel
import TesseraSegments

/// Answers `decide` from memory: look up, draw by keyed hash, fill in, write.
package struct Decider: Sendable {
  let serving: Serving
  let now: Instant

  package init(_ serving: Serving, now: Instant) { (self.serving, self.now) = (serving, now) }

  /// An arm that this person may get, with the weights it had in the decision.
  private struct Choice {
    let arm: ServingBook.Arm
    let p: UInt64
    let pOff: UInt64
    let pOn: UInt64
  }

  /// Appends the answer as a JSON object.
  package func answer(_ subject: DecideSubject, placement name: String, to out: inout [UInt8]) throws(DecideError) {
    guard let p = serving.policy.placements.firstIndex(where: { $0.id == name }) else {
      let ids = serving.policy.placements.map(\.id)
      throw .unknownPlacement(name, nearest: NearestName.nearest(to: name, among: ids))
    }
    let inForce = serving.inForce
    let (row, requested, fill) = resolve(subject, inForce.rows)
    var answer = DecisionAnswer(subject: requested, row: row, placement: serving.policy.placements[p])
    answer.group = Group(hash: serving.keys.group.hash(answer.subjectName.utf8), shares: serving.policy.groups)
    guard let book = inForce.book else {
      answer.fallback = "no_decision"
      return answer.write(to: &out, serving: serving, now: now)
    }
    answer.book = book
    let limit = Int64(serving.policy.guardrails.bookAgeMaxHours) * Instant.hour
    if book.at.age(at: now) > limit {
      answer.fallback = "stale_book"
      usual(p, &answer, fill: fill)
      return answer.write(to: &out, serving: serving, now: now)
    }
    let entryIndex = row.map { book.entry(for: $0.key) } ?? book.root
    let entry = book.entries[entryIndex]
    answer.entry = entry
    answer.decision = entry.decisions[p]
    if row == nil { answer.fallback = "unknown_customer" }
    choose(p, &answer, fill: fill)
    answer.write(to: &out, serving: serving, now: now)
  }

  /// The row to decide for, the subject to hash and show, and whether the person's data may be filled in.
  private func resolve(_ subject: DecideSubject, _ rows: ServingRows) -> (ServingRow?, DecisionAnswer.Subject, Bool) {
    switch subject {
    case .customer(let id): return (rows.row(customer: id), .customer(String(decoding: id, as: UTF8.self)), true)
    case .anonymous(let id):
      let row = rows.row(visitor: id)
      if let row, row.name.utf8.first != UInt8(ascii: "~") { return (row, .customer(row.name), true) }
      return (row, .anonymous(String(decoding: id, as: UTF8.self)), true)
    case .browser(let id): return (rows.row(visitor: id), .anonymous(String(decoding: id, as: UTF8.self)), false)
    case .unproven(let id): return (nil, .customer(String(decoding: id, as: UTF8.self)), false)
    }
  }

  private func choose(_ p: Int, _ answer: inout DecisionAnswer, fill: Bool) {
    guard let decision = answer.decision, let book = answer.book, let entry = answer.entry else { return }
    switch answer.group {
    case .holdout: return
    case .businessAsUsual: usual(p, &answer, fill: fill)
    case .decisioned, .random:
      let placement = serving.policy.placements[p]
      let allowed = decision.arms.filter { isAllowed($0, placement, answer.row) }
      guard !allowed.isEmpty else {
        answer.fallback = "no_allowed_action"
        return
      }
      answer.agentOn = answer.group == .decisioned && isAgentOn(answer.subjectName, entry.segment.id)
      let hash = drawHash(answer.subjectName, placement.id, book.cycle)
      guard let choice = draw(allowed, hash, answer.group, agentOn: answer.agentOn) else {
        answer.fallback = "no_allowed_action"
        return
      }
      answer.action = choice.arm.action
      answer.actionCode = choice.arm.code
      (answer.propensity, answer.propensityOff, answer.propensityOn) = (choice.p, choice.pOff, choice.pOn)
      answer.content = choice.arm.content.map { render($0, entry, answer.row, fill: fill) }
    }
  }

  private func usual(_ p: Int, _ answer: inout DecisionAnswer, fill: Bool) {
    guard let content = serving.businessAsUsual[p], let creative = serving.policy.placements[p].businessAsUsual,
      mayReach(serving.policy.placements[p], answer.row)
    else { return }
    let action = Action(creative: creative, offer: "none", channel: serving.policy.placements[p].channel)
    (answer.action, answer.actionCode) = (action, action.code)
    answer.content = render(content, answer.entry, answer.row, fill: fill)
  }

  /// What this person may get: consent and caps for messages, and no offer that has ended.
  private func isAllowed(_ arm: ServingBook.Arm, _ placement: PlacementPolicy, _ row: ServingRow?) -> Bool {
    if let end = arm.offerEndsAt, end <= now { return false }
    return mayReach(placement, row)
  }

  /// On site everyone; elsewhere by consent, suppression and frequency cap.
  private func mayReach(_ placement: PlacementPolicy, _ row: ServingRow?) -> Bool {
    guard let channel = placement.messageChannel else { return true }
    let bit = UInt8(1) << UInt8(MessageChannel.allCases.firstIndex(of: channel) ?? 0)
    return (row?.channels ?? 0) & bit != 0
  }

  private func draw(_ arms: [ServingBook.Arm], _ hash: UInt64, _ group: Group, agentOn: Bool) -> Choice? {
    if group == .random {
      let even = Propensity.one / UInt64(arms.count)
      guard let i = Propensity.draw(hash, weights: arms.map { _ in 1 }) else { return nil }
      return Choice(arm: arms[i], p: even, pOff: even, pOn: even)
    }
    guard let i = Propensity.draw(hash, weights: arms.map { agentOn ? $0.on : $0.off }) else { return nil }
    let off = Decider.share(arms[i].off, of: arms.reduce(0) { $0 + $1.off })
    let on = Decider.share(arms[i].on, of: arms.reduce(0) { $0 + $1.on })
    let q = UInt64(serving.policy.agent.enabled ? serving.policy.agent.share : 0)
    return Choice(arm: arms[i], p: (q * on + (100 - q) * off) / 100, pOff: off, pOn: on)
  }

  /// A weight renormalised over what is allowed, in units of 2⁻³².
  private static func share(_ weight: UInt64, of total: UInt64) -> UInt64 {
    if weight == total { return total == 0 ? 0 : Propensity.one }
    return (weight << 32) / total  // weight < 2³², so nothing is shifted out
  }

  /// H(agent key, subject, week, segment): the same person keeps the same side for a week.
  private func isAgentOn(_ subject: String, _ segment: String) -> Bool {
    guard serving.policy.agent.enabled else { return false }
    var state = serving.keys.agent.begin
    for b in subject.utf8 { state.add(b) }
    state.add(UInt64(bitPattern: now.milliseconds / (7 * Instant.day)))
    for b in segment.utf8 { state.add(b) }
    return ((state.finish() >> 32) * 100) >> 32 < UInt64(serving.policy.agent.share)
  }

  /// H(draw key, subject, placement, cycle).
  private func drawHash(_ subject: String, _ placement: String, _ cycle: Int) -> UInt64 {
    var state = serving.keys.draw.begin
    for b in subject.utf8 { state.add(b) }
    state.add(UInt8(0x1F))
    for b in placement.utf8 { state.add(b) }
    state.add(UInt64(cycle))
    return state.finish()
  }

  private func render(
    _ content: ServingBook.Content, _ entry: ServingBook.Entry?, _ row: ServingRow?, fill: Bool
  ) -> [(name: String, text: String)] {
    let person: LiquidValue = fill ? row?.data ?? .object([:]) : .object([:])
    let data = LiquidValue.object([
      "customer": person, "segment": segmentData(entry, row, person), "offer": content.offer,
      "product": content.product,
      "shop": serving.shop,
    ])
    return content.fields.map { field in
      let options = RenderOptions(
        slot: field.slot, nowMilliseconds: now.milliseconds, timeZone: serving.timeZone,
        moneyFormat: serving.policy.shop.moneyFormat)
      // A template that fails for this person leaves the field empty rather than the page broken.
      return (field.name, (try? field.template.render(data, options: options)) ?? "")
    }
  }

  /// An axis that the segment relaxed falls back to the person's own value.
  private func segmentData(_ entry: ServingBook.Entry?, _ row: ServingRow?, _ person: LiquidValue) -> LiquidValue {
    guard let entry, case .object(var object) = entry.data, case .object(let own) = person else { return .object([:]) }
    if entry.relaxed.contains("brand") { object["brand"] = own["brand"] }
    if entry.relaxed.contains("researching") { object["researching"] = own["researching"] }
    return .object(object)
  }
}
