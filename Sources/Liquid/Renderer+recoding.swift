extension Renderer {
  /// The filters that write a text in another alphabet.
  mutating func recoded(_ application: Application) throws(LiquidError) -> Value {
    let position = application.position
    let input = try text(of: application.input, at: position)
    let isNull = application.input.isNull
    switch application.filter {
    case .escape: return isNull ? .null : try bounded(.safe(Escaping.html(input)), application)
    case .escapeOnce: return try bounded(.safe(Recoding.escapedOnce(input)), application)
    case .rawHTML: return options.allowsRawHTML ? .safe(input) : application.input
    case .newlineToBreak:
      let keepsSafe = slot.keepsSafeValues
      let escaped = keepsSafe && !application.input.isSafe ? Escaping.html(input) : input
      guard let bytes = replacingLineBreaks(Array(escaped.utf8), with: Array("<br />\n".utf8)) else {
        throw tooLong(application)
      }
      return .safe(String(decoding: bytes, as: UTF8.self))
    case .stripHTML: return .string(Recoding.withoutHTML(input))
    case .urlEncode: return isNull ? .null : try bounded(.string(Recoding.urlEncoded(input)), application)
    case .urlDecode:
      if isNull { return .null }
      guard let text = Recoding.urlDecoded(input) else { throw application.failure("the text is not UTF-8") }
      return .string(text)
    case .base64Encode: return try bounded(.string(Recoding.base64(input, isURLSafe: false)), application)
    case .base64URLSafeEncode: return try bounded(.string(Recoding.base64(input, isURLSafe: true)), application)
    case .base64Decode, .base64URLSafeDecode:
      let isURLSafe = application.filter == .base64URLSafeDecode
      guard let text = Recoding.decodedBase64(input, isURLSafe: isURLSafe) else {
        throw application.failure("the text is not Base64 of UTF-8")
      }
      return .string(text)
    default: return application.input
    }
  }

  private func bounded(_ value: Value, _ application: Application) throws(LiquidError) -> Value {
    guard let text = value.text, text.utf8.count <= options.limits.outputBytesMax else { throw tooLong(application) }
    return value
  }
}
