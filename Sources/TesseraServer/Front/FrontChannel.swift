package import HummingbirdCore
package import Logging
package import NIOCore

/// A child channel that answers the hot path itself and gives everything else to Hummingbird's HTTP/1 channel.
package struct FrontChannel: ServerChildChannel {
  package typealias Value = HTTP1Channel.Value

  private let http: HTTP1Channel
  private let responder: any DecideResponder
  private let limits: FrontLimits
  private let limiter: ConnectionLimiter

  /// Creates the child channel of one server.
  ///
  /// - Parameters:
  ///   - application: Hummingbird's responder for everything that is not the hot path.
  ///   - responder: answers the hot path.
  ///   - limits: what clients may do.
  ///   - limiter: counts the connections; must have been made for the same limits.
  package init(
    application: @escaping HTTPChannelHandler.Responder,
    responder: any DecideResponder,
    limits: FrontLimits,
    limiter: ConnectionLimiter
  ) {
    // No idle timeout there: the front watches the connection, also while only the hot path is used.
    let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: [ResponseEndHandler()])
    self.http = HTTP1Channel(responder: application, configuration: configuration)
    self.responder = responder
    self.limits = limits
    self.limiter = limiter
  }

  /// Puts the front before the handlers that Hummingbird needs.
  package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let admission = limiter.admit()
    channel.closeFuture.whenComplete { [limiter] _ in limiter.release(admission) }
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(
        FrontHandler(responder: responder.connected(on: channel.eventLoop), limits: limits, admission: admission))
    }.flatMap {
      http.setup(channel: channel, logger: logger)
    }
  }

  /// Serves the requests that the front passes on.
  package func handle(value: Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}

extension HTTPServerBuilder {
  /// Builds a server whose connections begin with the front.
  ///
  /// - Parameters:
  ///   - responder: answers `GET /v1/decide` from memory.
  ///   - limits: what clients may do.
  ///   - limiter: counts the connections; give one to read the number of connections from.
  package static func front(
    responder: any DecideResponder, limits: FrontLimits = FrontLimits(), limiter: ConnectionLimiter? = nil
  ) -> HTTPServerBuilder {
    let limiter =
      limiter ?? ConnectionLimiter(maxConnections: limits.maxConnections, maxRefusals: limits.maxRefusals)
    return HTTPServerBuilder { application in
      FrontChannel(application: application, responder: responder, limits: limits, limiter: limiter)
    }
  }
}
