package import HummingbirdCore
package import Logging
package import NIOCore

/// A child channel that answers the hot path itself and gives everything else to Hummingbird's HTTP/1 channel, which is
/// set up when the first request comes that is for it: most connections carry decisions alone, and every handler that
/// stands behind the front costs each of them time and memory.
package struct FrontChannel: ServerChildChannel {
  /// A connection, and what Hummingbird reads of it, once there is something; nil if it ends before.
  package struct Value: ServerChildChannelValue {
    package let channel: any Channel
    fileprivate let http: EventLoopFuture<HTTP1Channel.Value?>
  }

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

  /// Puts the front into the channel, and after it, once they are needed, the handlers of Hummingbird.
  package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let admission = limiter.admit()
    let found = channel.eventLoop.makePromise(of: HTTP1Channel.Value?.self)
    // Whoever completes it first is heard.
    channel.closeFuture.whenComplete { [limiter] _ in
      limiter.release(admission)
      found.succeed(nil)
    }
    return channel.eventLoop.makeCompletedFuture {
      let front = FrontHandler(
        responder: responder.connected(on: channel.eventLoop), limits: limits, admission: admission
      ) { [http] in
        // On the channel's own loop, so it is done when it returns.
        found.completeWith(http.setup(channel: channel, logger: logger).map { $0 })
      }
      try channel.pipeline.syncOperations.addHandler(front)
      return Value(channel: channel, http: found.futureResult)
    }
  }

  /// Serves the requests that the front passes on.
  package func handle(value: Value, logger: Logger) async {
    do {
      // Who is told to stop does not wait for a client to say something, or to leave.
      let found = try await withTaskCancellationHandler {
        try await value.http.get()
      } onCancel: {
        value.channel.close(promise: nil)
      }
      if let found { await http.handle(value: found, logger: logger) }
    } catch {
      logger.error("A connection could not be served: \(error)")
      try? await value.channel.close()
    }
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
