import TesseraModel
import Testing

@Suite struct ReceiptTests {
  static let seal = ReceiptSeal(key: Array(0..<32))

  static func receipt(_ random: inout SplitMix64) -> Receipt {
    Receipt(
      cycle: random.below(1 << 32), decision: (0..<8).map { _ in UInt8(truncatingIfNeeded: random.next()) },
      placement: UInt32(truncatingIfNeeded: random.next()), group: random.pick(Group.allCases),
      agentOn: random.oneIn(2),
      action: random.next(), propensity: random.next() % (Propensity.one + 1),
      propensityOff: random.pick([0, 1, Propensity.one]),
      propensityOn: random.next() % (Propensity.one + 1),
      at: Instant(milliseconds: Int64(bitPattern: random.next()) / 4),
      context: ContextCode(codes: (0..<random.below(17)).map { _ in UInt16(truncatingIfNeeded: random.next()) }),
      subject: random.pick(["", "c42", "~visitor", "caf\u{E9} \u{1F600}", String(repeating: "x", count: 255)]))
  }

  @Test func roundTrip() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<300 {
      let receipt = ReceiptTests.receipt(&random)
      let text = ReceiptTests.seal.text(receipt)
      #expect(ReceiptTests.seal.open(text) == receipt)
      #expect(text.utf8.allSatisfy { $0 > 32 && $0 < 127 })
    }
  }

  /// Written by hand as version 1 had it: pages that were loaded before an upgrade still report.
  @Test func receiptsOfVersionOneAreOpened() throws {
    let key = Array(UInt8(0)..<32)
    let context: [UInt16] = [7, 0, 65_535, 12, 3, 4, 5, 6, 9, 10]
    func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
    var raw: [UInt8] = [1] + bytes(412, 4) + Array(1...8) + bytes(77, 4) + [Group.decisioned.number | 4]
    raw += bytes(0x0123_4567_89ab_cdef, 8) + bytes(1_000, 5) + bytes(2_000, 5) + bytes(3_000, 5)
    raw += bytes(1_777_629_600_000, 8) + bytes(3, 2) + Array("c42".utf8)
    let mask = SipHash(key: Array(SHA256.hash(key + [1]).prefix(16)))
    let seed = mask.hash(raw)
    raw.append(UInt8(context.count))
    for (i, code) in context.enumerated() {
      var state = mask.begin
      state.add(seed)
      state.add(UInt64(i))
      raw += bytes(UInt64(code ^ UInt16(truncatingIfNeeded: state.finish())), 2)
    }
    raw += MessageAuthenticator(key: key).code(for: raw).prefix(16)
    var text = Array("r_".utf8)
    TextEncoding.appendBase64(raw, to: &text)
    let expected = Receipt(
      cycle: 412, decision: Array(1...8), placement: 77, group: .decisioned, agentOn: true,
      action: 0x0123_4567_89ab_cdef, propensity: 1_000, propensityOff: 2_000, propensityOn: 3_000,
      at: Instant(milliseconds: 1_777_629_600_000), context: ContextCode(codes: context), subject: "c42")
    #expect(ReceiptTests.seal.open(String(decoding: text, as: UTF8.self)) == expected)
    text[10] ^= 1
    #expect(ReceiptTests.seal.open(String(decoding: text, as: UTF8.self)) == nil)
  }

  @Test func everyFlippedBitIsRefused() {
    var random = SplitMix64(seed: 8)
    for _ in 0..<3 {
      let text = Array(ReceiptTests.seal.text(ReceiptTests.receipt(&random)).utf8)
      for i in text.indices {
        for bit in 0..<8 {
          var forged = text
          forged[i] ^= 1 << UInt8(bit)
          #expect(ReceiptTests.seal.open(String(decoding: forged, as: UTF8.self)) == nil, "byte \(i), bit \(bit)")
        }
      }
    }
  }

  @Test func cutExtendedAndForeignReceiptsAreRefused() {
    var random = SplitMix64(seed: 9)
    let receipt = ReceiptTests.receipt(&random)
    let text = ReceiptTests.seal.text(receipt)
    for n in 0..<text.utf8.count { #expect(ReceiptTests.seal.open(String(text.prefix(n))) == nil) }
    for more in ["A", "AA", "AAAA", "=", " "] { #expect(ReceiptTests.seal.open(text + more) == nil) }
    #expect(ReceiptSeal(key: Array(1...32)).open(text) == nil)
    for junk in ["", "r_", "r_A", "r_\u{E9}", "d_0123", "R" + text.dropFirst()] {
      #expect(ReceiptTests.seal.open(junk) == nil)
    }
  }

  /// The page that carries a receipt must not learn the micro-segment from it: two people's contexts look unrelated
  /// even when equal.
  @Test func contextIsHidden() throws {
    var random = SplitMix64(seed: 10)
    var receipt = ReceiptTests.receipt(&random)
    receipt.context = ContextCode(codes: Array(repeating: 0x4141, count: 10))
    let bytes = try #require(TextEncoding.bytes(base64: ReceiptTests.seal.text(receipt).utf8.dropFirst(2)))
    let body = bytes.dropLast(16).suffix(20)
    #expect(body.filter { $0 == 0x41 }.count < 8)
    var other = receipt
    other.subject += "x"
    let others = try #require(TextEncoding.bytes(base64: ReceiptTests.seal.text(other).utf8.dropFirst(2)))
    #expect(Array(others.dropLast(16).suffix(20)) != Array(body))
  }
}
