/// SipHash-2-4 (Aumasson and Bernstein 2012): the keyed hash behind groups, agent on or off and the draw of an action.
/// A pseudo-random function of its 128-bit key, so nobody without the key can choose an id to land in a group.
package struct SipHash: Sendable, Hashable {
  package let k0: UInt64
  package let k1: UInt64

  package init(k0: UInt64, k1: UInt64) { (self.k0, self.k1) = (k0, k1) }

  /// - Parameter key: sixteen bytes, little endian.
  package init(key: [UInt8]) {
    precondition(key.count == 16, "a SipHash key has 16 bytes")
    var words: (UInt64, UInt64) = (0, 0)
    for i in 0..<8 {
      words.0 |= UInt64(key[i]) << (8 * UInt64(i))
      words.1 |= UInt64(key[8 + i]) << (8 * UInt64(i))
    }
    self.init(k0: words.0, k1: words.1)
  }

  /// The 64-bit hash of a message.
  package func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var state = State(k0: k0, k1: k1)
    for b in bytes { state.add(b) }
    return state.finish()
  }

  /// The hash in progress; takes bytes one after the other, so that several parts need no joined copy.
  package struct State: Sendable {
    private var v0, v1, v2, v3: UInt64
    private var tail: UInt64 = 0
    private var count: UInt64 = 0

    package init(k0: UInt64, k1: UInt64) {
      v0 = k0 ^ 0x736f_6d65_7073_6575
      v1 = k1 ^ 0x646f_7261_6e64_6f6d
      v2 = k0 ^ 0x6c79_6765_6e65_7261
      v3 = k1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    package mutating func add(_ byte: UInt8) {
      tail |= UInt64(byte) << (8 * (count & 7))
      count &+= 1
      if count & 7 == 0 {
        absorb(tail)
        tail = 0
      }
    }

    /// Adds eight bytes, little endian.
    package mutating func add(_ word: UInt64) {
      let shift = 8 &* (count & 7)
      absorb(tail | word &<< shift)
      tail = shift == 0 ? 0 : word &>> (64 &- shift)
      count &+= 8
    }

    /// Adds bytes, eight at a time and from registers: the hot path hashes ids and receipts, and byte by byte, or with
    /// a call a word, it showed in the profile.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
      var (state, i) = (self, 0)
      let shift = 8 &* (count & 7)
      while i &+ 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        state.absorb(state.tail | word &<< shift)
        state.tail = shift == 0 ? 0 : word &>> (64 &- shift)
        i &+= 8
      }
      state.count &+= UInt64(i)
      var (rest, bits) = (UInt64(0), UInt64(0))
      while i < bytes.count {
        rest |= UInt64(bytes[i]) &<< bits
        bits &+= 8
        i &+= 1
      }
      state.add(rest, bits: bits)
      self = state
    }

    /// Adds less than eight bytes.
    @inline(__always)
    private mutating func add(_ rest: UInt64, bits: UInt64) {
      let shift = 8 &* (count & 7)
      tail |= rest &<< shift
      count &+= bits / 8
      guard shift &+ bits >= 64 else { return }
      absorb(tail)
      tail = rest &>> (64 &- shift)
    }

    package consuming func finish() -> UInt64 {
      absorb(tail | (count & 0xff) << 56)
      v2 ^= 0xff
      for _ in 0..<4 { round() }
      return v0 ^ v1 ^ v2 ^ v3
    }

    /// The 128-bit variant's code; the hash must have been begun by `begin128`.
    package consuming func finish128() -> (UInt64, UInt64) {
      absorb(tail | (count & 0xff) << 56)
      v2 ^= 0xee
      for _ in 0..<4 { round() }
      let first = v0 ^ v1 ^ v2 ^ v3
      v1 ^= 0xdd
      for _ in 0..<4 { round() }
      return (first, v0 ^ v1 ^ v2 ^ v3)
    }

    fileprivate mutating func widen() { v1 ^= 0xee }

    @inline(__always)
    private mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always)
    private mutating func round() {
      v0 = v0 &+ v1
      v1 = (v1 << 13 | v1 >> 51) ^ v0
      v0 = v0 << 32 | v0 >> 32
      v2 = v2 &+ v3
      v3 = (v3 << 16 | v3 >> 48) ^ v2
      v0 = v0 &+ v3
      v3 = (v3 << 21 | v3 >> 43) ^ v0
      v2 = v2 &+ v1
      v1 = (v1 << 17 | v1 >> 47) ^ v2
      v2 = v2 << 32 | v2 >> 32
    }
  }

  /// A hash started with this key.
  package var begin: State { State(k0: k0, k1: k1) }

  /// A hash with a code of 128 bits, as the authors' reference code has it.
  package var begin128: State {
    var state = State(k0: k0, k1: k1)
    state.widen()
    return state
  }
}
