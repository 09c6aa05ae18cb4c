import Liquid
import Testing

@Suite struct OccasionTests {
  @Test(arguments: [
    ("'now' | date: '%Y-%m-%d %H:%M:%S'", "2023-11-14 22:13:20"), ("'Today' | date: '%F'", "2023-11-14"),
    ("0 | date: '%FT%T%z'", "1970-01-01T00:00:00+0000"), ("'1152098955' | date: '%m/%d/%Y'", "07/05/2006"),
    ("-1 | date: '%T'", "23:59:59"), ("'March 14, 2016' | date: '%b %d, %y'", "Mar 14, 16"),
    ("'14 March 2016 5pm' | date: '%d.%m.%Y %H:%M'", "14.03.2016 17:00"),
    ("'2016-03-14' | date: '%A %-d %B'", "Monday 14 March"),
    ("'2016-03-14T10:30:45.5Z' | date: '%H:%M:%S.%L %Z'", "10:30:45.500 UTC"),
    ("'2016-03-14 10:30:45+01:30' | date: '%H:%M %z %:z'", "10:30 +0130 +01:30"),
    ("'14/03/2016' | date: '%F'", "2016-03-14"),
    ("'2016/3/4' | date: '%F'", "2016-03-04"), ("'Mon, 14 Mar 2016 10:30:45 GMT' | date: '%s'", "1457951445"),
    ("'March 3rd' | date: '%F'", "2023-03-03"), ("'10:30' | date: '%F %R'", "2023-11-14 10:30"),
    ("'20160314T103045Z' | date: '%s'", "1457951445"),
    ("'2016-01-01' | date: '%j %U %W %V %G %u %w'", "001 00 00 53 2015 5 5"), ("'2016-12-31' | date: '%j'", "366"),
    ("'2016-03-04' | date: '%e|%3d|%_d|%-d|%^a|%#p|%5Y|%%|%q|%'", " 4|004| 4|4|FRI|am|02016|%|%q|%"),
    ("'2016-03-04 13:05' | date: '%I %l %k %p %P %r %c'", "01  1 13 PM pm 01:05:00 PM Fri Mar  4 13:05:00 2016"),
    ("'hello' | date: '%Y'", "hello"), ("'2016-13-45' | date: '%Y'", "2016-13-45"), ("'4.20' | date: '%Y'", "4.20"),
    ("nil | date: '%Y'", ""),
    ("'2016-03-14' | date: ''", "2016-03-14"), ("'2016-03-14' | date: nil", "2016-03-14"),
    ("9223372036854775807 | date: '%Y'", "9223372036854775807"),
    ("'99999999999999999999' | date: '%Y'", "99999999999999999999"),
  ])
  func writesTimes(_ expression: String, _ expected: String) throws {
    #expect(try render("{{ \(expression) }}") == expected)
  }

  @Test func timesWithoutAZoneAreInTheShops() throws {
    #expect(try render("{{ 'now' | date: '%F %R %z' }}", offset: 7200) == "2023-11-15 00:13 +0200")
    #expect(try render("{{ '2016-03-14 10:00' | date: '%R %Z' }}", offset: -18_000) == "10:00 -05:00")
    #expect(try render("{{ '2016-03-14T10:00:00Z' | date: '%R' }}", offset: 7200) == "10:00")
    #expect(try render("{{ 'now' | date: '%Y' }}", now: .min) == "now")
    #expect(try render("{{ 'now' | date: '%Y' }}{{ '2016-01-01' | date: '%Y' }}", offset: .min) == "now2016-01-01")
  }

  /// Clocks in Lisbon, a summer and the winters around it.
  private static let lisbon = ShopTimeZone([
    ShopTimeZone.Period(startSeconds: 1_774_746_000, offsetSeconds: 3_600, name: "WEST"),
    ShopTimeZone.Period(startSeconds: .min, offsetSeconds: 0, name: "WET"),
    ShopTimeZone.Period(startSeconds: 1_792_890_000, offsetSeconds: 0, name: "WET"),
  ])

  @Test(arguments: [
    // The hour that was skipped on 29 March, the hour that came twice on 25 October, and around them.
    ("'2026-03-29 00:59:59'", "1774745999 00:59:59 WET"), ("'2026-03-29 01:30:00'", "1774747800 02:30:00 WEST"),
    ("'2026-03-29 02:00:00'", "1774746000 02:00:00 WEST"), ("'2026-10-25 00:59:59'", "1792886399 00:59:59 WEST"),
    ("'2026-10-25 01:30:00'", "1792888200 01:30:00 WEST"), ("'2026-10-25 02:00:00'", "1792893600 02:00:00 WET"),
    ("'July 4 2026 12:00'", "1783162800 12:00:00 WEST"), ("'2026-07-04T12:00:00Z'", "1783166400 12:00:00 UTC"),
    ("'2026-07-04T12:00:00+02:00'", "1783159200 12:00:00 "), ("1783166400", "1783166400 13:00:00 WEST"),
    ("1792890000", "1792890000 01:00:00 WET"), ("'now'", "1790000000 15:13:20 WEST"),
  ])
  func clocksAreSetTwiceAYear(_ time: String, _ expected: String) throws {
    let options = RenderOptions(nowMilliseconds: 1_790_000_000_000, timeZone: OccasionTests.lisbon)
    #expect(try Template("{{ \(time) | date: '%s %T %Z' }}").render([:], options: options) == expected)
  }

  @Test func impossibleZonesLeaveTimesAsTheyAre() throws {
    let zone = ShopTimeZone([ShopTimeZone.Period(startSeconds: 0, offsetSeconds: .max, name: "")])
    let options = RenderOptions(nowMilliseconds: .max, timeZone: zone)
    #expect(try Template("{{ 5 | date: '%Y' }}{{ 'now' | date: '%Y' }}").render([:], options: options) == "5now")
    #expect(
      try Template("{{ 5 | date: '%Y' }}").render([:], options: RenderOptions(timeZone: ShopTimeZone([]))) == "1970")
  }

  @Test(arguments: [
    ("1234.5", "${{amount}}", "$1,234.50"), ("1234567.891", "{{ amount }} EUR", "1,234,567.89 EUR"),
    ("7", "{{amount}}", "7.00"),
    ("'19.99'", "{{amount_no_decimals}}", "20"), ("1234.5", "{{amount_with_comma_separator}}€", "1.234,50€"),
    ("1234.5", "{{amount_no_decimals_with_comma_separator}}", "1.235"), ("0.005", "{{amount}}", "0.01"),
    ("-5.5", "${{amount}}", "-$5.50"), ("-0.001", "${{amount}}", "$0.00"), ("-0.005", "${{amount}}", "-$0.01"),
    ("-0.4", "${{amount_no_decimals}}", "$0"), ("-0.5", "${{amount_no_decimals}}", "-$1"),
    ("nil", "${{amount}}", ""), ("''", "${{amount}}", ""), ("1", "{{ nope }} {{amount", "{{ nope }} {{amount"),
    ("1234.5", "CHF {{amount_with_apostrophe_separator}}", "CHF 1'234.50"),
  ])
  func writesAmounts(_ value: String, _ format: String, _ expected: String) throws {
    #expect(try render("{{ \(value) | money }}", money: format) == expected)
  }

  @Test(arguments: [
    ("1234.5", "with_currency", "${{amount}}", "$1,234.50 EUR"), ("-5", "with_currency", "${{amount}}", "-$5.00 EUR"),
    ("nil", "with_currency", "${{amount}}", ""), ("'19.99'", "without_currency", "<i>${{amount}}</i>", "19.99"),
    ("1234.5", "without_currency", "{{amount_with_comma_separator}} kr", "1.234,50"),
    ("-0.5", "without_currency", "${{amount_no_decimals}}", "-1"), ("1", "without_currency", "free", ""),
    ("10", "without_trailing_zeros", "${{amount}}", "$10"), ("10.001", "without_trailing_zeros", "${{amount}}", "$10"),
    ("1234.5", "without_trailing_zeros", "${{amount}}", "$1,234.50"),
    ("0", "without_trailing_zeros", "{{amount}}", "0"),
    ("'20.00'", "without_trailing_zeros", "{{amount_with_comma_separator}} €", "20 €"),
    ("0.999", "without_trailing_zeros", "${{amount}}", "$1"),
    ("2000", "without_trailing_zeros", "{{amount_no_decimals}}", "2,000"),
  ])
  func writesPartsOfAmounts(_ value: String, _ form: String, _ format: String, _ expected: String) throws {
    let options = RenderOptions(slot: .html, moneyFormat: format, currency: "EUR")
    #expect(try Template("{{ \(value) | money_\(form) }}").render([:], options: options) == expected)
  }
}
