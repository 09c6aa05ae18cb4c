package import NIOCore

/// What the application and the channel tell the front.
extension FrontHandler {
  /// The application's final response begins.
  ///
  /// - Parameter closes: whether it says that the connection ends after it.
  func responseBegan(closes: Bool) {
    responseHasBegun = true
    if closes { keepsAliveAfterResponse = false }
  }

  /// The application's response has been written completely.
  func responseEnded() {
    guard awaitsResponse, let context else { return }
    awaitsResponse = false
    guard phase == .serving else { return }
    clock.lastActivity = .now()
    if keepsAliveAfterResponse {
      process(context)
    } else {
      finish(context)
    }
  }

  package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard phase == .serving else {
      // The connection has been given its last answer; whatever the application still says would corrupt it. It is
      // not told so, because it would then close the channel before the client has read that answer.
      promise?.succeed()
      return
    }
    channelMayHold = true
    clock.noteWrite(unwrapOutboundIn(data).readableBytes, stall: limits.writeStall)
    context.write(data, promise: promise)
  }

  package func flush(context: ChannelHandlerContext) {
    needsFlush = false
    context.flush()
    rearm(context)
  }

  package func read(context: ChannelHandlerContext) {
    if holdsReads {
      readIsHeld = true
    } else {
      readIsOutstanding = true
      context.read()
    }
  }

  private var holdsReads: Bool {
    switch phase {
    // What has been read already cannot be dealt with yet, so reading more would only fill memory.
    case .serving: pending.readableBytes > 0 && framer.isBetweenRequests && (awaitsResponse || !isWritable)
    case .finishing: true
    case .lingering: clock.drainedInput > limits.lingerBytes
    case .refusing, .closed: false
    }
  }

  func resumeReading(_ context: ChannelHandlerContext) {
    guard readIsHeld, !holdsReads else { return }
    readIsHeld = false
    readIsOutstanding = true
    context.read()
  }

  package func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable {
      process(context)
    } else {
      beginStall(context)
      rearm(context)
    }
    context.fireChannelWritabilityChanged()
  }

  package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      inputIsClosed = true
      handleInputClosed(context)
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      // Who stands behind ends the connection after the request in progress; where nobody does, there is none.
      if isOpen {
        context.fireUserInboundEventTriggered(event)
      } else {
        close(context: context, mode: .all, promise: nil)
      }
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  /// The client will send no more; what it has sent completely is still answered.
  func handleInputClosed(_ context: ChannelHandlerContext) {
    switch phase {
    case .serving: break
    case .refusing, .lingering: return context.close(promise: nil)
    case .finishing, .closed: return
    }
    if isReceivingBody {
      reject(context, .badRequest("The connection ended in the middle of the request body."))
    } else if awaitsResponse {
      guard pending.readableBytes == 0, !inputCloseIsDelivered else { return }
      inputCloseIsDelivered = true
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    } else if pending.readableBytes == 0 || isWritable {
      finish(context)
    }
  }
}
