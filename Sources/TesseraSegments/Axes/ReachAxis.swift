import TesseraModel

/// How someone is best reached: the consented channel with the most clicks of the last 90 days; ties go to push, then
/// sms, then email.
package final class ReachAxis: Axis {
  package let name = ReachAxis.definition.name
  package let words = ReachAxis.definition.words

  package init() {}

  static let definition = AxisDefinition.builtin(
    "reach", words: ["none", "onsite", "email", "sms", "push"],
    says: [
      "onsite": "is reached on site", "email": "is reached by email", "sms": "is reached by SMS",
      "push": "is reached by push",
    ])

  package func reading(of profile: ProfileView) -> AxisReading {
    guard profile.consents != 0 else {
      guard let last = profile.lastOnSiteAt, last.age(at: profile.at) < 30 * Instant.day else {
        return AxisReading(Code.none)
      }
      return AxisReading(Code.onsite, until: last.milliseconds + 30 * Instant.day)
    }
    var (clicks, until) = (SIMD4<Int32>.zero, Int64.max)
    for event in profile.events where event.channel > 0 {
      guard case .messageClicked = event.kind, profile.at.milliseconds - event.at < 90 * Instant.day else { continue }
      clicks[Int(event.channel)] += 1
      until = min(until, event.at + 90 * Instant.day)
    }
    var best = 0
    for (i, channel) in MessageChannel.allCases.enumerated() where profile.isSubscribed(channel) {
      if best == 0 || clicks[i + 1] >= clicks[best] { best = i + 1 }
    }
    return AxisReading(code(MessageChannel.allCases[best - 1].rawValue), until: until)
  }

  /// The words' codes: 1 + their places.
  private enum Code {
    static let none: UInt16 = 1
    static let onsite: UInt16 = 2
  }
}
