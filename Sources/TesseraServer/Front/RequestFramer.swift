/// Finds the boundaries of the requests on one connection, and refuses what is not strict HTTP/1.
///
/// A value that knows nothing of channels: it is shown the bytes that have not been dealt with yet and says what to
/// do with the first of them. Each byte is read once, and the steps do not depend on how the bytes were cut.
package struct RequestFramer {
  /// What to do with the first of the bytes that were shown.
  package enum Step: Equatable {
    /// Nothing until there are more bytes; the same bytes must be shown again with more behind them.
    case needMore
    /// Forget that many bytes: they mean nothing to anyone.
    case skip(Int)
    /// Answer from memory; the whole request is the head.
    case decide(DecideHead)
    /// Pass the head on; body steps follow unless it ends the request.
    case head(ForwardedHead)
    /// Pass that many bytes of the body (with its chunk framing) on.
    case body(Int, endsRequest: Bool)
    /// Answer with a problem and close the connection; the framer is of no more use.
    case reject(Rejection)
  }

  /// A request on the hot path; ranges count from the head's first byte.
  package struct DecideHead: Equatable {
    /// The length of the head, which is all there is of the request.
    package let length: Int
    /// The bytes after the `?` of the target; empty without one.
    package let query: Range<Int>
    /// The value of the `Authorization` header.
    package let authorization: Range<Int>?
    /// The value of the `Origin` header.
    package let origin: Range<Int>?
    /// Whether another request may follow on the connection.
    package let keepAlive: Bool
  }

  /// A request for the application; ranges count from the head's first byte.
  package struct ForwardedHead: Equatable {
    /// The length of the head with the empty line.
    package let length: Int
    /// What to leave out when passing the head on, in order: the scheme and authority of a target in absolute form,
    /// which leaves the usual form, and `Upgrade`, which is ignored here but would stop the parser behind the front
    /// for good.
    package let dropped: [Range<Int>]
    /// Whether another request may follow on the connection.
    package let keepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package let expectsContinue: Bool
    /// Whether there is no body.
    package let endsRequest: Bool
  }

  private enum State {
    case betweenRequests
    case head
    case sized(remaining: Int)
    case chunked(ChunkedBody)
    case refused(Rejection)
  }

  /// Two empty lines before a request are forgiven, as RFC 9112 asks for the sake of old clients.
  private static let forgivenBytes = 4
  private static let decidePath: StaticString = "/v1/decide"

  private let limits: FramingLimits
  private var state = State.betweenRequests
  private var parser = HeadParser()
  private var forgiven = 0

  /// Creates a framer for a new connection.
  package init(limits: FramingLimits) {
    self.limits = limits
  }

  /// Whether the last request is complete and not a byte of the next one has been read.
  package var isBetweenRequests: Bool {
    if case .betweenRequests = state { true } else { false }
  }

  /// Whether a head is complete and its body is not.
  package var isInBody: Bool {
    switch state {
    case .sized, .chunked: true
    case .betweenRequests, .head, .refused: false
    }
  }

  /// Says what to do with the first of `bytes`.
  ///
  /// - Parameter bytes: all bytes that were received and not consumed by an earlier step.
  package mutating func next(_ bytes: Span<UInt8>) -> Step {
    guard bytes.count > 0 else { return .needMore }
    let step: Step
    switch state {
    case .betweenRequests: step = begin(bytes)
    case .head: step = readHead(bytes)
    case .sized(let remaining): step = readSized(bytes.count, remaining)
    case .chunked(var body):
      step = body.advance(bytes, limits: limits)
      if case .body(_, true) = step { state = .betweenRequests } else { state = .chunked(body) }
    case .refused(let rejection): step = .reject(rejection)
    }
    if case .reject(let rejection) = step { state = .refused(rejection) }
    return step
  }

  private mutating func begin(_ bytes: Span<UInt8>) -> Step {
    let expected = forgiven % 2 == 0 ? HTTPBytes.carriageReturn : HTTPBytes.lineFeed
    if bytes[0] == expected, forgiven < Self.forgivenBytes {
      forgiven += 1
      return .skip(1)
    }
    guard forgiven % 2 == 0 else { return .reject(.badRequest("A carriage return stands without its line feed.")) }
    forgiven = 0
    parser = HeadParser()
    state = .head
    return readHead(bytes)
  }

  private mutating func readHead(_ bytes: Span<UInt8>) -> Step {
    switch parser.advance(bytes, limits: limits) {
    case .incomplete: return .needMore
    case .refused(let rejection): return .reject(rejection)
    case .complete: break
    }
    let head = parser.head
    let hasBody = head.isChunked || (head.contentLength ?? 0) > 0
    if head.method == .get, !hasBody, bytes.equals(Self.decidePath, in: head.target.lowerBound..<head.pathEnd) {
      state = .betweenRequests
      return .decide(
        DecideHead(
          length: parser.position, query: min(head.pathEnd + 1, head.target.upperBound)..<head.target.upperBound,
          authorization: head.authorization, origin: head.origin, keepAlive: head.keepsAlive))
    }
    if head.isChunked {
      state = .chunked(ChunkedBody())
    } else if let length = head.contentLength, length > 0 {
      state = .sized(remaining: length)
    } else {
      state = .betweenRequests
    }
    return .head(
      ForwardedHead(
        length: parser.position, dropped: head.dropped, keepAlive: head.keepsAlive,
        // HTTP/1.0 clients do not know interim answers, so their expectation is ignored.
        expectsContinue: head.expectsContinue && hasBody && !head.isVersion10, endsRequest: !hasBody))
  }

  private mutating func readSized(_ available: Int, _ remaining: Int) -> Step {
    let taken = min(available, remaining)
    let left = remaining - taken
    state = left == 0 ? .betweenRequests : .sized(remaining: left)
    return .body(taken, endsRequest: left == 0)
  }
}
