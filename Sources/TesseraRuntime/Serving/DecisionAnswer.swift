import TesseraModel

/// An answer in the making, and how it is written.
struct DecisionAnswer {
  enum Subject {
    case customer(String)
    case anonymous(String)
  }

  let subject: Subject
  let row: ServingRow?
  let placement: PlacementPolicy
  var group = Group.decisioned
  var book: ServingBook?
  var entry: ServingBook.Entry?
  var decision: ServingBook.PlacedDecision?
  var fallback: String?
  var agentOn = false
  var action: Action?
  var actionCode: UInt64 = 0
  var propensity = Propensity.one
  var propensityOff = Propensity.one
  var propensityOn = Propensity.one
  var content: [(name: String, text: String)]?

  init(subject: Subject, row: ServingRow?, placement: PlacementPolicy) {
    (self.subject, self.row, self.placement) = (subject, row, placement)
  }

  /// As hashed and as written in receipts.
  var subjectName: String {
    switch subject {
    case .customer(let id): id
    case .anonymous(let id): "~" + id
    }
  }

  func write(to out: inout [UInt8], serving: Serving, now: Instant) {
    out += "{\"decision\":".utf8
    append(decision?.id, to: &out)
    out += ",\"cycle\":".utf8
    out += (book.map { String($0.cycle) } ?? "null").utf8
    switch subject {
    case .customer(let id):
      out += ",\"customer\":".utf8
      append(id, to: &out)
    case .anonymous(let id):
      out += ",\"customer\":null,\"anonymous\":".utf8
      append(id, to: &out)
    }
    out += ",\"placement\":".utf8
    append(placement.id, to: &out)
    appendSegment(to: &out)
    appendAction(to: &out)
    out += ",\"propensity\":".utf8
    JSONWriter.append(.double((Propensity.double(propensity) * 1e9).rounded() / 1e9), to: &out)
    out += ",\"group\":\"".utf8
    out += group.rawValue.utf8
    out += "\",\"fallback\":".utf8
    append(fallback, to: &out)
    out += ",\"age_seconds\":".utf8
    out += (book.map { String(max(0, $0.at.age(at: now) / Instant.second)) } ?? "null").utf8
    out += ",\"receipt\":".utf8
    appendReceipt(to: &out, serving: serving, now: now)
    appendContent(to: &out)
    out += ",\"expires_at\":".utf8
    append(book?.expiresAt.description, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  private func appendSegment(to out: inout [UInt8]) {
    out += ",\"segment\":".utf8
    guard let entry else {
      out += "null".utf8
      return
    }
    out += "{\"id\":".utf8
    append(entry.segment.id, to: &out)
    out += ",\"description\":".utf8
    append(entry.description, to: &out)
    out += ",\"relaxed\":".utf8
    JSONWriter.append(.strings(entry.relaxed), to: &out)
    out.append(UInt8(ascii: "}"))
  }

  private func appendAction(to out: inout [UInt8]) {
    out += ",\"action\":".utf8
    JSONWriter.append(action?.json ?? .null, to: &out)
  }

  private func appendReceipt(to out: inout [UInt8], serving: Serving, now: Instant) {
    guard let book, let decision, decision.idBytes.count == 8 else {
      out += "null".utf8
      return
    }
    let receipt = Receipt(
      cycle: book.cycle, decision: decision.idBytes, placement: placement.code, group: group, agentOn: agentOn,
      action: actionCode, propensity: propensity, propensityOff: propensityOff, propensityOn: propensityOn, at: now,
      context: row?.context ?? ContextCode(codes: [UInt16](repeating: 0, count: book.masks.count - 1)),
      subject: subjectName)
    out.append(UInt8(ascii: "\""))
    serving.seal.append(receipt, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  private func appendContent(to out: inout [UInt8]) {
    out += ",\"content\":".utf8
    guard let content else {
      out += "null".utf8
      return
    }
    out.append(UInt8(ascii: "{"))
    for (i, field) in content.enumerated() {
      if i > 0 { out.append(UInt8(ascii: ",")) }
      append(field.name, to: &out)
      out.append(UInt8(ascii: ":"))
      append(field.text, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }

  private func append(_ text: String?, to out: inout [UInt8]) {
    if let text { JSONWriter.append(string: text, to: &out) } else { out += "null".utf8 }
  }
}
