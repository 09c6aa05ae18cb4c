/// Upper and lower case as Unicode has them, with a short way for ASCII.
enum LetterCase {
  static func upper(_ text: String) -> String {
    ascii(text) { _, byte in (0x61...0x7A).contains(byte) ? byte & 0xDF : byte } ?? text.uppercased()
  }

  static func lower(_ text: String) -> String {
    ascii(text) { _, byte in (0x41...0x5A).contains(byte) ? byte | 0x20 : byte } ?? text.lowercased()
  }

  /// The first letter in title case, the others in lower case.
  static func capitalized(_ text: String) -> String {
    let short = ascii(text) { i, byte in
      if i == 0 { return (0x61...0x7A).contains(byte) ? byte & 0xDF : byte }
      return (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
    guard short == nil, let first = text.unicodeScalars.first else { return short ?? text }
    return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
  }

  /// - Returns: nil when there is anything but ASCII.
  @inline(__always)
  private static func ascii(_ text: String, _ change: (Int, UInt8) -> UInt8) -> String? {
    var text = text
    return text.withUTF8 { bytes -> String? in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      return String(unsafeUninitializedCapacity: bytes.count) { target in
        for i in bytes.indices { target[i] = change(i, bytes[i]) }
        return bytes.count
      }
    }
  }
}
