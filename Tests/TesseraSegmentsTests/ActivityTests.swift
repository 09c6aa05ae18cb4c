import TesseraModel
import TesseraSegments
import Testing

/// Who counts as active: on site in the last 24 hours, or due a message.
@Suite struct ActivityTests {
  private func isActive(_ one: OneCustomer, _ rule: ActivityRule) -> Bool {
    let profiles = ProfilesPlacement.fold(one.facts)
    let sweep = Sweep(profiles, space: AxisSpace(), at: OneCustomer.t, activity: rule)
    return sweep.placements.first?.isActive ?? false
  }

  /// T is 10:00:00 UTC.
  private func rule(opens minute: Int, offset: Int = 0) -> ActivityRule {
    ActivityRule(
      windows: [.init(channel: .email, opensAtMinute: minute)], utcOffsetSeconds: offset, capMessages: 3, capDays: 7)
  }

  @Test func onSiteInTheLastDay() {
    for (age, expected) in [(-1, false), (0, true), (Instant.day - 1, true), (Instant.day, false)] as [(Int64, Bool)] {
      var one = OneCustomer()
      one.record { _ in }
      one.event("page_viewed", age: age)
      one.event("message_clicked", age: 0)
      #expect(isActive(one, ProfilesPlacement.quiet) == expected, "age \(age)")
    }
  }

  @Test func dueWhenTheWindowOpensWithinTheHour() {
    var one = OneCustomer()
    one.record { $0.consents[0] = .set("subscribed") }
    for (minute, expected) in [(599, false), (600, true), (659, true), (660, false), (0, false)] {
      #expect(isActive(one, rule(opens: minute)) == expected, "minute \(minute)")
      #expect(isActive(one, rule(opens: (minute + 120) % 1_440, offset: 7_200)) == expected)
      #expect(isActive(one, rule(opens: (minute + 1_440 - 630) % 1_440, offset: -630 * 60)) == expected)
    }
  }

  @Test func consentSuppressionAndCap() {
    var one = OneCustomer()
    one.record { $0.consents[1] = .set("subscribed") }
    #expect(!isActive(one, rule(opens: 600)))  // another channel
    one.record { $0.consents[0] = .set("subscribed") }
    #expect(isActive(one, rule(opens: 600)))
    var capped = one
    for age in [0, 1, 7 * Instant.day - 1] { capped.event("message_delivered", age: age, channel: "push") }
    #expect(!isActive(capped, rule(opens: 600)))
    var under = one
    for age in [0, 1, 7 * Instant.day] { under.event("message_delivered", age: age, channel: "push") }
    #expect(isActive(under, rule(opens: 600)))
    var gone = one
    gone.event("message_unsubscribed", age: 1, channel: "sms")
    #expect(isActive(gone, rule(opens: 600)))
    gone.event("message_unsubscribed", age: 1, channel: "email")
    #expect(!isActive(gone, rule(opens: 600)))
    gone.record { record in
      record.updatedAt = OneCustomer.t
      record.consents[0] = .set("subscribed")
    }
    #expect(isActive(gone, rule(opens: 600)))
  }
}
