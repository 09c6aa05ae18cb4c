/// Bytes in the making, for the hot path: storage is kept from answer to answer, so that writing allocates nothing.
///
/// It works on memory of its own in place of an array because that is the measured difference: an array is checked for
/// its owner and its room at every append, and an answer is some thirty of them.
package struct ByteWriter: ~Copyable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var used = 0
  @usableFromInline var capacity: Int

  package init(capacity: Int = 2_048) {
    self.capacity = max(16, capacity)
    base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  /// Bytes written since the last `clear`.
  @inlinable package var count: Int { used }

  /// What was written; valid until the next change.
  @inlinable package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: used) }

  /// Forgets the bytes and keeps the storage.
  @inlinable package mutating func clear() { used = 0 }

  /// Takes back what was written after a place.
  @inlinable package mutating func truncate(to count: Int) { used = min(used, count) }

  /// Makes room for so many more bytes.
  @inlinable package mutating func reserve(_ more: Int) { if used &+ more > capacity { grow(more) } }

  @usableFromInline mutating func grow(_ more: Int) {
    let larger = max(2 * capacity, used + more)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    moved.copyMemory(from: base, byteCount: used)
    base.deallocate()
    (base, capacity) = (moved, larger)
  }

  /// Hands out `room` bytes behind what was written; `body` says how many of them it used.
  @inlinable package mutating func write(room: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
    reserve(room)
    used &+= body(base + used)
  }

  @inlinable package mutating func append(_ byte: UInt8) {
    reserve(1)
    base.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
    used &+= 1
  }

  @inlinable package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + used).copyMemory(from: start, byteCount: bytes.count)
    used &+= bytes.count
  }

  @inlinable package mutating func append(_ literal: StaticString) {
    append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  @inlinable package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  @inlinable package mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(littleEndian number: Number) {
    reserve(MemoryLayout<Number>.size)
    (base + used).storeBytes(of: number.littleEndian, as: Number.self)
    used &+= MemoryLayout<Number>.size
  }

  /// A whole number in decimal digits.
  package mutating func append(decimal number: Int) {
    reserve(20)
    if number < 0 { append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    var end = used
    repeat {
      base.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: end, as: UInt8.self)
      end += 1
      rest /= 10
    } while rest > 0
    var (low, high) = (used, end - 1)
    while low < high {
      let byte = base.load(fromByteOffset: low, as: UInt8.self)
      base.storeBytes(of: base.load(fromByteOffset: high, as: UInt8.self), toByteOffset: low, as: UInt8.self)
      base.storeBytes(of: byte, toByteOffset: high, as: UInt8.self)
      (low, high) = (low + 1, high - 1)
    }
    used = end
  }

  /// URL-safe base64 without padding of bytes that lie elsewhere, as `TextEncoding.appendBase64` writes it.
  package mutating func append(base64 bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count / 3 * 4 + 4)
    let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    let digits = alphabet.utf8Start
    let target = base + used
    var (i, o) = (0, 0)
    while i &+ 3 <= bytes.count {
      let word = UInt32(bytes[i]) << 16 | UInt32(bytes[i &+ 1]) << 8 | UInt32(bytes[i &+ 2])
      let four =
        UInt32(digits[Int(word >> 18)]) | UInt32(digits[Int(word >> 12 & 63)]) << 8
        | UInt32(digits[Int(word >> 6 & 63)]) << 16 | UInt32(digits[Int(word & 63)]) << 24
      target.storeBytes(of: four.littleEndian, toByteOffset: o, as: UInt32.self)
      (i, o) = (i &+ 3, o &+ 4)
    }
    if i < bytes.count {
      let isTwo = i &+ 2 == bytes.count
      let word = UInt32(bytes[i]) << 16 | (isTwo ? UInt32(bytes[i &+ 1]) << 8 : 0)
      target.storeBytes(of: digits[Int(word >> 18)], toByteOffset: o, as: UInt8.self)
      target.storeBytes(of: digits[Int(word >> 12 & 63)], toByteOffset: o &+ 1, as: UInt8.self)
      o &+= 2
      if isTwo {
        target.storeBytes(of: digits[Int(word >> 6 & 63)], toByteOffset: o, as: UInt8.self)
        o &+= 1
      }
    }
    used &+= o
  }

  /// The inside of a JSON string, as `JSONWriter.appendEscaped` writes it.
  package mutating func append(escaped bytes: UnsafeRawBufferPointer) {
    reserve(6 * bytes.count)
    for byte in bytes {
      if byte >= 32, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "<") {
        base.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
        used &+= 1
      } else {
        appendEscape(byte)
      }
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 10: append(UInt8(ascii: "n"))
    case 13: append(UInt8(ascii: "r"))
    case 9: append(UInt8(ascii: "t"))
    default:
      let digits: StaticString = "0123456789abcdef"
      append("u00")
      append(digits.utf8Start[Int(byte >> 4)])
      append(digits.utf8Start[Int(byte & 15)])
    }
  }
}
