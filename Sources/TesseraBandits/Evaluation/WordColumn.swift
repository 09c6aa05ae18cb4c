import TesseraModel

/// A column of a log: each distinct text once, and a number by row.
///
/// Texts are told apart by their bytes, and numbered in the order in which they first appear; a cell that is empty or
/// not there is the text "".
package struct WordColumn: Sendable, Equatable {
  package let name: String
  package private(set) var words: [String] = []
  /// By row: the number of its text.
  package private(set) var codes: [Int32] = []
  private var numbers: [ByteKey: Int32] = [:]

  init(name: String) { self.name = name }

  mutating func append(_ text: String) {
    let key = ByteKey(text)
    if let number = numbers[key] {
      codes.append(number)
    } else {
      let number = Int32(words.count)
      numbers[key] = number
      words.append(text)
      codes.append(number)
    }
  }

  /// Makes it as long as the others, with empty cells.
  mutating func fill(to count: Int) {
    while codes.count < count { append("") }
  }

  /// Only these rows, in this order.
  func keeping(_ rows: [Int]) -> WordColumn {
    var out = WordColumn(name: name)
    for row in rows { out.append(words[Int(codes[row])]) }
    return out
  }

  /// How many rows have each text.
  var counts: [Int] {
    var out = [Int](repeating: 0, count: words.count)
    for code in codes { out[Int(code)] += 1 }
    return out
  }
}
