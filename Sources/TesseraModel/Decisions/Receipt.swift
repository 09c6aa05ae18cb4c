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

/// Writes and checks receipts: `r_` and the URL-safe base64 of version, fields and their authentication code.
///
/// The code is SipHash-2-4 with 128 bits, a message authentication code made for short messages. Receipts of version 1
/// had the first half of an HMAC-SHA256, which cost as much as the rest of an answer; they are still opened.
package struct ReceiptSeal: Sendable {
  private let authenticator: SipHash
  private let mask: SipHash
  private let firstAuthenticator: MessageAuthenticator
  private let firstMask: SipHash

  static let version: UInt8 = 2
  static let codeLength = 16
  /// Bytes beside subject and context.
  static let fixedLength = 1 + 4 + 8 + 4 + 1 + 8 + 3 * 5 + 8 + 2 + 1 + codeLength

  /// - Parameter key: 32 secret bytes.
  package init(key: [UInt8]) {
    func derived(_ number: UInt8) -> SipHash { SipHash(key: Array(SHA256.hash(key + [number]).prefix(16))) }
    (authenticator, mask) = (derived(2), derived(3))
    (firstAuthenticator, firstMask) = (MessageAuthenticator(key: key), derived(1))
  }

  /// What a receipt says of a decision, an action and a moment; subject and context are given as bytes.
  package struct Terms {
    package var cycle: Int
    /// The eight bytes of the decision's id, the first one highest.
    package var decision: UInt64
    package var placement: UInt32
    package var group: Group
    package var agentOn: Bool
    package var action: UInt64
    package var propensity: UInt64
    package var propensityOff: UInt64
    package var propensityOn: UInt64
    package var at: Instant

    package init(
      cycle: Int, decision: UInt64, placement: UInt32, group: Group, agentOn: Bool, action: UInt64, propensity: UInt64,
      propensityOff: UInt64, propensityOn: UInt64, at: Instant
    ) {
      (self.cycle, self.decision, self.placement, self.group) = (cycle, decision, placement, group)
      (self.agentOn, self.action, self.propensity, self.at) = (agentOn, action, propensity, at)
      (self.propensityOff, self.propensityOn) = (propensityOff, propensityOn)
    }
  }

  /// Writes a receipt's text.
  /// - Parameter context: the codes, two bytes each, little endian.
  package func append(
    _ terms: Terms, subject: UnsafeRawBufferPointer, context: UnsafeRawBufferPointer, to out: inout ByteWriter
  ) {
    out.append("r_")
    // The bytes are made behind the place of their text, which is a third longer and never reaches them.
    let length = ReceiptSeal.fixedLength + subject.count + context.count
    let textLength = length / 3 * 4 + 4
    out.reserve(textLength + length)
    let raw = out.base + out.used + textLength
    assemble(terms, subject, context, at: raw)
    out.append(base64: UnsafeRawBufferPointer(start: raw, count: length))
  }

  private func assemble(
    _ terms: Terms, _ subject: UnsafeRawBufferPointer, _ context: UnsafeRawBufferPointer,
    at raw: UnsafeMutableRawPointer
  ) {
    var place = 0
    func put(_ value: UInt64, _ count: Int) {
      for i in 0..<count {
        raw.storeBytes(
          of: UInt8(truncatingIfNeeded: value >> UInt64(8 &* (count &- 1 &- i))), toByteOffset: place &+ i,
          as: UInt8.self)
      }
      place &+= count
    }
    func put(word value: UInt64) {
      raw.storeBytes(of: value.bigEndian, toByteOffset: place, as: UInt64.self)
      place &+= 8
    }
    put(UInt64(ReceiptSeal.version), 1)
    put(UInt64(terms.cycle), 4)
    put(word: terms.decision)
    put(UInt64(terms.placement), 4)
    put(UInt64(terms.group.number | (terms.agentOn ? 4 : 0)), 1)
    put(word: terms.action)
    put(terms.propensity, 5)
    put(terms.propensityOff, 5)
    put(terms.propensityOn, 5)
    put(word: UInt64(bitPattern: terms.at.milliseconds))
    put(UInt64(subject.count), 2)
    if let start = subject.baseAddress { (raw + place).copyMemory(from: start, byteCount: subject.count) }
    place &+= subject.count
    let seed = ReceiptSeal.hash(mask, UnsafeRawBufferPointer(start: raw, count: place))
    let codes = context.count / 2
    put(UInt64(codes), 1)
    var key = (UInt64(0), UInt64(0))
    for i in 0..<codes {
      if i & 7 == 0 { key = ReceiptSeal.keyBlock(mask, seed, i >> 3) }
      let code = UInt16(littleEndian: context.loadUnaligned(fromByteOffset: 2 &* i, as: UInt16.self))
      put(UInt64(code ^ ReceiptSeal.word(key, i)), 2)
    }
    var state = authenticator.begin128
    state.add(UnsafeRawBufferPointer(start: raw, count: place))
    let code = state.finish128()
    put(word: code.0)
    put(word: code.1)
  }

  private static func hash(_ key: SipHash, _ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var state = key.begin
    state.add(bytes)
    return state.finish()
  }

  /// Eight words of the keystream that hides the micro-segment.
  private static func keyBlock(_ key: SipHash, _ seed: UInt64, _ number: Int) -> (UInt64, UInt64) {
    var state = key.begin128
    state.add(seed)
    state.add(UInt64(number))
    return state.finish128()
  }

  private static func word(_ block: (UInt64, UInt64), _ i: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: (i & 4 == 0 ? block.0 : block.1) >> UInt64(16 &* (i & 3)))
  }

  /// Appends the receipt's text.
  package func append(_ receipt: Receipt, to out: inout [UInt8]) {
    let terms = Terms(
      cycle: receipt.cycle, decision: receipt.decision.reduce(0) { $0 << 8 | UInt64($1) },
      placement: receipt.placement, group: receipt.group, agentOn: receipt.agentOn, action: receipt.action,
      propensity: receipt.propensity, propensityOff: receipt.propensityOff, propensityOn: receipt.propensityOn,
      at: receipt.at)
    var writer = ByteWriter()
    let subject = Array(receipt.subject.utf8)
    subject.withUnsafeBytes { subject in
      receipt.context.codes.map(\.littleEndian).withUnsafeBytes { context in
        append(terms, subject: subject, context: context, to: &writer)
      }
    }
    out += writer.bytes
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
    let body = Array(bytes.dropLast(ReceiptSeal.codeLength))
    let isFirst = body.first == 1
    guard isFirst || body.first == ReceiptSeal.version else { return nil }
    let code = isFirst ? firstAuthenticator.code(for: body).prefix(ReceiptSeal.codeLength) : code(for: body)[...]
    guard MessageAuthenticator.equal(code, bytes.suffix(ReceiptSeal.codeLength)) else { return nil }
    var reader = ByteReader(bytes: body)
    return reader.receipt { isFirst ? firstKeystream(over: $0, count: $1) : keystream(over: $0, count: $1) }
  }

  private func code(for body: [UInt8]) -> [UInt8] {
    var state = authenticator.begin128
    body.withUnsafeBytes { state.add($0) }
    let code = state.finish128()
    return [code.0, code.1].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
  }

  /// Hides the micro-segment from the page that carries the receipt: pseudo-random words, a function of all that stands
  /// before.
  private func keystream(over bytes: [UInt8], count: Int) -> [UInt16] {
    let seed = mask.hash(bytes)
    return (0..<count).map { i in ReceiptSeal.word(ReceiptSeal.keyBlock(mask, seed, i >> 3), i) }
  }

  /// The same for version 1.
  private func firstKeystream(over bytes: [UInt8], count: Int) -> [UInt16] {
    let seed = firstMask.hash(bytes)
    return (0..<count).map { i in
      var state = firstMask.begin
      state.add(seed)
      state.add(UInt64(i))
      return UInt16(truncatingIfNeeded: state.finish())
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
    guard number(1) != nil, let cycle = number(4), i + 8 <= bytes.count else { return nil }
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
