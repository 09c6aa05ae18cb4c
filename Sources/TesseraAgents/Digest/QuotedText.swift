/// Text from the store that an agent may read: titles, names of brands and searches are written by third parties. It is
/// made harmless as data: short, on one line, without control characters, invisible ones or markup. It stands inside
/// JSON, so that quotation marks are escaped, and never in the instructions.
package enum QuotedText {
  /// A title says what it is in so many characters; what is longer wants something else.
  package static let lengthMax = 80

  package static func clean(_ text: String, lengthMax: Int = QuotedText.lengthMax) -> String {
    var out = String.UnicodeScalarView()
    var isGap = false
    var count = 0
    for scalar in text.unicodeScalars {
      if isSpace(scalar) {
        isGap = !out.isEmpty
        continue
      }
      if isHidden(scalar) || isMarkup(scalar) { continue }
      if count >= lengthMax { break }
      if isGap {
        out.append(" ")
        count += 1
        isGap = false
      }
      out.append(scalar)
      count += 1
    }
    return String(out)
  }

  /// Whether a text has nothing that cleaning would take out: one line, no control and no hidden character, no markup.
  package static func isPlain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      !isHidden(scalar) && !isMarkup(scalar) && (scalar == " " || !isSpace(scalar))
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.value < 0x20
  }

  /// Controls, formats such as zero-width and direction marks, private use, and the tags block, which can carry a text
  /// that nobody sees.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isVariationSelector || (0xE0000...0xE0FFF).contains(scalar.value)
    }
  }

  /// What could open or close a block of the prompt, or look like markup to a reader.
  private static func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "<", ">", "{", "}", "`", "\\", "|": true
    default: false
    }
  }
}
