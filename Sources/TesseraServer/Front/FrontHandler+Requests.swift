import NIOCore

/// The way of the received bytes: into an answer, on to the application, or into a refusal.
extension FrontHandler {
  /// 64 KiB of answers are handed on in one write; more would only sit in memory if the client does not read.
  private static let answerBatchBytes = 64 * 1024
  /// 16 KiB of storage are kept for the next answers: thousands of connections keep it while they are idle.
  private static let keptAnswerBytes = 16 * 1024

  /// Deals with as many of the pending bytes as possible.
  func process(_ context: ChannelHandlerContext) {
    guard !isProcessing else { return }
    isProcessing = true
    while phase == .serving, step(context) {}
    isProcessing = false
    writeAnswers(context)
    if inputIsClosed { handleInputClosed(context) }
    if !isReading { finishTurn(context) }
    resumeReading(context)
    rearm(context)
  }

  /// What the end of a read does for the bytes that came with it, for the bytes that had waited.
  private func finishTurn(_ context: ChannelHandlerContext) {
    flushIfNeeded(context)
    if didForward, phase == .serving {
      didForward = false
      context.fireChannelReadComplete()
    }
  }

  /// - Returns: whether there may be more to do at once.
  private func step(_ context: ChannelHandlerContext) -> Bool {
    if framer.isBetweenRequests {
      if awaitsResponse || isQuiescing { return false }
      if answers.readableBytes >= Self.answerBatchBytes, !answersAreSent {
        writeAnswers(context)
        flushIfNeeded(context)
      }
      // A client that does not read its answers gets no new ones.
      guard isWritable else { return false }
    }
    switch framer.next(pending.readableBytesUInt8Span.extracting(checked...)) {
    case .needMore:
      forwardChecked(context)
      if pending.readableBytes == 0 {
        // Lets go of the receive buffer, so that idle connections hold no memory.
        pending = ByteBuffer()
      } else {
        clock.beginHead()
      }
      return false
    case .skip(let count):
      forwardChecked(context)
      pending.moveReaderIndex(forwardBy: count)
    case .decide(let head):
      clock.endHead()
      answer(head)
      if !head.keepAlive { finish(context) }
    case .head(let head):
      clock.endHead()
      forward(head, context)
    case .body(let count, let endsRequest):
      checked += count
      if endsRequest {
        isReceivingBody = false
        clock.endBody()
        forwardChecked(context)
      }
    case .reject(let rejection):
      reject(context, rejection)
    }
    return true
  }

  private func answer(_ head: RequestFramer.DecideHead) {
    if answersAreSent {
      // Reuses the storage if the channel has let go of it.
      answers.clear()
      answersAreSent = false
    }
    // The responder gets pointers into the received bytes in place of copies: this is the measured hot path, and
    // the framer has checked that the ranges lie in the head.
    pending.withUnsafeReadableBytes { bytes in
      responder.respond(
        query: UnsafeRawBufferPointer(rebasing: bytes[head.query]),
        authorization: head.authorization.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
        origin: head.origin.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
        keepAlive: head.keepAlive, out: &answers)
    }
    pending.moveReaderIndex(forwardBy: head.length)
  }

  private func forward(_ head: RequestFramer.ForwardedHead, _ context: ChannelHandlerContext) {
    writeAnswers(context)
    openOnce()
    awaitsResponse = true
    responseHasBegun = false
    keepsAliveAfterResponse = head.keepAlive
    isReceivingBody = !head.endsRequest
    if isReceivingBody { clock.beginBody(received: pending.readableBytes - head.length) }
    // Without a byte of the body yet, the client may be waiting to be asked for it.
    if head.expectsContinue, pending.readableBytes == head.length {
      var interim = ByteBuffer()
      interim.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
      writeRaw(interim, context)
      needsFlush = true
    }
    var passed = 0
    for dropped in head.dropped {
      checked = dropped.lowerBound - passed
      forwardChecked(context)
      pending.moveReaderIndex(forwardBy: dropped.count)
      passed = dropped.upperBound
    }
    checked = head.length - passed
    if head.endsRequest { forwardChecked(context) }
  }

  private func forwardChecked(_ context: ChannelHandlerContext) {
    guard checked > 0, let bytes = pending.readSlice(length: checked) else { return }
    checked = 0
    didForward = true
    context.fireChannelRead(wrapInboundOut(bytes))
  }

  func writeAnswers(_ context: ChannelHandlerContext) {
    guard !answersAreSent else { return }
    answersAreSent = true
    sendDirectly(context)
    if answers.readableBytes > 0 {
      writeRaw(answers, context)
      needsFlush = true
    }
    if answers.capacity > Self.keptAnswerBytes { answers = ByteBuffer() }
  }

  /// Hands the answers to the kernel, as far as it takes them, where nothing has to go before them.
  private func sendDirectly(_ context: ChannelHandlerContext) {
    guard let socket, isReading, phase == .serving, context.channel.isActive else { return }
    if channelMayHold {
      guard !needsFlush, bufferedBytes(context) == 0 else { return }
      channelMayHold = false
    }
    answers.moveReaderIndex(forwardBy: answers.withUnsafeReadableBytes { socket.write($0) })
  }

  func writeRaw(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    channelMayHold = true
    clock.noteWrite(bytes.readableBytes, stall: limits.writeStall)
    context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
  }

  func flushIfNeeded(_ context: ChannelHandlerContext) {
    guard needsFlush else { return }
    needsFlush = false
    context.flush()
  }
}
