extension Renderer {
  /// What of a text is replaced.
  enum Extent {
    case all, first, last
    /// Every `\n`, with a `\r` before it.
    case lineBreaks
  }

  /// The input with what the filter looks for replaced: by a fixed text, or by the filter's second argument.
  mutating func replaced(
    _ input: String, _ application: Application, _ extent: Extent, with fixed: String?
  ) throws(LiquidError) -> String {
    let position = application.position
    let pattern = Array(try text(of: application.first ?? .null, at: position).utf8)
    let replacement: [UInt8]
    if let fixed {
      replacement = Array(fixed.utf8)
    } else {
      replacement = Array(try text(of: application.second ?? .null, at: position).utf8)
    }
    let bytes = Array(input.utf8)
    let result: [UInt8]?
    switch extent {
    case .lineBreaks: result = replacingLineBreaks(bytes, with: replacement)
    case .all where pattern.isEmpty: result = interleaved(bytes, with: replacement)
    case .all: result = replacingAll(pattern, in: bytes, with: replacement)
    case .first:
      guard let start = pattern.isEmpty ? 0 : TextSearch.first(pattern, in: bytes, from: 0) else { return input }
      result = bytes[..<start] + replacement + bytes[(start + pattern.count)...]
    case .last:
      guard let start = TextSearch.last(pattern, in: bytes) else { return input }
      result = bytes[..<start] + replacement + bytes[(start + pattern.count)...]
    }
    guard let result, result.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return String(decoding: result, as: UTF8.self)
  }

  private func replacingAll(_ pattern: [UInt8], in bytes: [UInt8], with replacement: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var start = 0
    while let found = TextSearch.first(pattern, in: bytes, from: start) {
      out += bytes[start..<found]
      out += replacement
      if out.count > options.limits.outputBytesMax { return nil }
      start = found + pattern.count
    }
    out += bytes[start...]
    return out
  }

  /// The replacement before every character and at the end, as nothing is found everywhere.
  private func interleaved(_ bytes: [UInt8], with replacement: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    for byte in bytes {
      if byte & 0xC0 != 0x80 { out += replacement }
      out.append(byte)
      if out.count > options.limits.outputBytesMax { return nil }
    }
    return out + replacement
  }

  func replacingLineBreaks(_ bytes: [UInt8], with replacement: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    for byte in bytes {
      if byte == .lineFeed {
        if out.last == 0x0D { out.removeLast() }
        out += replacement
        if out.count > options.limits.outputBytesMax { return nil }
      } else {
        out.append(byte)
      }
    }
    return out
  }
}
