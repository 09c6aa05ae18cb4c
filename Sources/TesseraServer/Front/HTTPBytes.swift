/// The bytes that have a meaning in HTTP/1 framing, and the classes that its grammar sorts the others into.
enum HTTPBytes {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let colon = UInt8(ascii: ":")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
  static let slash = UInt8(ascii: "/")
  static let questionMark = UInt8(ascii: "?")
  static let hash = UInt8(ascii: "#")

  /// Bit n is set if byte n is a token character (RFC 9110: `!#$%&'*+-.^_`|~`, digits and letters).
  private static let tokenLow: UInt64 = 0x03FF_6CFA_0000_0000
  private static let tokenHigh: UInt64 = 0x57FF_FFFF_C7FF_FFFE
  /// Bit n is set if byte n may stand in a `Host` value: unreserved, sub-delims, `%`, `:`, `[` and `]`.
  private static let hostLow: UInt64 = 0x2FFF_7FF2_0000_0000
  private static let hostHigh: UInt64 = 0x47FF_FFFE_AFFF_FFFE

  @inline(__always)
  private static func contains(_ low: UInt64, _ high: UInt64, _ byte: UInt8) -> Bool {
    let word = byte < 64 ? low : byte < 128 ? high : 0
    return (word >> UInt64(byte & 63)) & 1 == 1
  }

  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool {
    contains(tokenLow, tokenHigh, byte)
  }

  @inline(__always)
  static func isHost(_ byte: UInt8) -> Bool {
    contains(hostLow, hostHigh, byte)
  }

  /// Visible ASCII without `#`: a fragment never belongs to a request target.
  @inline(__always)
  static func isTarget(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != hash
  }

  /// What a header value may hold: visible ASCII, space, tab and the bytes above ASCII.
  @inline(__always)
  static func isValue(_ byte: UInt8) -> Bool {
    (byte >= 0x20 && byte != 0x7F) || byte == tab
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10
  }

  /// The value of a hexadecimal digit, or nil.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> Int? {
    if isDigit(byte) { return Int(byte &- 0x30) }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? Int(letter) + 10 : nil
  }
}

extension Span<UInt8> {
  /// Whether the bytes of `range` are `literal`, which must be in lower case, whatever the case of the bytes.
  ///
  /// Meant for token characters only: setting bit 5 folds ASCII letters and leaves digits and `-` alone.
  @inline(__always)
  func matches(_ literal: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == literal.utf8CodeUnitCount else { return false }
    // The literal is read through its pointer because a string would be built for every header otherwise.
    let expected = literal.utf8Start
    for index in 0..<range.count where self[range.lowerBound + index] | 0x20 != expected[index] {
      return false
    }
    return true
  }

  /// Whether the bytes of `range` are exactly `literal`.
  @inline(__always)
  func equals(_ literal: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == literal.utf8CodeUnitCount else { return false }
    // As above: a pointer into constant data in place of a string per comparison.
    let expected = literal.utf8Start
    for index in 0..<range.count where self[range.lowerBound + index] != expected[index] {
      return false
    }
    return true
  }
}
