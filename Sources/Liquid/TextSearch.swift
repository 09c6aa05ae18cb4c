/// Finds texts in texts by their bytes, in time that grows with their lengths and not with their product.
enum TextSearch {
  /// Up to this length the plain way, which may look at each byte that often, is the faster one.
  private static let plainMax = 8

  static func contains(_ text: String, _ part: String) -> Bool {
    if part.utf8.count > text.utf8.count { return false }
    return part.isEmpty || first(Array(part.utf8), in: Array(text.utf8), from: 0) != nil
  }

  /// The offset of the first occurrence at or after an offset; nil for an empty part.
  static func first(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard let head = part.first, text.count - start >= part.count else { return nil }
    if part.count > plainMax { return search(part, in: text, from: start, isForward: true) }
    var i = start
    while i <= text.count - part.count {
      if text[i] == head, matches(part, in: text, at: i) { return i }
      i += 1
    }
    return nil
  }

  /// The offset of the last occurrence; the end for an empty part.
  static func last(_ part: [UInt8], in text: [UInt8]) -> Int? {
    guard text.count >= part.count else { return nil }
    if part.count > plainMax { return search(part, in: text, from: 0, isForward: false) }
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

  /// Knuth, Morris and Pratt 1977: no byte of the text is gone back to. Backwards both are read from their ends.
  private static func search(_ part: [UInt8], in text: [UInt8], from start: Int, isForward: Bool) -> Int? {
    let (count, last) = (part.count, part.count - 1)
    func wanted(_ i: Int) -> UInt8 { part[isForward ? i : last - i] }
    /// How much of the part is still matched when the byte after so much of it is another.
    var borders = [0]
    borders.reserveCapacity(count)
    var matched = 0
    for i in 1..<count {
      while matched > 0, wanted(i) != wanted(matched) { matched = borders[matched - 1] }
      if wanted(i) == wanted(matched) { matched += 1 }
      borders.append(matched)
    }
    matched = 0
    for i in start..<text.count {
      let place = isForward ? i : text.count - 1 - i
      while matched > 0, text[place] != wanted(matched) { matched = borders[matched - 1] }
      if text[place] == wanted(matched) { matched += 1 }
      if matched == count { return isForward ? place - last : place }
    }
    return nil
  }
}
