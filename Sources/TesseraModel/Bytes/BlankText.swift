/// Whether texts have nothing to read.
package enum BlankText {
  /// Blanks, and what is not seen at all: controls, joiners, marks of direction.
  /// - Parameter text: UTF-8.
  package static func isBlank(_ text: some Collection<UInt8>) -> Bool {
    // One letter is enough for nearly every text.
    if text.contains(where: { $0 > UInt8(ascii: " ") && $0 < 0x7F }) { return false }
    return String(decoding: text, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      scalar.properties.isWhitespace || [.control, .format].contains(scalar.properties.generalCategory)
    }
  }
}
