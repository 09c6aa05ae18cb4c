@testable import TesseraServer

/// What a framer made of a byte stream, in a form that does not depend on how the stream was cut.
struct Framed: Equatable {
  enum Kind: Equatable {
    case decide(query: String, authorization: String?, origin: String?, keepAlive: Bool)
    case forward(keepAlive: Bool, expectsContinue: Bool)
  }

  struct Request: Equatable {
    var kind: Kind
    /// The bytes that are passed on.
    var bytes: [UInt8]
    /// Where the request ends in the stream; nil while it is incomplete.
    var end: Int?
  }

  var requests: [Request] = []
  var rejection: Rejection?

  /// Without the bytes of an incomplete last request, whose tail may or may not have been passed on.
  var settled: Framed {
    var copy = self
    if let last = copy.requests.last, last.end == nil { copy.requests[copy.requests.count - 1].bytes = [] }
    return copy
  }
}

/// Shows a stream to a framer in the given cuts, the way the handler does.
func frame(_ stream: [UInt8], cuts: [Int] = [], limits: FramingLimits = FramingLimits()) -> Framed {
  var framer = RequestFramer(limits: limits)
  var result = Framed()
  var consumed = 0
  for visible in cuts + [stream.count] {
    loop: while true {
      let view = Array(stream[consumed..<visible])
      func text(_ range: Range<Int>) -> String { String(decoding: view[range], as: UTF8.self) }
      switch framer.next(view.span) {
      case .needMore: break loop
      case .skip(let count): consumed += count
      case .decide(let head):
        consumed += head.length
        let kind = Framed.Kind.decide(
          query: text(head.query), authorization: head.authorization.map(text), origin: head.origin.map(text),
          keepAlive: head.keepAlive)
        result.requests.append(.init(kind: kind, bytes: Array(view[..<head.length]), end: consumed))
      case .head(let head):
        consumed += head.length
        var kept = Array(view[..<head.length])
        for dropped in head.dropped.reversed() { kept.removeSubrange(dropped) }
        let kind = Framed.Kind.forward(keepAlive: head.keepAlive, expectsContinue: head.expectsContinue)
        result.requests.append(.init(kind: kind, bytes: kept, end: head.endsRequest ? consumed : nil))
      case .body(let count, let ends):
        result.requests[result.requests.count - 1].bytes += view[..<count]
        consumed += count
        if ends { result.requests[result.requests.count - 1].end = consumed }
      case .reject(let rejection):
        result.rejection = rejection
        return result
      }
    }
  }
  return result
}

func frame(_ text: String, limits: FramingLimits = FramingLimits()) -> Framed {
  frame(Array(text.utf8), limits: limits)
}

/// A generator with a fixed seed (SplitMix64), so that a failure can be repeated.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
