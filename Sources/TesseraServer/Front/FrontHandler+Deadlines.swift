import NIOCore

/// The deadlines of a connection.
extension FrontHandler {
  /// Makes sure that `tick` runs no later than the earliest deadline.
  ///
  /// A timer that is already due earlier stays: it finds nothing to do and arms itself again. So a busy connection
  /// touches the timer queue a few times a minute and not once per request.
  func rearm(_ context: ChannelHandlerContext) {
    guard phase != .closed else { return }
    let due = min(stateDeadline, clock.writeCheck ?? .distantFuture)
    guard due < clock.armedFor else { return }
    clock.scheduled?.cancel()
    clock.armedFor = due
    // Held strongly, which a weak reference would make every later one slower for; `retire` cancels it.
    clock.scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.tick() }
  }

  /// When the client must have done what we wait for.
  private var stateDeadline: NIODeadline {
    switch phase {
    case .serving:
      if let start = clock.headStart { return start + limits.headDeadline }
      if let start = clock.bodyStart { return start + limits.bodyDeadline + bodyAllowance }
      return awaitsResponse ? .distantFuture : clock.lastActivity + limits.idleTimeout
    case .refusing: return clock.lastActivity + limits.lingerTime
    case .lingering: return (clock.lingerStart ?? clock.lastActivity) + limits.lingerTime
    case .finishing, .closed: return .distantFuture
    }
  }

  /// The time that the bytes which have arrived would take at the minimum rate.
  ///
  /// Counted from what has arrived and not from what was announced: announcing 8 MiB must not buy a minute and a half.
  private var bodyAllowance: TimeAmount {
    .nanoseconds(Int64(clock.bodyBytes) * 1_000_000_000 / Int64(limits.minimumBodyRate))
  }

  private func tick() {
    clock.scheduled = nil
    clock.armedFor = .distantFuture
    guard let context, phase != .closed else { return }
    let now = NIODeadline.now()
    if let check = clock.writeCheck, check <= now, isStalled(context, now) {
      context.close(promise: nil)
      return
    }
    if stateDeadline <= now { expire(context, now) }
    rearm(context)
  }

  private func expire(_ context: ChannelHandlerContext, _ now: NIODeadline) {
    switch phase {
    case .serving where clock.headStart != nil: reject(context, .slowHead)
    case .serving where clock.bodyStart != nil:
      if readIsOutstanding {
        reject(context, .slowBody)
      } else {
        // It is us who do not read, because the application is busy: the client gets its time again.
        clock.bodyStart = now
      }
    case .serving: finish(context)
    case .refusing, .lingering: context.close(promise: nil)
    case .finishing, .closed: break
    }
  }

  /// Notes that answers have begun to queue up, so that the client's time to read them counts from now.
  func beginStall(_ context: ChannelHandlerContext) {
    guard clock.drainedAtStall == nil else { return }
    clock.drainedAtStall = clock.written - bufferedBytes(context)
    clock.writeCheck = .now() + limits.writeStall
  }

  /// Whether the client has left its answers unread for a whole stall period.
  private func isStalled(_ context: ChannelHandlerContext, _ now: NIODeadline) -> Bool {
    let buffered = bufferedBytes(context)
    guard buffered > 0 else {
      clock.writeCheck = nil
      clock.drainedAtStall = nil
      return false
    }
    let drained = clock.written - buffered
    if let before = clock.drainedAtStall, drained - before < limits.minimumDrainBytes { return true }
    clock.drainedAtStall = drained
    clock.writeCheck = now + limits.writeStall
    return false
  }

  func bufferedBytes(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }
}
