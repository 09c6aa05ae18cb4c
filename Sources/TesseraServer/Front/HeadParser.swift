/// Reads a request head byte by byte, each byte once, however the bytes are cut into reads.
///
/// Stricter than the parser behind the front on purpose: what passes here must never be refused there, because
/// that parser answers a bare 400 and two parsers that disagree about a boundary let requests be smuggled.
struct HeadParser {
  enum Outcome {
    case incomplete
    case complete
    case refused(Rejection)
  }

  private enum Phase {
    case method, target, scheme, host, version, lineEnd, lineStart, name, blank, value, valueEnd, headEnd
  }

  /// The longest method that is read to its end: twice the longest registered one.
  private static let longestMethod = 32

  private(set) var head = RequestHead()
  /// How many bytes of the head have been read; its length once it is complete.
  private(set) var position = 0
  private var phase = Phase.method
  private var mark = 0
  /// Where the path begins, or the host before it while that is read.
  private var pathStart = 0
  private var nameEnd = 0
  private var valueStart = 0

  /// Whether not even the first byte has been read.
  var isUntouched: Bool { position == 0 }

  /// Reads on as far as the bytes go.
  ///
  /// - Parameter bytes: everything since the head's first byte.
  mutating func advance(_ bytes: Span<UInt8>, limits: FramingLimits) -> Outcome {
    let end = min(bytes.count, limits.headBytes)
    while position < end {
      let refusal: Rejection?
      switch phase {
      case .method: refusal = readMethod(bytes, end)
      case .target: refusal = readTarget(bytes, end, limits)
      case .scheme: refusal = readScheme(bytes)
      case .host: refusal = readHost(bytes, end, limits)
      case .version: refusal = readVersion(bytes)
      case .lineEnd: refusal = expectLineFeed(bytes, then: .lineStart)
      case .lineStart: refusal = readLineStart(bytes, limits)
      case .name: refusal = readName(bytes, end)
      case .blank: refusal = skipBlanks(bytes, end)
      case .value: refusal = readValue(bytes, end)
      case .valueEnd: refusal = finishField(bytes)
      case .headEnd:
        if let refusal = expectLineFeed(bytes, then: .headEnd) { return .refused(refusal) }
        if let refusal = head.problem(limits: limits) { return .refused(refusal) }
        return .complete
      }
      if let refusal { return .refused(refusal) }
    }
    return position >= limits.headBytes ? .refused(.headTooLarge) : .incomplete
  }

  private mutating func readMethod(_ bytes: Span<UInt8>, _ end: Int) -> Rejection? {
    while position < end, HTTPBytes.isToken(bytes[position]) {
      position += 1
      if position > Self.longestMethod { return .method }
    }
    guard position < end else { return nil }
    guard position > 0, bytes[position] == HTTPBytes.space else {
      return .badRequest("The request line does not begin with a method and one space.")
    }
    head.method = Self.method(bytes, 0..<position)
    switch head.method {
    case .connect: return .connect
    case .unknown: return .method
    case .get, .other: break
    }
    position += 1
    mark = position
    phase = .target
    return nil
  }

  /// Methods are case-sensitive; those that are not listed have no meaning to any route of this server.
  private static func method(_ bytes: Span<UInt8>, _ range: Range<Int>) -> RequestHead.Method {
    switch range.count {
    case 3 where bytes.equals("GET", in: range): .get
    case 3 where bytes.equals("PUT", in: range): .other
    case 4 where bytes.equals("POST", in: range) || bytes.equals("HEAD", in: range): .other
    case 5 where bytes.equals("PATCH", in: range) || bytes.equals("TRACE", in: range): .other
    case 6 where bytes.equals("DELETE", in: range): .other
    case 7 where bytes.equals("OPTIONS", in: range): .other
    case 7 where bytes.equals("CONNECT", in: range): .connect
    default: .unknown
    }
  }

  private mutating func readTarget(_ bytes: Span<UInt8>, _ end: Int, _ limits: FramingLimits) -> Rejection? {
    if position == mark {
      head.pathEnd = 0
      pathStart = mark
      guard bytes[position] == HTTPBytes.slash else {
        phase = .scheme
        return nil
      }
    }
    let last = min(end, mark + limits.targetBytes + 1)
    while position < last, HTTPBytes.isTarget(bytes[position]) {
      if bytes[position] == HTTPBytes.questionMark, head.pathEnd == 0 { head.pathEnd = position }
      position += 1
    }
    if position - mark > limits.targetBytes { return .targetTooLong }
    guard position < end else { return nil }
    guard bytes[position] == HTTPBytes.space else {
      return .badRequest("The request target holds a byte that must be percent-encoded.")
    }
    head.target = pathStart..<position
    if head.pathEnd == 0 { head.pathEnd = position }
    position += 1
    mark = position
    phase = .version
    return nil
  }

  /// Reads one byte of `HTTP/1.1` and of the carriage return after it.
  private mutating func readVersion(_ bytes: Span<UInt8>) -> Rejection? {
    let pattern: StaticString = "HTTP/0.0\r"
    let index = position - mark
    let byte = bytes[position]
    // The pattern's digits stand for any digit. Read through the pointer: it is constant data.
    let expected = pattern.utf8Start[index]
    let fits = index == 5 || index == 7 ? HTTPBytes.isDigit(byte) : byte == expected
    guard fits else { return .badRequest("The request line does not end with the HTTP version.") }
    position += 1
    guard index == pattern.utf8CodeUnitCount - 1 else { return nil }
    let minor = bytes[mark + 7]
    guard bytes[mark + 5] == UInt8(ascii: "1"), minor == UInt8(ascii: "0") || minor == UInt8(ascii: "1") else {
      return .version
    }
    head.isVersion10 = minor == UInt8(ascii: "0")
    phase = .lineEnd
    return nil
  }

  /// Reads one byte of the `http://` or `https://`, in any case, that a target in absolute form begins with.
  private mutating func readScheme(_ bytes: Span<UInt8>) -> Rejection? {
    let index = position - mark
    let pattern: StaticString = index >= 4 && bytes[mark + 4] != HTTPBytes.colon ? "https://" : "http://"
    // Read through the pointer: it is constant data. Only letters are folded, as setting bit 5 makes a colon and a
    // slash of control characters.
    let expected = pattern.utf8Start[index]
    let byte = expected >= UInt8(ascii: "a") ? bytes[position] | 0x20 : bytes[position]
    guard byte == expected else { return .badRequest("The request target is neither a path nor an http address.") }
    position += 1
    if index == pattern.utf8CodeUnitCount - 1 {
      head.scheme = mark..<position
      pathStart = position
      phase = .host
    }
    return nil
  }

  /// Reads the host of a target in absolute form, which counts for no more than the `Host` header: what comes after it
  /// is read as any other target.
  private mutating func readHost(_ bytes: Span<UInt8>, _ end: Int, _ limits: FramingLimits) -> Rejection? {
    while position < end, HTTPBytes.isHost(bytes[position]) { position += 1 }
    if position - mark > limits.targetBytes { return .targetTooLong }
    guard position < end else { return nil }
    let byte = bytes[position]
    let isEnd = byte == HTTPBytes.slash || byte == HTTPBytes.questionMark || byte == HTTPBytes.space
    guard isEnd, position > pathStart else { return .badRequest("The request target holds no valid host.") }
    pathStart = position
    phase = .target
    return nil
  }

  private mutating func expectLineFeed(_ bytes: Span<UInt8>, then next: Phase) -> Rejection? {
    guard bytes[position] == HTTPBytes.lineFeed else {
      return .badRequest("A carriage return stands without its line feed.")
    }
    position += 1
    phase = next
    return nil
  }
}

extension HeadParser {
  private mutating func readLineStart(_ bytes: Span<UInt8>, _ limits: FramingLimits) -> Rejection? {
    if bytes[position] == HTTPBytes.carriageReturn {
      position += 1
      phase = .headEnd
      return nil
    }
    head.headers += 1
    if head.headers > limits.headerCount { return .headTooLarge }
    mark = position
    phase = .name
    return nil
  }

  private mutating func readName(_ bytes: Span<UInt8>, _ end: Int) -> Rejection? {
    while position < end, HTTPBytes.isToken(bytes[position]) { position += 1 }
    guard position < end else { return nil }
    guard position > mark, bytes[position] == HTTPBytes.colon else {
      return .badRequest("A header line does not begin with a name and a colon.")
    }
    nameEnd = position
    position += 1
    phase = .blank
    return nil
  }

  private mutating func skipBlanks(_ bytes: Span<UInt8>, _ end: Int) -> Rejection? {
    while position < end, HTTPBytes.isBlank(bytes[position]) { position += 1 }
    guard position < end else { return nil }
    valueStart = position
    phase = .value
    return nil
  }

  private mutating func readValue(_ bytes: Span<UInt8>, _ end: Int) -> Rejection? {
    while position < end, HTTPBytes.isValue(bytes[position]) { position += 1 }
    guard position < end else { return nil }
    guard bytes[position] == HTTPBytes.carriageReturn else {
      return .badRequest("A header value holds a control character.")
    }
    position += 1
    phase = .valueEnd
    return nil
  }

  private mutating func finishField(_ bytes: Span<UInt8>) -> Rejection? {
    var valueEnd = position - 1
    if let refusal = expectLineFeed(bytes, then: .lineStart) { return refusal }
    while valueEnd > valueStart, HTTPBytes.isBlank(bytes[valueEnd - 1]) { valueEnd -= 1 }
    return head.take(bytes, name: mark..<nameEnd, value: valueStart..<valueEnd, line: mark..<position)
  }
}
