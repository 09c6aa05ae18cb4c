import NIOCore
import Testing

@testable import TesseraServer

/// Answers over a real connection: which come, in which order, and when the connection ends.
@Suite(.timeLimit(.minutes(1)))
struct FrontOrderTests {
  static let mixture: [(String, String)] = [
    ("GET /v1/decide?one HTTP/1.1\r\nHost: a\r\n\r\n", "one"),
    ("GET /v1/decide?two HTTP/1.1\r\nHost: a\r\nAuthorization: -k\r\nOrigin: -o\r\n\r\n", "two-k-o"),
    ("GET /plain/three HTTP/1.1\r\nHost: a\r\n\r\n", "three"),
    ("GET /v1/decide?four HTTP/1.1\r\nHost: a\r\n\r\n", "four"),
    ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nfive", "five"),
    (
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nsi\r\n1\r\nx\r\n0\r\nT: t\r\n\r\n",
      "six"
    ),
    ("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nxxxx", "early"),
    ("GET /plain/seven HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n", "seven"),
    ("GET /v1/decide?eight HTTP/1.1\r\nHost: a\r\n\r\n", "eight"),
  ]

  @Test func mixtureKeepsItsOrder() async throws {
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        let stream = Array(Self.mixture.map(\.0).joined().utf8)
        var random = Seeded(state: 3)
        for round in 0..<60 {
          var rest = stream[...]
          while !rest.isEmpty {
            let count = round == 0 ? rest.count : Int.random(in: 1...min(rest.count, 200), using: &random)
            try await client.send(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
          }
          for (_, body) in Self.mixture {
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.body == body)
          }
        }
      }
    }
  }

  @Test func decideWaitsForTheResponseBeforeIt() async throws {
    let gate = Gate()
    let entered = Gate()
    try await withLoopbackServer(gate: gate, entered: entered) { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" + Self.mixture[0].0)
        await entered.wait()
        // Many more reads while the first response is held back.
        for _ in 0..<50 { try await client.send(Self.mixture[1].0) }
        await gate.open()
        #expect(try await client.response().body == "waited")
        #expect(try await client.response().body == "one")
        for _ in 0..<50 { #expect(try await client.response().body == "two-k-o") }
      }
    }
  }

  @Test func thousandsOfPipelinedDecisionsAreAllAnswered() async throws {
    try await withLoopbackServer(padding: 600) { port in
      try await LoopbackClient.connect(port) { client in
        let count = 5000
        let requests = (0..<count).map { "GET /v1/decide?\($0)- HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        let writer = client.outbound
        async let sent: Void = writer.write(.init(string: requests))
        for index in 0..<count {
          guard try await client.response().body.hasPrefix("\(index)-p") else {
            Issue.record("answer \(index) is not in its place")
            break
          }
        }
        try await sent
      }
    }
  }

  /// Eight megabytes of answers for somebody who reads only once all is asked: most of them find the socket full.
  @Test func answersThatTheKernelDoesNotTakeAtOnceKeepTheirOrder() async throws {
    let padding = 20_000
    try await withLoopbackServer(padding: padding) { port in
      try await LoopbackClient.connect(port) { client in
        let paths = (0..<400).map { $0 % 7 == 3 ? "/plain/\($0)-" : "/v1/decide?\($0)-" }
        try await client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        try await Task.sleep(for: .milliseconds(200))
        for (index, path) in paths.enumerated() {
          let expected = "\(index)-" + (path.hasPrefix("/v1") ? String(repeating: "p", count: padding) : "")
          guard try await client.response().body == expected else {
            Issue.record("answer \(index) is not in its place, or not whole")
            break
          }
        }
      }
    }
  }

  @Test(arguments: [
    "GET /v1/decide?x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /v1/decide?x HTTP/1.1\r\nHost: a\r\nConnection: foo, CLOSE\r\n\r\n",
    "GET /v1/decide?x HTTP/1.0\r\n\r\n", "GET /v1/decide?x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "GET /plain/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /plain/x HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
    "GET /plain/x HTTP/1.1\r\nHost: a\r\nConnection: foo, close\r\n\r\n",
    "GET /plain/x HTTP/1.0\r\n\r\n", "GET /plain/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  ])
  func connectionEndsAfterTheAnswer(_ request: String) async throws {
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        // What is pipelined behind the last request must not be answered.
        try await client.send(request + "GET /v1/decide?never HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try await client.response()
        #expect(response.body == "x")
        #expect(response.headers["connection"] == "close")
        #expect(try await client.isAtEnd())
      }
    }
  }

  @Test(arguments: ["GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /plain/x HTTP/1.1\r\nHost: a\r\n\r\n"])
  func halfClosedClientIsAnswered(_ request: String) async throws {
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send(request + request)
        client.outbound.finish()
        #expect(try await client.response().body == "x")
        #expect(try await client.response().body == "x")
        #expect(try await client.isAtEnd())
      }
      try await LoopbackClient.connect(port) { client in
        try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        client.outbound.finish()
        #expect(try await client.response().body.utf8.count == 4 * 1024 * 1024)
        #expect(try await client.isAtEnd())
      }
    }
  }

  @Test func expectationIsAnsweredBeforeTheBody() async throws {
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        for _ in 0..<2 {
          try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
          #expect(try await client.response().status == 100)
          try await client.send("ok")
          #expect(try await client.response().body == "ok")
        }
      }
    }
  }

  @Test func earlyAnswerLeavesTheConnectionUsable() async throws {
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
        #expect(try await client.response().body == "early")
        try await client.send([UInt8](repeating: 0, count: 1_000_000))
        try await client.send(Self.mixture[0].0)
        #expect(try await client.response().body == "one")
      }
    }
  }
}
