package import NIOCore

/// The first handler of a connection: answers the hot path itself and passes everything else on.
///
/// Confined to the event loop of its channel. Responses leave in the order of the requests because nothing is read
/// from a request until the response to the one before it has been written completely.
package final class FrontHandler: ChannelDuplexHandler {
  package typealias InboundIn = ByteBuffer
  package typealias InboundOut = ByteBuffer
  package typealias OutboundIn = IOData
  package typealias OutboundOut = IOData

  /// What the connection is about.
  enum Phase {
    /// Requests are answered.
    case serving
    /// Over the cap: the first byte is answered 503.
    case refusing
    /// The last byte has been written, but not yet handed to the kernel.
    case finishing
    /// Our side is closed; what still comes in is thrown away.
    case lingering
    case closed
  }

  let limits: FrontLimits
  let responder: any ConnectionResponder
  private let admission: ConnectionLimiter.Admission
  /// Puts what answers everything else behind the front; nil once it has.
  private var open: (() -> Void)?
  var context: ChannelHandlerContext?
  var phase: Phase
  var framer: RequestFramer

  /// Received and not yet dealt with, except that its first `checked` bytes only wait to be passed on.
  var pending = ByteBuffer()
  var checked = 0
  var answers = ByteBuffer()
  var answersAreSent = true
  var isProcessing = false
  var isReading = false
  var didForward = false
  var needsFlush = false
  var socket: DirectSocket?
  /// Whether the channel has been given bytes that it may not have handed on.
  var channelMayHold = false

  /// Whether a request has been passed on whose response has not ended.
  var awaitsResponse = false
  var responseHasBegun = false
  /// Whether a head has been passed on whose body is incomplete.
  var isReceivingBody = false
  /// Whether the connection goes on after the response to the request that was passed on last.
  var keepsAliveAfterResponse = true
  var isQuiescing = false
  var inputIsClosed = false
  var inputCloseIsDelivered = false
  var isWritable = true
  var readIsHeld = false
  var readIsOutstanding = false
  var clock: FrontClock

  /// Creates the front of one connection.
  ///
  /// - Parameter open: puts what answers everything else behind the front, at once; called before the first request is
  ///   passed on.
  package init(
    responder: any ConnectionResponder, limits: FrontLimits, admission: ConnectionLimiter.Admission,
    open: @escaping () -> Void
  ) {
    self.open = open
    self.responder = responder
    self.limits = limits
    self.admission = admission
    self.phase = admission == .serve ? .serving : .refusing
    self.framer = RequestFramer(limits: limits.framing)
    self.clock = FrontClock(now: .now())
  }

  package func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  package func handlerRemoved(context: ChannelHandlerContext) {
    retire()
    self.context = nil
  }

  package func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  package func channelInactive(context: ChannelHandlerContext) {
    retire()
    context.fireChannelInactive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    if admission == .drop {
      context.close(promise: nil)
    } else {
      if admission == .serve { socket = DirectSocket(context.channel) }
      rearm(context)
    }
  }

  /// Whether there is something behind the front that hears of what is passed on.
  var isOpen: Bool { open == nil }

  /// Makes sure of it.
  func openOnce() {
    open?()
    open = nil
  }

  private func retire() {
    phase = .closed
    socket = nil
    open = nil
    clock.disarm()
    dropPending()
    answers = ByteBuffer()
    answersAreSent = true
  }

  func dropPending() {
    pending = ByteBuffer()
    checked = 0
  }

  package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    switch phase {
    case .serving:
      isReading = true
      clock.lastActivity = .now()
      if isReceivingBody { clock.bodyBytes += bytes.readableBytes }
      if pending.readableBytes == 0 {
        pending = bytes
      } else {
        pending.writeBuffer(&bytes)
      }
      process(context)
    case .refusing: reject(context, .overloaded)
    case .lingering, .finishing: clock.drainedInput += bytes.readableBytes
    case .closed: break
    }
  }

  package func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    readIsOutstanding = false
    flushIfNeeded(context)
    if phase == .serving {
      guard didForward else { return }
      didForward = false
      context.fireChannelReadComplete()
    } else if phase == .lingering {
      // The application may have stopped asking for bytes, so the drain asks for itself.
      read(context: context)
    }
  }
}
