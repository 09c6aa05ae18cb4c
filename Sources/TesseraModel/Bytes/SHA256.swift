/// SHA-256 (FIPS 180-4), for content addresses and authentication codes. It is here because the pure targets import no
/// library and every book, decision and segment is named by the hash of its content.
package struct SHA256: Sendable {
  private var state: SIMD8<UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// What is not yet a whole block.
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var filled = 0
  /// Bytes in whole blocks so far.
  private var length: UInt64 = 0

  package init() {}

  /// Adds bytes to the message.
  package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds bytes in place to the message.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var i = 0
    while filled > 0, i < bytes.count {
      append(bytes[i])
      i += 1
    }
    let whole = (bytes.count - i) & ~63
    compress(UnsafeRawBufferPointer(rebasing: bytes[i...]), whole)
    for byte in bytes[(i + whole)...] { append(byte) }
  }

  /// Adds any sequence of bytes; an array goes faster.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// The digest of all bytes added: 32 bytes.
  package consuming func finish() -> [UInt8] {
    let digest = self.digest()
    return withUnsafeBytes(of: digest) { Array($0) }
  }

  /// The same without an array.
  package consuming func digest() -> InlineArray<32, UInt8> {
    let bits = (length + UInt64(filled)) * 8
    append(0x80)
    while filled != 56 { append(0) }
    for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    var out = InlineArray<32, UInt8>(repeating: 0)
    for i in 0..<32 { out[i] = UInt8(truncatingIfNeeded: state[i / 4] >> UInt32(24 - 8 * (i % 4))) }
    return out
  }

  /// The digest of one message.
  package static func hash(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(Array(bytes))
    return hasher.finish()
  }

  private mutating func append(_ byte: UInt8) {
    pending[filled] = byte
    filled += 1
    guard filled == 64 else { return }
    let block = pending
    withUnsafeBytes(of: block) { compress($0, 64) }
    filled = 0
  }

  /// - Parameter count: of bytes from the first, whole blocks.
  private mutating func compress(_ bytes: UnsafeRawBufferPointer, _ count: Int) {
    let k = SHA256.constants
    var state = state
    for block in stride(from: 0, to: count, by: 64) {
      var w = InlineArray<64, UInt32>(repeating: 0)
      for i in 0..<16 {
        w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: block + 4 * i, as: UInt32.self))
      }
      for i in 16..<64 {
        let (x, y) = (w[i - 15], w[i - 2])
        let s0 = SHA256.rotate(x, 7) ^ SHA256.rotate(x, 18) ^ (x >> 3)
        let s1 = SHA256.rotate(y, 17) ^ SHA256.rotate(y, 19) ^ (y >> 10)
        w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      // Eight rounds come back to the same names, so that nothing has to be moved between them.
      for i in stride(from: 0, to: 64, by: 8) {
        SHA256.round(a, b, c, &d, e, f, g, &h, w[i] &+ k[i])
        SHA256.round(h, a, b, &c, d, e, f, &g, w[i + 1] &+ k[i + 1])
        SHA256.round(g, h, a, &b, c, d, e, &f, w[i + 2] &+ k[i + 2])
        SHA256.round(f, g, h, &a, b, c, d, &e, w[i + 3] &+ k[i + 3])
        SHA256.round(e, f, g, &h, a, b, c, &d, w[i + 4] &+ k[i + 4])
        SHA256.round(d, e, f, &g, h, a, b, &c, w[i + 5] &+ k[i + 5])
        SHA256.round(c, d, e, &f, g, h, a, &b, w[i + 6] &+ k[i + 6])
        SHA256.round(b, c, d, &e, f, g, h, &a, w[i + 7] &+ k[i + 7])
      }
      state = state &+ SIMD8(a, b, c, d, e, f, g, h)
    }
    self.state = state
    length += UInt64(count)
  }

  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32, _ g: UInt32,
    _ h: inout UInt32, _ word: UInt32
  ) {
    let t1 = h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ (g ^ (e & (f ^ g))) &+ word
    d = d &+ t1
    h = t1 &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ ((a & b) | (c & (a | b)))
  }

  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }

  private static let constants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

/// HMAC-SHA256 (RFC 2104) with the key's two blocks hashed once.
package struct MessageAuthenticator: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  /// - Parameter key: up to 64 bytes are used as they are; longer ones are hashed first.
  package init(key: [UInt8]) {
    var block = key.count > 64 ? SHA256.hash(key) : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    var inner = SHA256()
    inner.update(block.map { $0 ^ 0x36 })
    var outer = SHA256()
    outer.update(block.map { $0 ^ 0x5c })
    (self.inner, self.outer) = (inner, outer)
  }

  /// The 32-byte code of a message.
  package func code(for message: some Sequence<UInt8>) -> [UInt8] {
    let code = Array(message).withUnsafeBytes { self.code(of: $0) }
    return withUnsafeBytes(of: code) { Array($0) }
  }

  /// The same of bytes in place, without an array.
  package func code(of message: UnsafeRawBufferPointer) -> InlineArray<32, UInt8> {
    var hasher = inner
    hasher.update(message)
    let digest = hasher.digest()
    var outer = self.outer
    withUnsafeBytes(of: digest) { outer.update($0) }
    return outer.digest()
  }

  /// Compares in time that depends on the length alone, so that a forger learns nothing from the clock.
  package static func equal(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for (x, y) in zip(a, b) { difference |= x ^ y }
    return difference == 0
  }

  /// The same for bytes in place.
  package static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for i in 0..<b.count { difference |= a[i] ^ b[i] }
    return difference == 0
  }

  /// The same for bytes in place, as the hot path has them.
  package static func equal(_ a: UnsafeRawBufferPointer, _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for i in 0..<b.count { difference |= a[i] ^ b[i] }
    return difference == 0
  }
}
