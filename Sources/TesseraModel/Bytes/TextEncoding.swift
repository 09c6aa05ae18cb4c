/// Bytes as text: lower-case hexadecimal for ids, URL-safe base64 without padding for receipts.
package enum TextEncoding {
  private static let hexDigits = Array("0123456789abcdef".utf8)
  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Two lower-case digits a byte.
  package static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var out: [UInt8] = []
    for b in bytes {
      out.append(hexDigits[Int(b >> 4)])
      out.append(hexDigits[Int(b & 15)])
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Nil unless `text` is an even number of hexadecimal digits.
  package static func bytes(hexadecimal text: String) -> [UInt8]? {
    var out: [UInt8] = []
    var high: UInt8?
    for character in text {
      guard let digit = character.hexDigitValue, character.isASCII else { return nil }
      if let h = high {
        out.append(h << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return high == nil ? out : nil
  }

  /// URL-safe base64 (RFC 4648, section 5) without padding, appended as bytes.
  package static func appendBase64(_ bytes: some Collection<UInt8>, to out: inout [UInt8]) {
    var buffer: UInt32 = 0
    var bits: UInt32 = 0
    for b in bytes {
      buffer = buffer << 8 | UInt32(b)
      bits += 8
      while bits >= 6 {
        bits -= 6
        out.append(base64Digits[Int(buffer >> bits & 63)])
      }
    }
    if bits > 0 { out.append(base64Digits[Int(buffer << (6 - bits) & 63)]) }
  }

  /// Nil for a character outside the alphabet and for left-over bits that are not zero (so each text has one spelling).
  package static func bytes(base64 text: some Collection<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 3 / 4)
    return decode(base64: text) { out.append($0) } ? out : nil
  }

  /// The same appended to a writer, of which nothing is to be used if it is false.
  package static func append(base64 text: UnsafeRawBufferPointer, to out: inout ByteWriter) -> Bool {
    decode(base64: text) { out.append($0) }
  }

  private static func decode(base64 text: some Sequence<UInt8>, _ take: (UInt8) -> Void) -> Bool {
    var buffer: UInt32 = 0
    var bits: UInt32 = 0
    for c in text {
      let digit: UInt32
      switch c {
      case 65...90: digit = UInt32(c) - 65
      case 97...122: digit = UInt32(c) - 71
      case 48...57: digit = UInt32(c) + 4
      case 45: digit = 62
      case 95: digit = 63
      default: return false
      }
      buffer = buffer << 6 | digit
      bits += 6
      if bits >= 8 {
        bits -= 8
        take(UInt8(truncatingIfNeeded: buffer >> bits))
      }
    }
    return bits < 6 && buffer & ((1 << bits) - 1) == 0
  }
}
