package import NIOCore

/// How connections end: the last answer out first, then our half of the connection, then the rest.
///
/// Closing at once while the client still sends would make the kernel answer with a reset, and a reset takes the
/// last answer out of the client's hands before it has read it.
extension FrontHandler {
  /// Writes a problem in place of the response that is due, if none has begun, and ends the connection.
  func reject(_ context: ChannelHandlerContext, _ rejection: Rejection) {
    // A request whose response has begun, or has ended before its body did, must not get a second one.
    let isAnswered = awaitsResponse ? responseHasBegun : isReceivingBody
    finish(context, lastAnswer: isAnswered ? nil : rejection)
  }

  /// Ends the connection after what has been written so far and, if there is one, a last answer.
  ///
  /// - Parameter promise: completed when our side of the connection is closed.
  func finish(
    _ context: ChannelHandlerContext, lastAnswer: Rejection? = nil, promise: EventLoopPromise<Void>? = nil
  ) {
    writeAnswers(context)
    if let lastAnswer {
      var answer = ByteBuffer()
      lastAnswer.write(to: &answer)
      writeRaw(answer, context)
    }
    phase = .finishing
    dropPending()
    // An empty write completes when everything before it has been taken by the kernel. Closing our side earlier
    // would cut answers short if the client has closed its side already.
    let flushed = context.eventLoop.makePromise(of: Void.self)
    flushed.futureResult.assumeIsolated().whenComplete { [weak self] result in
      switch result {
      case .success:
        if let self, let context = self.context { self.closeOutput(context) }
        promise?.succeed()
      case .failure(let error): promise?.fail(error)
      }
    }
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: flushed)
    rearm(context)
  }

  private func closeOutput(_ context: ChannelHandlerContext) {
    guard phase == .finishing else { return }
    phase = .lingering
    clock.lingerStart = .now()
    context.close(mode: .output, promise: nil)
    guard phase == .lingering else { return }
    resumeReading(context)
    if !readIsOutstanding { read(context: context) }
    rearm(context)
  }

  package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    switch mode {
    case .output where phase == .serving: finish(context, promise: promise)
    case .output: promise?.succeed()
    case .input: context.close(mode: mode, promise: promise)
    case .all:
      phase = .closed
      context.close(mode: mode, promise: promise)
    }
  }
}
