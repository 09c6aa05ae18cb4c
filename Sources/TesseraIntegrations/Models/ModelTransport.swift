import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import TesseraAgents

/// HTTP connections to providers, shared by all clients of a process. Shut it down last.
package final class ModelTransport: Sendable, CustomReflectable {
  /// Seconds: who does not take a connection by then will not answer either.
  static let connectSecondsMax: Int64 = 10

  /// The methods that providers know.
  enum Method: Sendable {
    case get, post
  }

  /// What is sent.
  struct Question: Sendable {
    let method: Method
    let url: String
    let headers: [(String, String)]
    let body: [UInt8]
    let bytesMax: Int
  }

  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let headers: ModelHeaders
    let bytes: [UInt8]
  }

  private let client: HTTPClient

  package init() {
    var configuration = HTTPClient.Configuration()
    // a redirect would carry the key to another host
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(ModelTransport.connectSecondsMax)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = AdaptiveLimit.most
    // trying again is the plan's business
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Shows nothing: a connection may still hold the headers of its last request.
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  /// Sends a request and reads the whole answer. Ends soon after the task is cancelled.
  func send(_ question: Question) async throws(ModelFailure) -> Answer {
    var request = HTTPClientRequest(url: question.url)
    request.method = question.method == .get ? .GET : .POST
    for (name, value) in question.headers { request.headers.add(name: name, value: value) }
    if !question.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: question.body)) }
    do {
      let response = try await client.execute(request, deadline: .distantFuture)
      let body = try await response.body.collect(upTo: question.bytesMax)
      return Answer(
        status: Int(response.status.code), headers: ModelHeaders(response.headers.map { ($0.name, $0.value) }),
        bytes: Array(buffer: body))
    } catch is NIOTooManyBytesError {
      throw ModelFailure(.malformed, "the answer is longer than \(question.bytesMax) bytes")
    } catch {
      if Task.isCancelled { throw ModelFailure(.cancelled, "the call was cancelled") }
      throw ModelFailure(.connection, "the connection failed: \(error)")
    }
  }

  /// Closes all connections. Calls still under way end as failures.
  package func shutdown() async { try? await client.shutdown() }
}
