/// What a client hands back with `decision_shown` and `decision_clicked`: self-contained, so that learning needs no
/// look-up, and authenticated, so that nobody teaches the bandit what did not happen.
package struct Receipt: Sendable, Equatable {
  package var cycle: Int
  /// Eight bytes of the decision's id.
  package var decision: [UInt8]
  /// `PlacementPolicy.code`.
  package var placement: UInt32
  package var group: Group
  package var agentOn: Bool
  /// `Action.code`; 0 when nothing was shown.
  package var action: UInt64
  /// P(action | decision, group, this person's allowed actions), and the two distributions it came from, in units of
  /// 2⁻³².
  package var propensity: UInt64
  package var propensityOff: UInt64
  package var propensityOn: UInt64
  /// When it was issued.
  package var at: Instant
  /// The person's micro-segment.
  package var context: ContextCode
  /// The customer's id, or `~` and the anonymous id.
  package var subject: String

  package init(
    cycle: Int, decision: [UInt8], placement: UInt32, group: Group, agentOn: Bool, action: UInt64, propensity: UInt64,
    propensityOff: UInt64, propensityOn: UInt64, at: Instant, context: ContextCode, subject: String
  ) {
    (self.cycle, self.decision, self.placement, self.group) = (cycle, decision, placement, group)
    (self.agentOn, self.action, self.propensity) = (agentOn, action, propensity)
    (self.propensityOff, self.propensityOn) = (propensityOff, propensityOn)
    (self.at, self.context, self.subject) = (at, context, subject)
  }
}

/// Writes and checks receipts: `r_` and the URL-safe base64 of version, fields and the first 16 bytes of their
/// HMAC-SHA256.
package struct ReceiptSeal: Sendable {
  private let authenticator: MessageAuthenticator
  private let mask: SipHash

  static let version: UInt8 = 1
  static let codeLength = 16

  /// - Parameter key: 32 secret bytes.
  package init(key: [UInt8]) {
    authenticator = MessageAuthenticator(key: key)
    mask = SipHash(key: Array(SHA256.hash(key + [1]).prefix(16)))
  }

  /// Appends the receipt's text.
  package func append(_ receipt: Receipt, to out: inout [UInt8]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160)
    bytes.append(ReceiptSeal.version)
    ReceiptSeal.append(UInt64(receipt.cycle), count: 4, to: &bytes)
    bytes += receipt.decision
    ReceiptSeal.append(UInt64(receipt.placement), count: 4, to: &bytes)
    bytes.append(receipt.group.number | (receipt.agentOn ? 4 : 0))
    ReceiptSeal.append(receipt.action, count: 8, to: &bytes)
    for p in [receipt.propensity, receipt.propensityOff, receipt.propensityOn] {
      ReceiptSeal.append(p, count: 5, to: &bytes)
    }
    ReceiptSeal.append(UInt64(bitPattern: receipt.at.milliseconds), count: 8, to: &bytes)
    let subject = Array(receipt.subject.utf8)
    bytes.append(UInt8(truncatingIfNeeded: subject.count >> 8))
    bytes.append(UInt8(truncatingIfNeeded: subject.count))
    bytes += subject
    let stream = keystream(over: bytes, count: receipt.context.codes.count)
    bytes.append(UInt8(receipt.context.codes.count))
    for (code, key) in zip(receipt.context.codes, stream) {
      ReceiptSeal.append(UInt64(code ^ key), count: 2, to: &bytes)
    }
    bytes += authenticator.code(for: bytes).prefix(ReceiptSeal.codeLength)
    out += "r_".utf8
    TextEncoding.appendBase64(bytes, to: &out)
  }

  package func text(_ receipt: Receipt) -> String {
    var out: [UInt8] = []
    append(receipt, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// The receipt of a text that this store wrote; nil for anything else.
  package func open(_ text: String) -> Receipt? {
    guard text.utf8.starts(with: "r_".utf8), let bytes = TextEncoding.bytes(base64: text.utf8.dropFirst(2)),
      bytes.count > ReceiptSeal.codeLength
    else { return nil }
    let body = bytes.dropLast(ReceiptSeal.codeLength)
    let code = authenticator.code(for: body).prefix(ReceiptSeal.codeLength)
    guard MessageAuthenticator.equal(code, bytes.suffix(ReceiptSeal.codeLength)) else { return nil }
    var reader = ByteReader(bytes: Array(body))
    return reader.receipt { keystream(over: $0, count: $1) }
  }

  /// Hides the micro-segment from the page that carries the receipt: a pseudo-random word an axis, a function of all
  /// that stands before.
  private func keystream(over bytes: [UInt8], count: Int) -> [UInt16] {
    let seed = mask.hash(bytes)
    return (0..<count).map { i in
      var state = mask.begin
      state.add(seed)
      state.add(UInt64(i))
      return UInt16(truncatingIfNeeded: state.finish())
    }
  }

  private static func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
    for i in stride(from: 8 * (count - 1), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(i)))
    }
  }
}

/// Reads the fields back. The code was checked before, so short input means a receipt of another version: nil, never a
/// trap.
private struct ByteReader {
  let bytes: [UInt8]
  var i = 0

  mutating func number(_ count: Int) -> UInt64? {
    guard i + count <= bytes.count else { return nil }
    defer { i += count }
    return bytes[i..<i + count].reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func receipt(keystream: ([UInt8], Int) -> [UInt16]) -> Receipt? {
    guard number(1) == UInt64(ReceiptSeal.version), let cycle = number(4), i + 8 <= bytes.count else { return nil }
    let decision = Array(bytes[i..<i + 8])
    i += 8
    guard let placement = number(4), let flags = number(1), let group = Group(number: UInt8(flags & 3)),
      let action = number(8), let p = number(5), let off = number(5), let on = number(5), let at = number(8),
      let length = number(2), i + Int(length) <= bytes.count
    else { return nil }
    let subject = String(decoding: bytes[i..<i + Int(length)], as: UTF8.self)
    i += Int(length)
    let head = Array(bytes[..<i])
    guard let count = number(1) else { return nil }
    var codes: [UInt16] = []
    for key in keystream(head, Int(count)) {
      guard let code = number(2) else { return nil }
      codes.append(UInt16(code) ^ key)
    }
    return Receipt(
      cycle: Int(cycle), decision: decision, placement: UInt32(placement), group: group, agentOn: flags & 4 != 0,
      action: action, propensity: p, propensityOff: off, propensityOn: on,
      at: Instant(milliseconds: Int64(bitPattern: at)), context: ContextCode(codes: codes), subject: subject)
  }
}
