package import NIOCore

/// Every bound of the front: how much a client may send, how long it may take and how many may come at once.
package struct FrontLimits: Sendable {
  /// 4,096 connections: under the usual limit of open files with room for the database and its log.
  package static let defaultMaxConnections = 4096
  /// 256 more that are told to come back later; beyond them connections are cut without an answer.
  package static let defaultMaxRefusals = 256
  /// 5 s from a head's first byte to its last: a head is a few packets, so only a stalled or hostile client needs more.
  package static let defaultHeadDeadline = TimeAmount.seconds(5)
  /// 10 s for a body, plus the time that what has arrived of it would take at the minimum rate.
  package static let defaultBodyDeadline = TimeAmount.seconds(10)
  /// 100 KiB/s: slower than any usable office link, so 8 MiB may take a minute and a half but never for ever.
  package static let defaultMinimumBodyRate = 100 * 1024
  /// 60 s without a request: longer than the pauses of a shop's page views, and what proxies commonly assume.
  package static let defaultIdleTimeout = TimeAmount.seconds(60)
  /// 10 s in which a client that has answers waiting must read some of them.
  package static let defaultWriteStall = TimeAmount.seconds(10)
  /// 32 KiB per stall period: a reader below 3 KiB/s only ties up memory.
  package static let defaultMinimumDrainBytes = 32 * 1024
  /// 2 s after our last byte in which the client may still send, so that it gets to read that byte before a reset.
  package static let defaultLingerTime = TimeAmount.seconds(2)
  /// 1 MiB that is read and thrown away in that time; then we only wait.
  package static let defaultLingerBytes = 1024 * 1024

  /// What one request may cost.
  package var framing: FramingLimits
  /// Most connections that are served at once.
  package var maxConnections: Int
  /// Most connections over the cap that get the answer 503 at once.
  package var maxRefusals: Int
  /// From a head's first byte to its last.
  package var headDeadline: TimeAmount
  /// From the end of a head to the end of its body, without the allowance for size.
  package var bodyDeadline: TimeAmount
  /// The rate in bytes per second that earns a body its allowance.
  package var minimumBodyRate: Int
  /// How long a connection may stay without a request.
  package var idleTimeout: TimeAmount
  /// How long a client may leave its answers unread.
  package var writeStall: TimeAmount
  /// The bytes that it must read in that time to count as reading.
  package var minimumDrainBytes: Int
  /// How long the socket is kept after our last byte.
  package var lingerTime: TimeAmount
  /// How many bytes are thrown away in that time.
  package var lingerBytes: Int

  /// Creates limits; each one that is left out has the default that is documented with its constant.
  package init(
    framing: FramingLimits = FramingLimits(),
    maxConnections: Int = Self.defaultMaxConnections,
    maxRefusals: Int = Self.defaultMaxRefusals,
    headDeadline: TimeAmount = Self.defaultHeadDeadline,
    bodyDeadline: TimeAmount = Self.defaultBodyDeadline,
    minimumBodyRate: Int = Self.defaultMinimumBodyRate,
    idleTimeout: TimeAmount = Self.defaultIdleTimeout,
    writeStall: TimeAmount = Self.defaultWriteStall,
    minimumDrainBytes: Int = Self.defaultMinimumDrainBytes,
    lingerTime: TimeAmount = Self.defaultLingerTime,
    lingerBytes: Int = Self.defaultLingerBytes
  ) {
    self.framing = framing
    self.maxConnections = maxConnections
    self.maxRefusals = maxRefusals
    self.headDeadline = headDeadline
    self.bodyDeadline = bodyDeadline
    self.minimumBodyRate = max(1, minimumBodyRate)
    self.idleTimeout = idleTimeout
    self.writeStall = writeStall
    self.minimumDrainBytes = minimumDrainBytes
    self.lingerTime = lingerTime
    self.lingerBytes = lingerBytes
  }
}
