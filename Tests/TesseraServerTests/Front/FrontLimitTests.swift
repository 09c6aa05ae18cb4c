import NIOCore
import Testing

@testable import TesseraServer

/// What clients that send too much, too slowly, or wrongly get over a real connection.
@Suite(.timeLimit(.minutes(1)))
struct FrontLimitTests {
  static func expectProblem(_ client: LoopbackClient, _ status: Int) async throws {
    let response = try await client.response()
    #expect(response.status == status)
    #expect(response.headers["content-type"] == "application/problem+json")
    #expect(response.headers["connection"] == "close")
    #expect(response.headers["date"]?.hasSuffix(" GMT") == true)
    #expect(response.body.contains(#""status":\#(status)"#))
    #expect(try await client.isAtEnd())
  }

  @Test func badHeadsGetProblems() async throws {
    try await withLoopbackServer { port in
      for (head, status) in RequestFramerTests.bad {
        try await LoopbackClient.connect(port) { client in
          // An answer that is due already comes first, and junk behind the bad head does no harm.
          try await client.send("GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n" + head)
          try await client.send(String(repeating: "junk", count: 20_000))
          #expect(try await client.response().body == "x")
          try await Self.expectProblem(client, status)
        }
      }
    }
  }

  @Test func badChunksGetAProblem() async throws {
    try await withLoopbackServer { port in
      for (body, status) in RequestFramerTests.badChunks {
        try await LoopbackClient.connect(port) { client in
          try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
          try await Self.expectProblem(client, status)
        }
      }
    }
  }

  @Test func uploadsPassUpToTheLimit() async throws {
    let limit = FramingLimits.defaultBodyBytes
    try await withLoopbackServer { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: \(limit)\r\n\r\n")
        try await client.send([UInt8](repeating: 1, count: limit))
        #expect(try await client.response().body == "\(limit)")
        let chunk = "10000\r\n" + String(repeating: "c", count: 65536) + "\r\n"
        let chunked = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await client.send(chunked)
        for _ in 0..<limit / 65536 { try await client.send(chunk) }
        try await client.send("0\r\n\r\n")
        #expect(try await client.response().body == "\(limit)")
        try await client.send(chunked)
        for _ in 0..<limit / 65536 { try await client.send(chunk) }
        try await client.send("1\r\n")
        try await Self.expectProblem(client, 413)
      }
      try await LoopbackClient.connect(port) { client in
        try await client.send("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: \(limit + 1)\r\n\r\n")
        try await client.send([UInt8](repeating: 1, count: 500_000))
        try await Self.expectProblem(client, 413)
      }
    }
  }

  @Test func slowHeadIsCut() async throws {
    try await withLoopbackServer(limits: FrontLimits(headDeadline: .milliseconds(200))) { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send("GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\nGET /v1/dec")
        let writer = client.outbound
        // The client's slowness is what is tested: one byte now and then must not extend its time.
        let drip = Task {
          while true {
            try await writer.write(.init(string: "i"))
            try await Task.sleep(for: .milliseconds(20))
          }
        }
        #expect(try await client.response().body == "x")
        try await Self.expectProblem(client, 408)
        drip.cancel()
        _ = await drip.result
      }
    }
  }

  @Test func slowBodyIsCut() async throws {
    try await withLoopbackServer(limits: FrontLimits(bodyDeadline: .milliseconds(200))) { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nb")
        try await Self.expectProblem(client, 408)
      }
      try await LoopbackClient.connect(port) { client in
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb")
        try await Self.expectProblem(client, 408)
      }
    }
  }

  @Test func honestBodyEarnsTimeByItsSize() async throws {
    // The 20 bytes that come with the head earn 10 s, so the pause may be longer than the time for small bodies.
    let limits = FrontLimits(bodyDeadline: .milliseconds(200), minimumBodyRate: 2)
    try await withLoopbackServer(limits: limits) { port in
      try await LoopbackClient.connect(port) { client in
        let sent = String(repeating: "b", count: 20)
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 21\r\n\r\n" + sent)
        try await Task.sleep(for: .milliseconds(500))
        try await client.send("e")
        #expect(try await client.response().body == sent + "e")
      }
    }
  }

  @Test func idleConnectionIsClosed() async throws {
    try await withLoopbackServer(limits: FrontLimits(idleTimeout: .seconds(4))) { port in
      try await LoopbackClient.connect(port) { client in
        let ended = try await client.isAtEnd()
        #expect(ended)
      }
      try await LoopbackClient.connect(port) { client in
        try await client.send("GET /plain/x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.response().body == "x")
        #expect(try await client.isAtEnd())
      }
    }
  }

  @Test(arguments: ["GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /big HTTP/1.1\r\nHost: a\r\n\r\n"])
  func clientThatDoesNotReadIsClosed(_ request: String) async throws {
    let limits = FrontLimits(writeStall: .milliseconds(200))
    let limiter = ConnectionLimiter(maxConnections: 10, maxRefusals: 1)
    try await withLoopbackServer(limits: limits, padding: 600, limiter: limiter) { port in
      try await LoopbackClient.connect(port) { client in
        do {
          while true { try await client.send(String(repeating: request, count: 500)) }
        } catch {
          // Ends by the error of a connection that was closed with our bytes unread.
          #expect(error is IOError || error is ChannelError, "\(error)")
        }
      }
    }
  }

  @Test func connectionsOverTheCapAreRefused() async throws {
    let limiter = ConnectionLimiter(maxConnections: 1, maxRefusals: 1)
    let request = "GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n"
    try await withLoopbackServer(limiter: limiter) { port in
      try await LoopbackClient.connect(port) { first in
        try await first.send(request)
        #expect(try await first.response().body == "x")
        try await LoopbackClient.connect(port) { second in
          try await second.send(request)
          let response = try await second.response()
          #expect(response.status == 503)
          #expect(response.headers["retry-after"] == "1")
          #expect(response.headers["content-type"] == "application/problem+json")
          // The refused one still counts as refused while it lingers, so the next is cut without an answer.
          try await LoopbackClient.connect(port) { third in
            let ended = (try? await third.isAtEnd()) ?? true
            #expect(ended)
          }
        }
        try await first.send(request)
        #expect(try await first.response().body == "x")
      }
      while limiter.connections > 0 { await Task.yield() }
      try await LoopbackClient.connect(port) { client in
        try await client.send(request)
        #expect(try await client.response().status == 200)
      }
    }
  }
}
