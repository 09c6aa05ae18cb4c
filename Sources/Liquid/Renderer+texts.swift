extension Renderer {
  /// The filters from texts to texts.
  mutating func overText(_ application: Application) throws(LiquidError) -> Value {
    let position = application.position
    let input = try text(of: application.input, at: position)
    switch application.filter {
    case .append, .prepend: return try joined(application, input)
    case .capitalize: return .string(LetterCase.capitalized(input))
    case .downcase: return .string(LetterCase.lower(input))
    case .upcase: return .string(LetterCase.upper(input))
    case .strip, .lstrip, .rstrip, .stripNewlines: return try trimmed(application, input)
    case .remove: return .string(try replaced(input, application, .all, with: ""))
    case .removeFirst: return .string(try replaced(input, application, .first, with: ""))
    case .removeLast: return .string(try replaced(input, application, .last, with: ""))
    case .replace: return .string(try replaced(input, application, .all, with: nil))
    case .replaceFirst: return .string(try replaced(input, application, .first, with: nil))
    case .replaceLast: return .string(try replaced(input, application, .last, with: nil))
    case .truncate: return try truncated(application, input)
    case .truncateWords: return try truncatedWords(application, input)
    default: return application.input
    }
  }

  /// Where a slot tells safe texts from others, a text that is safe in part becomes so as a whole.
  private mutating func joined(_ application: Application, _ input: String) throws(LiquidError) -> Value {
    let other = try text(of: application.first ?? .null, at: application.position)
    var (head, tail) = application.filter == .append ? (input, other) : (other, input)
    var isSafe = false
    if slot.keepsSafeValues {
      let (isInputSafe, isOtherSafe) = (application.input.isSafe, application.first?.isSafe ?? false)
      isSafe = isInputSafe || isOtherSafe
      if isSafe {
        let (isHeadSafe, isTailSafe) =
          application.filter == .append ? (isInputSafe, isOtherSafe) : (isOtherSafe, isInputSafe)
        if !isHeadSafe { head = Escaping.html(head) }
        if !isTailSafe { tail = Escaping.html(tail) }
      }
    }
    guard head.utf8.count + tail.utf8.count <= options.limits.outputBytesMax else {
      throw tooLong(application)
    }
    return isSafe ? .safe(head + tail) : .string(head + tail)
  }

  func tooLong(_ application: Application) -> LiquidError {
    LiquidError(
      .limit, "the filter '\(application.filter.rawValue)' makes more than \(options.limits.outputBytesMax) bytes",
      at: application.position)
  }

  /// The filters that take nothing but white space: what was escaped before is still escaped without it.
  private mutating func trimmed(_ application: Application, _ input: String) throws(LiquidError) -> Value {
    let text: String
    switch application.filter {
    case .strip: text = Renderer.stripped(input, left: true, right: true)
    case .lstrip: text = Renderer.stripped(input, left: true, right: false)
    case .rstrip: text = Renderer.stripped(input, left: false, right: true)
    default: text = try replaced(input, application, .lineBreaks, with: "")
    }
    return slot.keepsSafeValues && application.input.isSafe ? .safe(text) : .string(text)
  }

  static func stripped(_ text: String, left: Bool, right: Bool) -> String {
    var bytes = text.utf8[...]
    if left { while let first = bytes.first, first.isStripped { bytes = bytes.dropFirst() } }
    if right { while let last = bytes.last, last.isStripped { bytes = bytes.dropLast() } }
    return String(Substring(bytes))
  }

  private mutating func truncated(_ application: Application, _ input: String) throws(LiquidError) -> Value {
    if application.input.isNull { return .null }
    let length = try application.first.map { value throws(LiquidError) in
      try integer(value, at: application.position)
    }
    let end = try application.second.map { value throws(LiquidError) in
      try text(of: value, at: application.position)
    }
    let (lengthMax, ending) = (length ?? 50, end ?? "...")
    let scalars = input.unicodeScalars
    guard scalars.count > lengthMax else { return .string(input) }
    let kept = Swift.max(lengthMax.subtractingReportingOverflow(ending.unicodeScalars.count).partialValue, 0)
    let head = lengthMax < 0 ? "" : String(scalars.prefix(kept))
    guard head.utf8.count + ending.utf8.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return .string(head + ending)
  }

  private mutating func truncatedWords(_ application: Application, _ input: String) throws(LiquidError) -> Value {
    if application.input.isNull { return .null }
    let count = try application.first.map { value throws(LiquidError) in
      try integer(value, at: application.position)
    }
    let end = try application.second.map { value throws(LiquidError) in
      try text(of: value, at: application.position)
    }
    let wordsMax = Swift.max(count ?? 15, 1)
    var words: [Substring] = []
    var rest = input.utf8[...]
    while true {
      // White space after the last word that is kept counts as more to come, as in the reference implementation.
      if words.count == wordsMax, !rest.isEmpty { break }
      rest = rest.drop(while: \.isStripped)
      if rest.isEmpty { return .string(input) }
      let word = rest.prefix { !$0.isStripped }
      words.append(Substring(word))
      rest = rest.dropFirst(word.count)
    }
    return .string(words.joined(separator: " ") + (end ?? "..."))
  }
}

extension Value {
  var isSafe: Bool { if case .safe = self { true } else { false } }
}
