import NIOCore
import NIOPosix

/// A response as it came over the wire.
struct RawResponse: Sendable, Equatable {
  var status: Int
  var headers: [String: String]
  var body: String
}

/// A client that sends any bytes and reads responses one by one.
final class LoopbackClient {
  struct Malformed: Error {
    let text: String
  }

  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var buffer = ByteBuffer()

  private init(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.inbound = inbound.makeAsyncIterator()
    self.outbound = outbound
  }

  /// Connects to a port of this machine, and closes the connection when `body` returns.
  static func connect<Result: Sendable>(
    _ port: Int, _ body: (LoopbackClient) async throws -> Result
  ) async throws -> Result {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await body(LoopbackClient(inbound, outbound))
    }
  }

  func send(_ text: String) async throws {
    try await outbound.write(ByteBuffer(string: text))
  }

  func send(_ bytes: [UInt8]) async throws {
    try await outbound.write(ByteBuffer(bytes: bytes))
  }

  /// Reads one response.
  ///
  /// - Parameter hasBody: false for the answer to HEAD.
  func response(hasBody: Bool = true) async throws -> RawResponse {
    var head: String?
    while head == nil {
      let text = String(buffer: buffer)
      if let end = text.firstRange(of: "\r\n\r\n") {
        head = String(text[..<end.lowerBound])
      } else if try await !fill() {
        throw Malformed(text: text)
      }
    }
    let lines = (head ?? "").split(separator: "\r\n")
    buffer.moveReaderIndex(forwardBy: (head ?? "").utf8.count + 4)
    var response = RawResponse(status: 0, headers: [:], body: "")
    for (index, line) in lines.enumerated() {
      if index == 0 {
        response.status = Int(line.split(separator: " ")[1]) ?? 0
      } else {
        let parts = line.split(separator: ":", maxSplits: 1)
        response.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
      }
    }
    let length = hasBody ? Int(response.headers["content-length"] ?? "0") ?? 0 : 0
    while buffer.readableBytes < length, try await fill() {}
    response.body = buffer.readString(length: length) ?? "(cut)"
    return response
  }

  /// Whether the server has closed its side and nothing was left to read.
  func isAtEnd() async throws -> Bool {
    if buffer.readableBytes > 0 { return false }
    return try await !fill()
  }

  private func fill() async throws -> Bool {
    guard var bytes = try await inbound.next(isolation: #isolation) else { return false }
    buffer.discardReadBytes()
    buffer.writeBuffer(&bytes)
    return true
  }
}
