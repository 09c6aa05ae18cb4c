import Hummingbird
import NIOCore
import Testing

@testable import TesseraServer

/// What the bodies of all connections may take together.
@Suite(.timeLimit(.minutes(1)))
struct BodyBudgetTests {
  /// Routes that answer with the length of the body; `/keep` waits for the gate first.
  private static func router(
    _ bodies: BodyBudget, gate: Gate = Gate(), entered: Gate = Gate()
  ) -> Router<BasicRequestContext> {
    let keys = APIKeys(secretHash: [], publishable: "publishable", adminToken: "admin", tokenKey: [1], isOpen: true)
    var table = RouteTable(keys: keys, sessions: Sessions { "link" }, bodies: bodies)
    table.routes = [
      Route(
        method: .post, path: "/keep", summary: "", access: .everyone,
        handle: { call in
          let body = try await call.body()
          await entered.open()
          await gate.wait()
          return .text("\(body.count)", type: "text/plain")
        }),
      Route(
        method: .post, path: "/count", summary: "", access: .everyone,
        handle: { call in
          let body = try await call.body()
          return .text("\(body.count)", type: "text/plain")
        }),
    ]
    return table.router(allowedOrigins: [])
  }

  private static func head(_ path: String, _ length: Int) -> String {
    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
  }
  private static func bytes(_ count: Int) -> String { String(repeating: "b", count: count) }

  @Test func bodiesOverTheBudgetAreRefusedUntilThereIsRoomAgain() async throws {
    let (gate, entered) = (Gate(), Gate())
    let budget = BodyBudget(bytes: 1_000, uncountedBytes: 100)
    try await withLoopbackServer(Self.router(budget, gate: gate, entered: entered)) { port in
      try await LoopbackClient.connect(port) { first in
        try await first.send(Self.head("/keep", 900) + Self.bytes(900))
        await entered.wait()
        #expect(budget.heldBytes == 800)
        // One is refused for what it announces, the other for what it has sent.
        let chunked = "POST /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n190\r\n" + Self.bytes(400)
        for request in [Self.head("/count", 400), chunked] {
          try await LoopbackClient.connect(port) { client in
            try await client.send(request)
            let response = try await client.response()
            #expect(response.status == 503)
            #expect(response.headers["retry-after"] == "1")
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.headers["connection"] == "close")
            #expect(try await client.isAtEnd())
          }
        }
        #expect(budget.heldBytes == 800)
        try await LoopbackClient.connect(port) { client in
          // What fits is let in, and so is a small body.
          for length in [300, 100, 0] {
            try await client.send(Self.head("/count", length) + Self.bytes(length))
            #expect(try await client.response().body == "\(length)")
          }
        }
        await gate.open()
        #expect(try await first.response().body == "900")
        #expect(budget.heldBytes == 0)
        try await first.send(Self.head("/count", 1_100) + Self.bytes(1_100))
        #expect(try await first.response().body == "1100")
      }
      #expect(budget.heldBytes == 0)
    }
  }

  @Test func bodyThatBreaksOffGivesItsRoomBack() async throws {
    let budget = BodyBudget(bytes: 1_000, uncountedBytes: 100)
    let limits = FrontLimits(lingerTime: .milliseconds(100))
    try await withLoopbackServer(Self.router(budget), limits: limits) { port in
      try await LoopbackClient.connect(port) { client in
        try await client.send(Self.head("/count", 900) + Self.bytes(500))
        while budget.heldBytes == 0 { await Task.yield() }
      }
      while budget.heldBytes > 0 { await Task.yield() }
    }
  }

  @Test func whatIsNotCountedPassesAFullBudget() throws {
    let budget = BodyBudget(bytes: 10, uncountedBytes: 5)
    let (full, small) = (budget.share(), budget.share())
    for _ in 0..<3 { try full.take(5) }
    #expect(budget.heldBytes == 10)
    try small.expect(5)
    try small.take(5)
    #expect(throws: BodyBudget.Exhausted.self) { try small.expect(6) }
    #expect(throws: BodyBudget.Exhausted.self) { try small.take(1) }
    #expect(budget.heldBytes == 10)
    full.giveBack()
    full.giveBack()
    try small.take(10)
    small.giveBack()
    #expect(budget.heldBytes == 0)
  }
}
