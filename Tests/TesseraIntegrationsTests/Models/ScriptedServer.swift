import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers from a script, in order, and keeps what it was asked.
final class ScriptedServer: Sendable {
  /// What the next request gets.
  enum Answer: Sendable {
    case reply(Int, [(String, String)], String)
    /// Nothing, ever.
    case silence
    /// Headers and the beginning of a body, then the end of the connection.
    case drop
    /// The reply, once `release` is called.
    case held(String)
    /// As many bytes.
    case bytes(Int)

    static func ok(_ body: String) -> Answer { .reply(200, [], body) }
  }

  /// What was asked.
  struct Question: Sendable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: String
  }

  private struct State {
    var answers: [Answer] = []
    var questions: [Question] = []
    var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var isReleased = false
    var held: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let channel: Mutex<(any Channel)?> = Mutex(nil)
  let port: Int

  /// Runs a server while `body` runs.
  static func with<T>(
    _ answers: [Answer] = [], _ body: (ScriptedServer) async throws -> T
  ) async throws -> T {
    let hub = ScriptedServerHub()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
          try channel.pipeline.syncOperations.addHandler(ScriptedHandler(hub))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let server = ScriptedServer(port: channel.localAddress?.port ?? 0)
    hub.server.withLock { $0 = server }
    server.channel.withLock { $0 = channel }
    server.add(answers)
    do {
      let value = try await body(server)
      try await channel.close()
      return value
    } catch {
      try? await channel.close()
      throw error
    }
  }

  private init(port: Int) { self.port = port }

  var url: String { "http://127.0.0.1:\(port)" }
  var questions: [Question] { state.withLock { $0.questions } }
  func add(_ answers: [Answer]) { state.withLock { $0.answers += answers } }

  /// Returns once that many requests have arrived.
  func arrived(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.questions.count < count { state.waiting.append((count, continuation)) }
        return state.questions.count >= count
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets the held replies go.
  func release() {
    let held = state.withLock { state in
      state.isReleased = true
      defer { state.held = [] }
      return state.held
    }
    for reply in held { reply() }
  }

  /// Takes a question down; returns what to answer.
  fileprivate func take(_ question: Question) -> Answer {
    let (answer, waiting) = state.withLock { state in
      state.questions.append(question)
      let count = state.questions.count
      let waiting = state.waiting.filter { $0.count <= count }
      state.waiting.removeAll { $0.count <= count }
      let answer: Answer = state.answers.isEmpty ? .reply(500, [], "the script is over") : state.answers.removeFirst()
      return (answer, waiting)
    }
    for waiter in waiting { waiter.continuation.resume() }
    return answer
  }

  /// Runs `reply` now, or when the held replies are let go.
  fileprivate func hold(_ reply: @escaping @Sendable () -> Void) {
    let isReleased = state.withLock { state in
      if !state.isReleased { state.held.append(reply) }
      return state.isReleased
    }
    if isReleased { reply() }
  }
}

/// Where connections find their server, which is made after the port is known.
private final class ScriptedServerHub: Sendable {
  let server = Mutex<ScriptedServer?>(nil)
}

/// One connection.
private final class ScriptedHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let hub: ScriptedServerHub
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(_ hub: ScriptedServerHub) { self.hub = hub }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
    case .body(var part): body.writeBuffer(&part)
    case .end:
      guard let head, let server = hub.server.withLock({ $0 }) else { return }
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 }
      let answer = server.take(
        ScriptedServer.Question(
          method: head.method.rawValue, path: head.uri, headers: headers, body: String(buffer: body)))
      carryOut(answer, server, context.channel)
    }
  }

  private func carryOut(_ answer: ScriptedServer.Answer, _ server: ScriptedServer, _ channel: any Channel) {
    switch answer {
    case .silence: break
    case .reply(let status, let headers, let text): ScriptedHandler.write(status, headers, text, channel)
    case .held(let text): server.hold { ScriptedHandler.write(200, [], text, channel) }
    case .bytes(let count):
      ScriptedHandler.write(200, [], String(repeating: " ", count: count), channel)
    case .drop:
      let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "500"])
      channel.write(HTTPServerResponsePart.head(head), promise: nil)
      let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "{\"id\": \"msg_")))
      channel.writeAndFlush(part).whenComplete { _ in channel.close(promise: nil) }
    }
  }

  private static func write(_ status: Int, _ headers: [(String, String)], _ text: String, _ channel: any Channel) {
    var all = HTTPHeaders(headers)
    all.replaceOrAdd(name: "content-length", value: String(text.utf8.count))
    all.replaceOrAdd(name: "content-type", value: "application/json")
    let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: all)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
  }
}
