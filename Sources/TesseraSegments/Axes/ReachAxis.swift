import TesseraModel

/// How someone is best reached: the consented channel with the most clicks of the last 90 days; ties go to push, then
/// sms, then email.
package struct ReachAxis: Axis {
  package let name = "reach"
  package let words = ["none", "onsite", "email", "sms", "push"]

  package func code(of profile: ProfileView) -> UInt16 {
    var clicks = [0, 0, 0]
    for event in profile.events where event.kind == .messageClicked && event.channel > 0 {
      if profile.at.milliseconds - event.at < 90 * Instant.day { clicks[Int(event.channel) - 1] += 1 }
    }
    var best: Int?
    for (i, channel) in MessageChannel.allCases.enumerated() where profile.state?.isSubscribed(channel) ?? false {
      if best.map({ clicks[i] >= clicks[$0] }) ?? true { best = i }
    }
    if let best { return code(MessageChannel.allCases[best].rawValue) }
    let onSite = profile.lastOnSiteAt.map { $0.age(at: profile.at) < 30 * Instant.day } ?? false
    return onSite ? code("onsite") : code("none")
  }
}
