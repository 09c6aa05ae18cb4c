import Liquid
package import TesseraModel
import TesseraSegments

/// Answers `decide` from memory, one request after the other: look up, draw by keyed hash, fill in, write bytes. What
/// it needs is kept from answer to answer, so that an answer allocates nothing unless a template must be rendered.
package struct DecideSession: ~Copyable {
  let serving: Serving
  private var version: Int
  private var inForce: Serving.InForce
  var row = RowBuffer()
  /// The subject as hashed and as in receipts, where it is not the id that was asked for.
  private var visitor = ByteWriter(capacity: 320)

  package init(_ serving: Serving) {
    self.serving = serving
    version = serving.version
    inForce = serving.inForce
  }

  /// Whom an answer is for.
  private struct Subject {
    /// As hashed and as in receipts.
    var name: UnsafeRawBufferPointer
    var isAnonymous = false
    var isKnown: Bool
    /// Whether the person's data may be filled in.
    var fills: Bool
    /// As shown.
    var id: UnsafeRawBufferPointer { isAnonymous ? UnsafeRawBufferPointer(rebasing: name.dropFirst()) : name }
  }

  /// Appends the answer as a JSON object.
  /// - Parameters:
  ///   - id: of the customer or visitor; must stay valid during the call.
  /// - Returns: whether there is such a placement.
  package mutating func answer(
    _ kind: DecideSubject.Kind, id: UnsafeRawBufferPointer, placement: UnsafeRawBufferPointer, now: Instant,
    to out: inout ByteWriter
  ) -> Bool {
    let latest = serving.version
    if latest != version { (version, inForce) = (latest, serving.inForce) }
    guard let place = inForce.policy.place(named: placement) else { return false }
    let subject = resolve(kind, id)
    var answer = DecisionAnswer(place: place, now: now, inForce: inForce)
    var group = serving.keys.group.begin
    group.add(subject.name)
    answer.group = Group(hash: group.finish(), shares: inForce.policy.groups)
    decide(subject, &answer)
    let start = out.count
    if !write(subject, answer, to: &out) {
      out.truncate(to: start)
      answer.retract()
      _ = write(subject, answer, to: &out)
    }
    return true
  }

  private mutating func resolve(_ kind: DecideSubject.Kind, _ id: UnsafeRawBufferPointer) -> Subject {
    switch kind {
    case .customer:
      return Subject(name: id, isKnown: inForce.rows.read(customer: id, into: &row), fills: true)
    case .unproven: return Subject(name: id, isKnown: false, fills: false)
    case .anonymous, .browser:
      visitor.clear()
      visitor.append(UInt8(ascii: "~"))
      visitor.append(id)
      let isKnown = inForce.rows.read(visitor: visitor.bytes, into: &row)
      // A server may see whom a visitor is known to be.
      if kind == .anonymous, isKnown, row.fields.name.first != UInt8(ascii: "~") {
        return Subject(name: row.fields.name, isKnown: true, fills: true)
      }
      return Subject(name: visitor.bytes, isAnonymous: true, isKnown: isKnown, fills: kind == .anonymous)
    }
  }

  private borrowing func decide(_ subject: Subject, _ answer: inout DecisionAnswer) {
    guard let book = answer.inForce.book else {
      answer.fallback = .noDecision
      return
    }
    let place = answer.inForce.policy.places[answer.place]
    let isReachable = place.channelBit.map { subject.isKnown && row.fields.channels & $0 != 0 } ?? true
    if book.at.age(at: answer.now) > answer.inForce.policy.bookAgeMaxMilliseconds {
      answer.fallback = .staleBook
      if isReachable, let usual = place.usual, reads(usual, subject, answer) { answer.take(usual) }
      return
    }
    let key = subject.isKnown ? row.fields.key : SegmentKey()
    var level = 0
    var entry = subject.isKnown ? book.entry(for: key, from: &level) : book.root
    answer.decision = book.decision(entry, answer.place)
    if !subject.isKnown { answer.fallback = .unknownCustomer }
    switch answer.group {
    case .holdout: return
    case .businessAsUsual:
      if isReachable, let usual = answer.decision?.usual, reads(usual, subject, answer) { answer.take(usual) }
      return
    case .decisioned, .random: break
    }
    guard isReachable else {
      answer.fallback = .noAllowedAction
      return
    }
    let own = answer.decision
    // Down the ladder until something is allowed: what was decided for a coarser segment may still be.
    while !choose(subject, book, entry, &answer) {
      guard entry != book.root else {
        (answer.fallback, answer.decision) = (.noAllowedAction, own)
        if let usual = own?.usual, reads(usual, subject, answer) { answer.take(usual) }
        return
      }
      level += 1
      entry = book.entry(for: key, from: &level)
      answer.decision = book.decision(entry, answer.place)
    }
  }

  /// What may be filled in of a person.
  private borrowing func person(_ subject: Subject) -> RowFields? {
    subject.fills && subject.isKnown ? row.fields : nil
  }

  /// Whether business as usual has a text without a hole for this person.
  private borrowing func reads(_ usual: ServingBook.Arm, _ subject: Subject, _ answer: DecisionAnswer) -> Bool {
    guard let content = usual.content else { return true }
    return !content.hasHole && content.isWhole(person(subject), answer.inForce.shelf)
      && (!content.mayFail || content.succeeds(person(subject), answer.surroundings))
  }

  /// Draws among what this person may get of a decision.
  /// - Returns: false if that is nothing.
  private borrowing func choose(
    _ subject: Subject, _ book: ServingBook, _ entry: Int, _ answer: inout DecisionAnswer
  ) -> Bool {
    guard let decision = answer.decision else { return false }
    let isRandom = answer.group == .random
    let agentOn = !isRandom && isAgentOn(subject.name, decision, answer.now)
    var (count, off, on) = (decision.odds.count, decision.off, decision.on)
    if decision.isConditional {
      (count, off, on) = (0, 0, 0)
      for i in decision.odds.indices where answer.allows(decision.odds[i], person(subject)) {
        count += 1
        off += decision.odds[i].off
        on += decision.odds[i].on
      }
    }
    // Where one side has nothing for this person, both take the other's: whether a rung is used must not depend on
    // which side someone is on, or propensities would not be what they say.
    let takesOn = agentOn ? on > 0 : off == 0
    let total = isRandom ? UInt64(count) : takesOn ? on : off
    guard total > 0 else { return false }
    let point = drawHash(subject.name, answer.place, book.cycle).multipliedFullWidth(by: total).high
    var edge: UInt64 = 0
    for i in decision.odds.indices where !decision.isConditional || answer.allows(decision.odds[i], person(subject)) {
      edge += isRandom ? 1 : takesOn ? decision.odds[i].on : decision.odds[i].off
      guard point < edge else { continue }
      let arm = decision.odds[i]
      answer.take(arm.arm)
      answer.agentOn = agentOn
      if isRandom {
        let even = Propensity.one / UInt64(count)
        (answer.propensity, answer.propensityOff, answer.propensityOn) = (even, even, even)
      } else {
        let q = UInt64(inForce.policy.agentShare)
        let pOff = off > 0 ? DecideSession.share(arm.off, of: off) : DecideSession.share(arm.on, of: on)
        let pOn = on > 0 ? DecideSession.share(arm.on, of: on) : pOff
        (answer.propensity, answer.propensityOff, answer.propensityOn) = ((q * pOn + (100 - q) * pOff) / 100, pOff, pOn)
      }
      return true
    }
    return false
  }

  /// A weight renormalised over what is allowed, in units of 2⁻³².
  private static func share(_ weight: UInt64, of total: UInt64) -> UInt64 {
    if weight == total { return total == 0 ? 0 : Propensity.one }
    return (weight << 32) / total  // weight < 2³², so nothing is shifted out
  }

  /// H(agent key, subject, week, segment): the same person keeps the same side for a week.
  private borrowing func isAgentOn(
    _ subject: UnsafeRawBufferPointer, _ decision: ServingBook.PlacedDecision, _ now: Instant
  ) -> Bool {
    guard inForce.policy.agentShare > 0 else { return false }
    var state = serving.keys.agent.begin
    state.add(subject)
    state.add(UInt64(bitPattern: now.milliseconds / (7 * Instant.day)))
    decision.withSegmentID { state.add($0) }
    return ((state.finish() >> 32) * 100) >> 32 < UInt64(inForce.policy.agentShare)
  }

  /// H(draw key, subject, placement, cycle).
  private borrowing func drawHash(_ subject: UnsafeRawBufferPointer, _ place: Int, _ cycle: Int) -> UInt64 {
    var state = serving.keys.draw.begin
    state.add(subject)
    state.add(UInt8(0x1F))
    inForce.policy.places[place].name.withUnsafeBytes { state.add($0) }
    state.add(UInt64(cycle))
    return state.finish()
  }

  /// - Returns: false if a text came to nothing.
  private borrowing func write(_ subject: Subject, _ answer: DecisionAnswer, to out: inout ByteWriter) -> Bool {
    var isWhole = true
    if let decision = answer.decision {
      decision.withHead { out.append($0) }
    } else {
      out.append("{\"decision\":null,\"cycle\":")
      if let book = answer.inForce.book { out.append(decimal: book.cycle) } else { out.append("null") }
    }
    out.append(subject.isAnonymous ? ",\"customer\":null,\"anonymous\":\"" : ",\"customer\":\"")
    out.append(escaped: subject.id)
    out.append(UInt8(ascii: "\""))
    if let decision = answer.decision {
      decision.withPlaced { out.append($0) }
    } else {
      out.append(answer.inForce.policy.places[answer.place].unplaced)
    }
    answer.writeAction(to: &out)
    if let book = answer.inForce.book, let code = answer.decision?.code {
      out.append(UInt8(ascii: "\""))
      let terms = ReceiptSeal.Terms(
        cycle: book.cycle, decision: code, placement: answer.inForce.policy.places[answer.place].code,
        group: answer.group,
        agentOn: answer.agentOn, action: answer.arm?.code ?? 0, propensity: answer.propensity,
        propensityOff: answer.propensityOff, propensityOn: answer.propensityOn, at: answer.now)
      if subject.isKnown {
        serving.seal.append(terms, subject: subject.name, context: row.fields.context, to: &out)
      } else {
        book.anyone.withUnsafeBytes { serving.seal.append(terms, subject: subject.name, context: $0, to: &out) }
      }
      out.append("\",\"content\":")
    } else {
      out.append("null,\"content\":")
    }
    if let content = answer.arm?.content {
      isWhole = content.run(person(subject), answer.surroundings, to: &out)
    } else {
      out.append("null")
    }
    if let book = answer.inForce.book { out.append(book.tail) } else { out.append(",\"expires_at\":null}") }
    return isWhole
  }
}
