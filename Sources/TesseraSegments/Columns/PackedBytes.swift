import TesseraModel

/// Takes numbers and texts as bytes, small numbers in few of them (LEB128, least significant group first).
protocol PackedSink {
  mutating func add(byte: UInt8)
  mutating func add(raw: UnsafeRawBufferPointer)
  mutating func add(_ number: UInt64)
}

/// Groups of seven bits side by side, and one to a byte: all at once, for a loop over the bytes of a number guesses
/// wrong where it ends.
enum PackedGroups {
  /// The lowest seven bits of each byte, moved together: 56 bits.
  @inline(__always)
  static func together(_ bytes: UInt64) -> UInt64 {
    var x = bytes & 0x7F7F_7F7F_7F7F_7F7F
    x = x & 0x007F_007F_007F_007F | (x & 0x7F00_7F00_7F00_7F00) &>> 1
    x = x & 0x0000_3FFF_0000_3FFF | (x & 0x3FFF_0000_3FFF_0000) &>> 2
    return x & 0x0000_0000_0FFF_FFFF | (x & 0x0FFF_FFFF_0000_0000) &>> 4
  }

  /// The other way.
  @inline(__always)
  static func apart(_ number: UInt64) -> UInt64 {
    var x = number & 0x0FFF_FFFF | (number & 0x00FF_FFFF_F000_0000) &<< 4
    x = x & 0x0000_3FFF_0000_3FFF | (x & 0x0FFF_C000_0FFF_C000) &<< 2
    return x & 0x007F_007F_007F_007F | (x & 0x3F80_3F80_3F80_3F80) &<< 1
  }

  /// The highest bit of each byte.
  static let flags: UInt64 = 0x8080_8080_8080_8080
}

extension PackedSink {
  @inline(__always)
  mutating func add(_ number: UInt64) { addBytewise(number) }

  @inline(__always)
  fileprivate mutating func addBytewise(_ number: some FixedWidthInteger & UnsignedInteger) {
    var rest = number
    while rest >= 0x80 {
      add(byte: UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    add(byte: UInt8(truncatingIfNeeded: rest))
  }

  @inline(__always)
  mutating func add(_ number: Int) { add(UInt64(number)) }

  /// A number of either sign: the sign goes to the lowest bit.
  @inline(__always)
  mutating func add(signed number: Int64) {
    add(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  mutating func add(_ instant: Instant) { add(signed: instant.milliseconds) }

  /// Absent is a byte of its own.
  mutating func add(_ instant: Instant?) {
    add(byte: instant == nil ? 0 : 1)
    if let instant { add(instant) }
  }

  /// An amount as digits and a power of ten: prices have few digits.
  mutating func add(_ money: Money) {
    var (digits, power) = (money.units, UInt8(0))
    while digits != 0, digits % 10 == 0, power < 38 {
      digits /= 10
      power += 1
    }
    add(byte: power)
    addBytewise(UInt128(bitPattern: (digits << 1) ^ (digits >> 127)))
  }

  /// A text or other bytes with their length.
  @inline(__always)
  mutating func add(text: some Collection<UInt8>) {
    add(text.count)
    let isAdded: Void? = text.withContiguousStorageIfAvailable { add(raw: UnsafeRawBufferPointer($0)) }
    if isAdded == nil { for b in text { add(byte: b) } }
  }

  mutating func add(_ text: String?) {
    add(byte: text == nil ? 0 : 1)
    if let text { add(text: text.utf8) }
  }
}

/// Writes packed numbers and texts into an array that grows.
struct PackedWriter: PackedSink, Sendable {
  private(set) var bytes: [UInt8] = []

  init() {}

  /// Makes room, so that what follows grows nothing.
  mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
  mutating func add(byte: UInt8) { bytes.append(byte) }
  mutating func add(raw: UnsafeRawBufferPointer) { bytes.append(contentsOf: raw) }
}

/// Writes packed numbers and texts into memory that somebody else has made room in. Who writes has made sure of the
/// room with `expect`: a check for every byte would cost as much as the writing.
struct PackedPointer: PackedSink {
  private let start: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private let room: Int

  /// Stops the program unless that many bytes more fit.
  @inline(__always)
  func expect(_ more: Int) { precondition(more <= room - count, "packed bytes fit the room made for them") }

  /// Takes back what was written after a place.
  mutating func rewind(to place: Int) { count = min(count, place) }

  init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    guard let start = memory.baseAddress else { preconditionFailure("there is room to write to") }
    (self.start, room) = (start, memory.count)
  }

  @inline(__always)
  mutating func add(byte: UInt8) {
    start[count] = byte
    count &+= 1
  }

  /// Eight bytes at once, of which those beyond the number are written over by what comes next.
  @inline(__always)
  mutating func add(_ number: UInt64) {
    guard number < 1 << 56 else { return addBytewise(number) }
    // A byte for each seven bits begun, and one for 0: for up to 56 bits the same as the division.
    let bits = 64 - (number | 1).leadingZeroBitCount
    let length = (bits &* 9 &+ 64) &>> 6
    let more = PackedGroups.flags & (1 &<< UInt64(8 &* (length &- 1)) &- 1)
    let bytes = (PackedGroups.apart(number) | more).littleEndian
    UnsafeMutableRawPointer(start + count).storeBytes(of: bytes, as: UInt64.self)
    count &+= length
  }

  @inline(__always)
  mutating func add(raw: UnsafeRawBufferPointer) {
    if let source = raw.baseAddress {
      UnsafeMutableRawPointer(start + count).copyMemory(from: source, byteCount: raw.count)
    }
    count += raw.count
  }

  /// As many bytes beyond what is written may be overwritten by `add(_:of:)`, `pad` and numbers.
  static let slack = 64

  /// A few bytes of many: by the cache line, which may write into the slack, for a call would cost more than they do.
  @inline(__always)
  mutating func add(_ range: Range<Int>, of source: UnsafeRawBufferPointer) {
    guard range.count <= 128, range.lowerBound + 128 <= source.count else {
      return add(raw: UnsafeRawBufferPointer(rebasing: source[range]))
    }
    let (from, to) = (UnsafeRawBufferPointer(rebasing: source[range.lowerBound...]), start + count)
    PackedPointer.copyLine(from, to, 0)
    if range.count > 64 { PackedPointer.copyLine(from, to, 64) }
    count += range.count
  }

  /// Written out, for the compiler makes a call of a loop.
  @inline(__always)
  private static func copyLine(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutablePointer<UInt8>, _ k: Int) {
    let target = UnsafeMutableRawPointer(target)
    let line = source.loadUnaligned(fromByteOffset: k, as: SIMD64<UInt8>.self)
    target.storeBytes(of: line, toByteOffset: k, as: SIMD64<UInt8>.self)
  }

  /// Zeros, less than 16 of them.
  @inline(__always)
  mutating func pad(_ zeros: Int) {
    UnsafeMutableRawPointer(start + count).storeBytes(of: .zero, as: SIMD16<UInt8>.self)
    count += zeros
  }
}

/// Reads what `PackedWriter` wrote. The bytes are the program's own, checked by a checksum when they come from a file;
/// what does not fit is a mistake in the program.
struct PackedReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  let end: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start + count <= bytes.count, "packed bytes lie within their arena")
    self.bytes = bytes
    (position, end) = (start, start + count)
  }

  var isAtEnd: Bool { position >= end }

  @inline(__always)
  mutating func byte() -> UInt8 {
    precondition(position < end, "packed bytes end where their length says")
    let b = bytes[position]
    position += 1
    return b
  }

  /// As many bytes as a number can take.
  private static let numberLengthMax = 10

  @inline(__always)
  mutating func number() -> UInt64 {
    // Where the arena has room for any number, its bytes need not be checked one by one; few have more than eight.
    guard bytes.count - position >= PackedReader.numberLengthMax else { return numberAtEnd() }
    let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    let ends = ~word & PackedGroups.flags
    if ends == 0 { return numberAtEnd() }
    position &+= (ends.trailingZeroBitCount &+ 1) &>> 3
    precondition(position <= end, "packed bytes end where their length says")
    return PackedGroups.together(word & (ends ^ (ends &- 1)))
  }

  @inline(never)
  private mutating func numberAtEnd() -> UInt64 {
    let first = byte()
    if first < 0x80 { return UInt64(first) }
    var (out, shift) = (UInt64(first & 0x7F), UInt64(7))
    while true {
      let b = byte()
      out |= UInt64(b & 0x7F) << shift
      if b < 0x80 { return out }
      shift += 7
    }
  }

  /// Copies as many bytes as there is room for, from numbers laid out as in memory.
  mutating func copy(to target: UnsafeMutableRawBufferPointer) {
    precondition(target.count <= end - position, "packed bytes end where their length says")
    let source = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[position..<(position + target.count)]))
    if !source.isEmpty { target.copyMemory(from: source) }
    position += target.count
  }

  mutating func int() -> Int { Int(number()) }

  @inline(__always)
  mutating func signed() -> Int64 {
    let zigzag = number()
    return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
  }

  mutating func instant() -> Instant { Instant(milliseconds: signed()) }
  mutating func optionalInstant() -> Instant? { byte() == 0 ? nil : instant() }

  mutating func money() -> Money {
    let power = byte()
    var (zigzag, shift) = (UInt128(0), UInt128(0))
    while true {
      let b = byte()
      zigzag |= UInt128(b & 0x7F) << shift
      if b < 0x80 { break }
      shift += 7
    }
    var units = Int128(bitPattern: zigzag >> 1) ^ -Int128(bitPattern: zigzag & 1)
    for _ in 0..<power { units *= 10 }
    return Money(units: units)
  }

  /// The bounds of a text, which is skipped.
  mutating func text() -> Range<Int> {
    let count = int()
    precondition(count <= end - position, "packed text lies within its bytes")
    defer { position += count }
    return position..<(position + count)
  }

  mutating func string() -> String {
    let range = text()
    return String(decoding: bytes[range], as: UTF8.self)
  }

  mutating func optionalString() -> String? { byte() == 0 ? nil : string() }
}
