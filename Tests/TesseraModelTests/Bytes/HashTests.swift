import TesseraModel
import Testing

/// Published vectors: FIPS 180-4's examples, RFC 4231, and the table of the SipHash paper.
@Suite struct HashTests {
  private func hex(_ bytes: [UInt8]) -> String { TextEncoding.hexadecimal(bytes) }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func sha256(message: String, digest: String) {
    #expect(hex(SHA256.hash(message.utf8)) == digest)
  }

  /// The digest of the digests of all messages of 0 to 199 bytes: every way in which padding can fall.
  @Test func sha256OfEveryLength() {
    var all: [UInt8] = []
    for n in 0..<200 { all += SHA256.hash((0..<n).map { UInt8(truncatingIfNeeded: 7 * $0 + n) }) }
    #expect(hex(SHA256.hash(all)) == "8c7c9ff69da76fc28823a1cb97268672663e628e1ea955868b16db46bab0545d")
  }

  @Test func piecesMakeNoDifference() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    for cut in [0, 1, 55, 56, 63, 64, 65, 128, 299, 300] {
      var hasher = SHA256()
      hasher.update(Array(message[..<cut]))
      hasher.update(message[cut...])
      #expect(hasher.finish() == SHA256.hash(message))
    }
  }

  @Test(
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), [UInt8](repeating: 0xcd, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ] as [([UInt8], [UInt8], String)])
  func hmac(key: [UInt8], message: [UInt8], code: String) {
    #expect(hex(MessageAuthenticator(key: key).code(for: message)) == code)
  }

  /// Outputs for the messages 00, 0001, 000102, … of 0 to 9 bytes and of 15, under the key 00…0f; little endian.
  @Test func sipHash() {
    let table = [
      "310e0edd47db6f72", "fd67dc93c539f874", "5a4fa9d909806c0d", "2d7efbd796666785", "b7877127e09427cf",
      "8da699cd64557618",
      "cee3fe586e46c9cb", "37d1018bf50002ab", "6224939a79f5f593", "b0e4a90bdf82009e",
    ]
    let sip = SipHash(key: Array(0..<16))
    func littleEndian(_ value: UInt64) -> String { hex((0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }) }
    for (n, expected) in table.enumerated() { #expect(littleEndian(sip.hash(0..<UInt8(n))) == expected) }
    #expect(sip.hash(0..<15) == 0xa129_ca61_49be_45e5)
  }

  /// The first vectors of the reference code's table for 128 bits.
  @Test func sipHashOf128Bits() {
    let sip = SipHash(key: Array(0..<16))
    let vectors: [(UInt64, UInt64)] = [
      (0xe6a8_25ba_047f_81a3, 0x9302_55c7_1472_f66d), (0x44af_996b_d8c1_87da, 0x45fc_229b_1159_7634),
    ]
    for (count, vector) in vectors.enumerated() {
      var state = sip.begin128
      Array(UInt8(0)..<UInt8(count)).withUnsafeBytes { state.add($0) }
      let code = state.finish128()
      #expect(code == vector)
    }
  }

  /// Bytes in one piece, byte by byte and in words of eight are one message.
  @Test func sipHashTakesBytesInAnyPieces() {
    let sip = SipHash(k0: 8, k1: 9)
    let message = (0..<67).map { UInt8($0) }
    for cut in 0..<60 {
      var state = sip.begin
      for b in message[..<cut] { state.add(b) }
      state.add(
        message[cut..<cut + 7].enumerated().reduce(UInt64(0xAA) << 56) {
          $0 | UInt64($1.element) << (8 * UInt64($1.offset))
        })
      message[(cut + 7)...].withUnsafeBytes { state.add($0) }
      #expect(state.finish() == sip.hash(message[..<(cut + 7)] + [0xAA] + message[(cut + 7)...]))
    }
  }

  /// In three pieces of every length.
  @Test func sipHashTakesBytesInAnyThreePieces() {
    let sip = SipHash(k0: 5, k1: 6)
    let message = (0..<27).map { UInt8(200 &+ $0) }
    for first in 0...27 {
      for second in first...27 {
        var state = sip.begin
        for piece in [message[..<first], message[first..<second], message[second...]] {
          piece.withUnsafeBytes { state.add($0) }
        }
        #expect(state.finish() == sip.hash(message), "\(first) \(second)")
      }
    }
  }

  @Test func sipHashInParts() {
    let sip = SipHash(k0: 3, k1: 4)
    var state = sip.begin
    state.add(UInt8(1))
    state.add(UInt64(0x0908_0706_0504_0302))
    #expect(state.finish() == sip.hash(1...9))
    #expect(SipHash(k0: 3, k1: 5).hash(1...9) != sip.hash(1...9))
  }

  @Test func equalityOfCodes() {
    #expect(MessageAuthenticator.equal([1, 2], [1, 2]))
    #expect(!MessageAuthenticator.equal([1, 2], [1, 3]))
    #expect(!MessageAuthenticator.equal([1, 2], [1]))
  }
}
