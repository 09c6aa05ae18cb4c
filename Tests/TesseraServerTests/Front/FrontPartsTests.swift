import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import TesseraServer

/// The small parts of the front, and its end.
@Suite(.timeLimit(.minutes(1)))
struct FrontPartsTests {
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_772_323_199, "Sat, 28 Feb 2026 23:59:59 GMT"),
    (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT"),
  ])
  func formatsDates(_ seconds: Int, _ text: String) {
    var out = ByteBuffer()
    HTTPDate.write(secondsSinceEpoch: seconds, to: &out)
    #expect(String(buffer: out) == text)
  }

  @Test func limiterNeverAdmitsMoreThanItsCap() async {
    let limiter = ConnectionLimiter(maxConnections: 5, maxRefusals: 3)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<5000 {
            let admissions = (0..<4).map { _ in limiter.admit() }
            for admission in admissions { limiter.release(admission) }
          }
        }
      }
    }
    #expect(limiter.connections == 0)
    let admissions = (0..<10).map { _ in limiter.admit() }
    #expect(
      admissions.map { "\($0)" } == Array(repeating: "serve", count: 5) + Array(repeating: "refuse", count: 3) + [
        "drop", "drop",
      ])
    limiter.release(.serve)
    #expect(limiter.admit() == .serve)
  }

  @Test func connectionWithNothingForTheRouterIsLetGoOfWhenItsTaskIsCancelled() async throws {
    let limits = FrontLimits(idleTimeout: .hours(1))
    let front = FrontChannel(
      application: { _, _, _ in }, responder: EchoResponder(), limits: limits,
      limiter: ConnectionLimiter(maxConnections: 1, maxRefusals: 1))
    let logger = Logger(label: "front")
    let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .bind(host: "127.0.0.1", port: 0) { front.setup(channel: $0, logger: logger) }
    let port = server.channel.localAddress?.port ?? 0
    try await server.executeThenClose { connections in
      try await LoopbackClient.connect(port) { idle in
        for try await value in connections {
          let task = Task { await front.handle(value: value, logger: logger) }
          try await idle.send("GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n")
          #expect(try await idle.response().body == "x")
          task.cancel()
          #expect(try await idle.isAtEnd())
          await task.value
          break
        }
      }
    }
  }

  @Test func gracefulShutdownClosesIdleConnectionsAndLetsRunningOnesEnd() async throws {
    let (gate, entered) = (Gate(), Gate())
    let router = Router()
    router.get("wait") { _, _ in
      await entered.open()
      await gate.wait()
      return "waited"
    }
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "front")
    logger.logLevel = .critical
    let application = Application(
      router: router, server: .front(responder: EchoResponder()),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
    let group = ServiceGroup(services: [application], logger: logger)
    async let ended: Void = group.run()
    for await port in ports {
      try await LoopbackClient.connect(port) { idle in
        try await idle.send("GET /v1/decide?x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await idle.response().body == "x")
        try await LoopbackClient.connect(port) { busy in
          try await busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
          await entered.wait()
          await group.triggerGracefulShutdown()
          #expect(try await idle.isAtEnd())
          await gate.open()
          #expect(try await busy.response().body == "waited")
          #expect(try await busy.isAtEnd())
        }
      }
      break
    }
    try await ended
  }

  @Test func refusalDuringABodyIsNotFollowedByAnotherAnswer() async throws {
    let (gate, entered) = (Gate(), Gate())
    try await withLoopbackServer(gate: gate, entered: entered) { port in
      try await LoopbackClient.connect(port) { client in
        // The route does not read the body, and answers after the front has refused the rest of it.
        try await client.send("GET /wait HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
        await entered.wait()
        try await client.send("zzz\r\n")
        let response = try await client.response()
        await gate.open()
        #expect(response.status == 400)
        #expect(try await client.isAtEnd())
      }
    }
  }
}
