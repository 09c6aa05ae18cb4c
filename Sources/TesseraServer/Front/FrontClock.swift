import NIOCore

/// The times of one connection: since when it does what it does, and when that must have ended.
///
/// Nothing here is a timer. The hot path only stores numbers; one task per connection looks at them when the
/// earliest of them may have come, and is set again for what it then finds.
struct FrontClock {
  /// When bytes last arrived or a response last ended.
  var lastActivity: NIODeadline
  /// When the first bytes of a still incomplete head were seen.
  private(set) var headStart: NIODeadline?
  /// When the head of a still incomplete body ended, moved forward by the time that we did not read.
  var bodyStart: NIODeadline?
  /// The bytes of that body that have arrived.
  var bodyBytes = 0
  /// When our side of the connection was closed.
  var lingerStart: NIODeadline?
  /// The bytes that were thrown away since.
  var drainedInput = 0

  /// All bytes that were handed to the channel.
  private(set) var written = 0
  /// When to look whether what was written has been taken; nil if nothing was written since the last look.
  var writeCheck: NIODeadline?
  /// What the kernel had taken when the client was last seen to have bytes waiting.
  var drainedAtStall: Int?

  var scheduled: Scheduled<Void>?
  var armedFor = NIODeadline.distantFuture

  init(now: NIODeadline) {
    lastActivity = now
  }

  mutating func beginHead() {
    if headStart == nil { headStart = .now() }
  }

  mutating func endHead() {
    headStart = nil
  }

  mutating func beginBody(received: Int) {
    bodyStart = .now()
    bodyBytes = received
  }

  mutating func endBody() {
    bodyStart = nil
  }

  mutating func noteWrite(_ bytes: Int, stall: TimeAmount) {
    written += bytes
    // The clock is read once per look and not once per write.
    if writeCheck == nil { writeCheck = .now() + stall }
  }

  mutating func disarm() {
    scheduled?.cancel()
    scheduled = nil
    armedFor = .distantFuture
  }
}
