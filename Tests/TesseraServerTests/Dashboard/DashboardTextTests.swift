import TesseraModel
import Testing

@testable import TesseraServer

/// How numbers, times and personal data are written.
@Suite struct DashboardTextTests {
  private let thin = DashboardText.thin

  @Test func numbersAreGroupedByThousands() {
    #expect(DashboardText.number(999) == "999")
    #expect(DashboardText.number(1_000) == "1\(thin)000")
    #expect(DashboardText.number(-1_234_567) == "−1\(thin)234\(thin)567")
    #expect(DashboardText.count(1, "segment") == "1 segment")
    #expect(DashboardText.count(2_000, "segment") == "2\(thin)000 segments")
  }

  @Test func percentagesHaveOneDecimal() {
    #expect(DashboardText.percent(0.6172) == "61.7\(thin)%")
    #expect(DashboardText.percent(1) == "100.0\(thin)%")
    #expect(DashboardText.percent(-0.0005) == "−0.1\(thin)%")
    #expect(DashboardText.percent(nil) == "–")
    #expect(DashboardText.percent(1, of: 0) == "–")
    #expect(DashboardText.percent(DashboardText.propensity(.integer(Propensity.one / 2))) == "50.0\(thin)%")
  }

  @Test func timesCarryTheirOffset() {
    let instant = Instant(milliseconds: 1_777_629_600_000)
    #expect(DashboardText.time(instant, offsetSeconds: 7_200) == "2026-05-01 12:00 +02:00")
    #expect(DashboardText.time(instant, offsetSeconds: -12_600) == "2026-05-01 06:30 −03:30")
    #expect(DashboardText.time(instant, offsetSeconds: 0) == "2026-05-01 10:00 +00:00")
    #expect(DashboardText.time(nil, offsetSeconds: 0) == "–")
  }

  @Test(arguments: [
    (0, "less than a minute"), (60_000, "1 minute"), (119 * 60_000, "119 minutes"), (120 * 60_000, "2 hours"),
    (48 * 3_600_000, "2 days"), (-5, "less than a minute"),
  ])
  func agesUseTheUnitThatSaysMost(_ milliseconds: Int, _ text: String) {
    #expect(DashboardText.age(milliseconds: Int64(milliseconds)) == text)
  }

  @Test func personalDataIsMasked() {
    #expect(PersonalText.email("ana@example.com") == "a•••@e•••.com")
    #expect(PersonalText.email("ana@localhost") == "a•••@l•••")
    #expect(PersonalText.email("nonsense") == "n•••")
    #expect(PersonalText.phone("+34 600 12 34 56") == "••• 56")
    #expect(PersonalText.masked("write to ana@example.com or 600123456 now") == "write to a•••@e•••.com or ••• 56 now")
    #expect(PersonalText.masked("/products/1004856 and 3 more") == "/products/1004856 and 3 more")
  }

  @Test func addressesAreEncoded() {
    #expect(DashboardText.encoded("a b&c=é") == "a%20b%26c%3D%C3%A9")
  }
}
