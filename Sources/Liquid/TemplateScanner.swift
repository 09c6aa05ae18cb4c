/// A stretch of a template: text, or what stands between braces.
struct Piece: Sendable {
  enum Kind: Sendable {
    case text, output, tag
  }

  let kind: Kind
  var text: String
  let place: Place
}

/// Cuts a template into pieces, with comments and raw stretches already dealt with.
enum TemplateScanner {
  static func pieces(of source: String) throws(LiquidError) -> [Piece] {
    let characters = Array(source)
    var pieces: [Piece] = []
    var text = ""
    var i = 0
    var place = Place(line: 1, column: 1)
    var textPlace = place
    var trimsNext = false
    func isAt(_ a: Character, _ b: Character, _ i: Int) -> Bool {
      i + 1 < characters.count && characters[i] == a && characters[i + 1] == b
    }
    func advance(_ n: Int) {
      for _ in 0..<n where i < characters.count {
        if characters[i] == "\n" { place = Place(line: place.line + 1, column: 1) } else { place.column += 1 }
        i += 1
      }
    }
    while i < characters.count {
      guard isAt("{", "{", i) || isAt("{", "%", i) else {
        if trimsNext, characters[i].isWhitespace {
          advance(1)
          continue
        }
        trimsNext = false
        if text.isEmpty { textPlace = place }
        text.append(characters[i])
        advance(1)
        continue
      }
      let start = place
      let isTag = characters[i + 1] == "%"
      let close: (Character, Character) = isTag ? ("%", "}") : ("}", "}")
      advance(2)
      if i < characters.count, characters[i] == "-" {
        while text.last?.isWhitespace ?? false { text.removeLast() }
        advance(1)
      }
      var inside = ""
      while i < characters.count, !isAt(close.0, close.1, i) {
        inside.append(characters[i])
        advance(1)
      }
      guard i < characters.count else {
        throw LiquidError("\(isTag ? "{%" : "{{") is not closed: \(isTag ? "%}" : "}}") is missing", at: start)
      }
      advance(2)
      trimsNext = inside.last == "-"
      if trimsNext { inside.removeLast() }
      if !text.isEmpty { pieces.append(Piece(kind: .text, text: text, place: textPlace)) }
      text = ""
      inside = trimmed(inside)
      let word = isTag ? String(inside.prefix { $0.isLetter }) : ""
      if isTag, inside.hasPrefix("#") { continue }
      guard word == "comment" || word == "raw" else {
        pieces.append(Piece(kind: isTag ? .tag : .output, text: inside, place: start))
        continue
      }
      var skipped = ""
      while true {
        guard i < characters.count else { throw LiquidError("\(word) is not closed: end\(word) is missing", at: start) }
        if isAt("{", "%", i), let length = closing("end" + word, characters, i) {
          advance(length)
          break
        }
        skipped.append(characters[i])
        advance(1)
      }
      if word == "raw" { text = skipped }
    }
    if !text.isEmpty { pieces.append(Piece(kind: .text, text: text, place: textPlace)) }
    return pieces
  }

  /// The length of `{% name %}` at a place, or nil if something else stands there.
  private static func closing(_ name: String, _ characters: [Character], _ start: Int) -> Int? {
    var i = start + 2
    while i < characters.count, characters[i] == "-" || characters[i].isWhitespace { i += 1 }
    for character in name {
      guard i < characters.count, characters[i] == character else { return nil }
      i += 1
    }
    while i < characters.count, characters[i] == "-" || characters[i].isWhitespace { i += 1 }
    guard i + 1 < characters.count, characters[i] == "%", characters[i + 1] == "}" else { return nil }
    return i + 2 - start
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }
}
