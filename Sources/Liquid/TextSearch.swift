/// Finds texts in texts by their bytes.
enum TextSearch {
  /// What a search costs at worst, in steps of a rendering.
  static func steps(_ textCount: Int, _ partCount: Int) -> Int {
    (textCount >> 8) + (((textCount >> 6) * ((partCount >> 2) + 1)) >> 4)
  }

  static func contains(_ text: String, _ part: String) -> Bool {
    part.isEmpty || first(Array(part.utf8), in: Array(text.utf8), from: 0) != nil
  }

  /// The offset of the first occurrence at or after an offset. The part must not be empty.
  static func first(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let head = part.first, text.count >= part.count else { return nil }
    var i = start
    while i <= text.count - part.count {
      if text[i] == head, matches(part, in: text, at: i) { return i }
      i += 1
    }
    return nil
  }

  static func last(_ part: [UInt8], in text: [UInt8]) -> Int? {
    guard text.count >= part.count else { return nil }
    var i = text.count - part.count
    while i >= 0 {
      if matches(part, in: text, at: i) { return i }
      i -= 1
    }
    return nil
  }

  static func matches(_ part: [UInt8], in text: [UInt8], at start: Int) -> Bool {
    guard start + part.count <= text.count else { return false }
    for i in part.indices where text[start + i] != part[i] { return false }
    return true
  }
}
