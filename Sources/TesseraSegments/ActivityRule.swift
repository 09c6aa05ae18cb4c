package import TesseraModel

/// Who counts as active at T: on site in the last 24 hours, or due a message.
package struct ActivityRule: Sendable, Equatable {
  /// When a message placement may be sent, every day at a local time.
  package struct SendWindow: Sendable, Equatable {
    package let channel: MessageChannel
    /// Minutes after local midnight.
    package let opensAtMinute: Int
    package init(channel: MessageChannel, opensAtMinute: Int) {
      (self.channel, self.opensAtMinute) = (channel, opensAtMinute)
    }
  }

  package var windows: [SendWindow]
  /// The shop's offset from UTC at T, seconds east.
  package var utcOffsetSeconds: Int
  /// At most this many messages in `capDays` days, over all channels.
  package var capMessages: Int
  package var capDays: Int

  package init(windows: [SendWindow], utcOffsetSeconds: Int, capMessages: Int, capDays: Int) {
    (self.windows, self.utcOffsetSeconds) = (windows, utcOffsetSeconds)
    (self.capMessages, self.capDays) = (capMessages, capDays)
  }

  /// Whether a profile is active at its T.
  package func isActive(_ profile: ProfileView) -> Bool {
    profile.isOnSiteLately
      || windows.contains { opensWithinTheHour($0, of: profile.at) && mayReceive($0.channel, profile) }
  }

  /// Whether the window opens in [T, T + 1 h).
  package func opensWithinTheHour(_ window: SendWindow, of instant: Instant) -> Bool {
    let local = instant.milliseconds + Int64(utcOffsetSeconds) * Instant.second
    let untilOpen = Instant.floorMod(Int64(window.opensAtMinute) * Instant.minute - local, Instant.day)
    return untilOpen < Instant.hour
  }

  /// Whether a person may get a message on a channel now: consent, no later unsubscription, under the frequency cap.
  package func mayReceive(_ channel: MessageChannel, _ profile: ProfileView) -> Bool {
    guard profile.isSubscribed(channel) else { return false }
    return !ActivityRule.isSuppressed(channel, profile) && deliveredLately(profile) < capMessages
  }

  /// Whether the person unsubscribed from the channel by a message after their record was last updated.
  package static func isSuppressed(_ channel: MessageChannel, _ profile: ProfileView) -> Bool {
    let number = UInt8((MessageChannel.allCases.firstIndex(of: channel) ?? 0) + 1)
    let since = profile.recordUpdatedAt?.milliseconds ?? .min
    return profile.events.contains {
      $0.kind == .messageUnsubscribed && ($0.channel == number || $0.channel == 0) && $0.at > since
    }
  }

  /// The bits of which any makes somebody active at T.
  func activeBits(at instant: Instant) -> UInt8 {
    var out = Placed.isOnSiteLately
    for window in windows where opensWithinTheHour(window, of: instant) {
      if let i = MessageChannel.allCases.firstIndex(of: window.channel) { out |= Placed.mayReceive(i) }
    }
    return out
  }

  /// When time alone may next let a message through: as the first of those that count against the cap grows old.
  func nextChange(_ profile: ProfileView) -> Int64? {
    guard profile.consents != 0 else { return nil }
    let since = profile.at.milliseconds - Int64(capDays) * Instant.day
    return profile.events.first { $0.kind == .messageDelivered && $0.at > since }
      .map { $0.at + Int64(capDays) * Instant.day }
  }

  /// Messages delivered within the cap's days.
  package func deliveredLately(_ profile: ProfileView) -> Int {
    let since = profile.at.milliseconds - Int64(capDays) * Instant.day
    return profile.events.count { $0.kind == .messageDelivered && $0.at > since }
  }
}
