@_spi(_Unicode) import Swift

/// The one spelling of brand and category names.
package enum NameNormalization {
  /// Normal form C, trimmed, lower-cased. Nil when nothing is left.
  package static func normalized(_ name: String) -> String? {
    let scalars = name.unicodeScalars
    var trimmed: Substring.UnicodeScalarView
    if name.utf8.allSatisfy({ $0 < 128 }) {
      trimmed = scalars[...]
    } else {
      var composed = String.UnicodeScalarView()
      for scalar in name._nfc { composed.append(scalar) }
      trimmed = String(composed).unicodeScalars[...]
    }
    while let first = trimmed.first, isBlank(first) { trimmed = trimmed.dropFirst() }
    while let last = trimmed.last, isBlank(last) { trimmed = trimmed.dropLast() }
    let text = String(String.UnicodeScalarView(trimmed)).lowercased()
    return text.isEmpty ? nil : text
  }

  /// White space, and the four ASCII separators that most languages trim too.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }

  /// The order of names: by UTF-8 bytes.
  package static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
}
