import Hummingbird
import Logging
import NIOCore

@testable import TesseraServer

/// Answers with what it was asked, so that a test can see which answer belongs to which request.
struct EchoResponder: DecideResponder {
  var padding = 0
  func connected(on loop: any EventLoop) -> any ConnectionResponder { EchoConnection(padding: padding) }
}

final class EchoConnection: ConnectionResponder {
  private let padding: Int
  init(padding: Int) { self.padding = padding }

  func respond(
    query: UnsafeRawBufferPointer, authorization: UnsafeRawBufferPointer?, origin: UnsafeRawBufferPointer?,
    keepAlive: Bool, out: inout ByteBuffer
  ) {
    let length = query.count + (authorization?.count ?? 0) + (origin?.count ?? 0) + padding
    out.writeString("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n")
    out.writeString(keepAlive ? "\r\n" : "Connection: close\r\n\r\n")
    out.writeBytes(query)
    if let authorization { out.writeBytes(authorization) }
    if let origin { out.writeBytes(origin) }
    out.writeRepeatingByte(UInt8(ascii: "p"), count: padding)
  }
}

/// Something that a route waits for until the test lets it go on.
actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  func wait() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }
}

/// Runs a server with the front on a free port while `body` runs.
func withLoopbackServer(
  limits: FrontLimits = FrontLimits(), padding: Int = 0, gate: Gate = Gate(), entered: Gate = Gate(),
  limiter: ConnectionLimiter? = nil, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let router = Router()
  router.post("echo") { request, _ in
    let body = try await request.body.collect(upTo: 16 * 1024 * 1024)
    return String(buffer: body)
  }
  router.post("count") { request, _ in
    var count = 0
    for try await part in request.body { count += part.readableBytes }
    return "\(count)"
  }
  router.get("wait") { _, _ in
    await entered.open()
    await gate.wait()
    return "waited"
  }
  router.post("early") { _, _ in "early" }
  router.get("plain/:id") { _, context in try context.parameters.require("id") }
  router.get("big") { _, _ in String(repeating: "b", count: 4 * 1024 * 1024) }
  try await withLoopbackServer(router, limits: limits, padding: padding, limiter: limiter, body)
}

/// Runs a server with the front before a router on a free port while `body` runs.
func withLoopbackServer(
  _ router: Router<BasicRequestContext>, limits: FrontLimits = FrontLimits(), padding: Int = 0,
  limiter: ConnectionLimiter? = nil, _ body: @escaping @Sendable (Int) async throws -> Void
) async throws {
  let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
  var logger = Logger(label: "front")
  logger.logLevel = .critical
  let application = Application(
    router: router, server: .front(responder: EchoResponder(padding: padding), limits: limits, limiter: limiter),
    configuration: .init(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) }, logger: logger)
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await application.runService(gracefulShutdownSignals: []) }
    group.addTask {
      for await port in ports { return try await body(port) }
    }
    do { try await group.next() } catch {
      group.cancelAll()
      throw error
    }
    group.cancelAll()
  }
}
