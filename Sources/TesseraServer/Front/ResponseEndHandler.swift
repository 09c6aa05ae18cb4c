import HTTPTypes
package import NIOCore
package import NIOHTTPTypes

/// Tells the front of its connection when the application's response begins and ends.
///
/// It stands behind the HTTP codec, where responses are still parts, and finds the front by itself: the pipeline is
/// the only thing that the two are known to share.
package final class ResponseEndHandler: ChannelOutboundHandler, RemovableChannelHandler {
  package typealias OutboundIn = HTTPResponsePart
  package typealias OutboundOut = HTTPResponsePart

  private var front: FrontHandler?

  /// Creates a handler for one connection.
  package init() {}

  package func handlerAdded(context: ChannelHandlerContext) {
    front = try? context.pipeline.syncOperations.handler(type: FrontHandler.self)
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    front = nil
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var response):
      guard let front, response.status.kind != .informational else { break }
      front.responseBegan(closes: response.headerFields[.connection]?.lowercased() == "close")
      guard !front.keepsAliveAfterResponse, response.headerFields[.connection] == nil else { break }
      // The application does not know that the connection ends after this answer; the client should.
      response.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(response)), promise: promise)
      return
    case .body: break
    case .end:
      // Written before the front hears of it, because it may answer the next request at once.
      context.write(data, promise: promise)
      front?.responseEnded()
      return
    }
    context.write(data, promise: promise)
  }
}
