/// What the head parser learnt about a request; every range counts from the head's first byte.
struct RequestHead {
  /// The methods that the router behind the front can know; anything else is answered 501 without asking it.
  enum Method {
    case get, other, connect, unknown
  }

  var method = Method.unknown
  /// The `http://` of a target in absolute form, behind which its host stands; nil in the usual form.
  var scheme: Range<Int>?
  /// The path and the query, without scheme and host.
  var target = 0..<0
  /// Where the `?` of the target is, or its end if there is none.
  var pathEnd = 0
  var isVersion10 = false

  var hosts = 0
  var headers = 0
  /// The announced body length, or nil without `Content-Length`.
  var contentLength: Int?
  var isChunked = false
  var saysClose = false
  var expectsContinue = false
  var authorization: Range<Int>?
  var origin: Range<Int>?
  /// The whole line of an `Upgrade` header with its line end.
  var upgradeLine: Range<Int>?

  /// Whether another request may follow on the connection.
  ///
  /// HTTP/1.0 connections always end: persistence is optional there and its clients rarely ask for it.
  var keepsAlive: Bool { !isVersion10 && !saysClose }

  /// What is not passed on, in order.
  var dropped: [Range<Int>] {
    var dropped: [Range<Int>] = []
    if let scheme {
      if target.lowerBound < pathEnd {
        dropped = [scheme.lowerBound..<target.lowerBound]
      } else {
        // An empty path means `/`, and the slash before the host is passed on to be it.
        dropped = [scheme.lowerBound..<scheme.upperBound - 1, scheme.upperBound..<target.lowerBound]
      }
    }
    if let upgradeLine { dropped.append(upgradeLine) }
    return dropped
  }

  /// What is wrong with the head as a whole, after each line has been found good.
  func problem(limits: FramingLimits) -> Rejection? {
    if isVersion10 {
      if hosts > 1 { return .badRequest("The Host header is repeated.") }
      if isChunked { return .badRequest("HTTP/1.0 has no transfer codings.") }
    } else if hosts != 1 {
      return .badRequest("A request needs exactly one Host header.")
    }
    if isChunked, contentLength != nil {
      return .badRequest("Content-Length and Transfer-Encoding exclude each other.")
    }
    if let contentLength, contentLength > limits.bodyBytes { return .bodyTooLarge }
    return nil
  }
}

extension RequestHead {
  /// Takes in one well-formed header line.
  ///
  /// - Parameters:
  ///   - name: where the field name is.
  ///   - value: where the value is, without the blanks around it.
  ///   - line: where the whole line is, with its line end.
  /// - Returns: why the request must be refused, or nil.
  mutating func take(_ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>, line: Range<Int>) -> Rejection? {
    // The length decides first: most headers of a browser are none of these and cost one comparison.
    switch name.count {
    case 4 where bytes.matches("host", in: name):
      hosts += 1
      for index in value where !HTTPBytes.isHost(bytes[index]) {
        return .badRequest("The Host header is not a host.")
      }
    case 6 where bytes.matches("origin", in: name):
      guard origin == nil else { return .badRequest("The Origin header is repeated.") }
      origin = value
    case 6 where bytes.matches("expect", in: name):
      guard bytes.matches("100-continue", in: value) else { return .expectation }
      expectsContinue = true
    case 7 where bytes.matches("upgrade", in: name):
      guard upgradeLine == nil else { return .badRequest("The Upgrade header is repeated.") }
      upgradeLine = line
    case 10 where bytes.matches("connection", in: name):
      return tabs(bytes, line) ?? takeConnection(bytes, value)
    case 13 where bytes.matches("authorization", in: name):
      guard authorization == nil else { return .badRequest("The Authorization header is repeated.") }
      authorization = value
    case 14 where bytes.matches("content-length", in: name):
      return tabs(bytes, line) ?? takeContentLength(bytes, value)
    case 17 where bytes.matches("transfer-encoding", in: name):
      guard !isChunked else { return .badRequest("The Transfer-Encoding header is repeated.") }
      if let refusal = tabs(bytes, line) { return refusal }
      guard bytes.matches("chunked", in: value) else { return .transferCoding }
      isChunked = true
    default:
      break
    }
    return nil
  }

  /// Refuses tabs around the values that decide about framing: the parser behind the front does not trim them all,
  /// and nobody sends them honestly.
  private func tabs(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Rejection? {
    for index in line where bytes[index] == HTTPBytes.tab {
      return .badRequest("A header that decides about framing holds a tab.")
    }
    return nil
  }

  private mutating func takeContentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Rejection? {
    guard contentLength == nil else { return .badRequest("The Content-Length header is repeated.") }
    guard !value.isEmpty else { return .badRequest("The Content-Length header is empty.") }
    var length = 0
    for index in value {
      guard HTTPBytes.isDigit(bytes[index]) else { return .badRequest("The Content-Length header is not a number.") }
      // Saturating: a number that does not fit is over every limit anyway.
      let (product, overflow) = length.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(bytes[index] &- 0x30))
      length = overflow || carry || length == .max ? .max : sum
    }
    contentLength = length
    return nil
  }

  /// Reads a list of connection options; whatever is not a list of tokens is refused, because the parser behind
  /// the front might read something else into it and so disagree on whether the connection goes on.
  private mutating func takeConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Rejection? {
    var index = value.lowerBound
    while index < value.upperBound {
      let start = index
      while index < value.upperBound, HTTPBytes.isToken(bytes[index]) { index += 1 }
      if bytes.matches("close", in: start..<index) { saysClose = true }
      while index < value.upperBound, HTTPBytes.isBlank(bytes[index]) { index += 1 }
      guard index < value.upperBound else { break }
      guard bytes[index] == HTTPBytes.comma else { return .badRequest("The Connection header is not a list.") }
      index += 1
      while index < value.upperBound, HTTPBytes.isBlank(bytes[index]) { index += 1 }
    }
    return nil
  }
}
