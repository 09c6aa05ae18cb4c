import Liquid
import TesseraRuntime
import Testing

/// Dates in merge tags go by the shop's clocks, whenever the shop sets them.
@Suite struct ShopClocksTests {
  @Test(
    arguments: [
      ("Europe/Berlin", 1_751_364_000, "2025-07-01 12:00 +0200"),
      ("Europe/Berlin", 1_735_732_800, "2025-01-01 13:00 +0100"),
      ("Europe/Berlin", 1_743_296_399, "2025-03-30 01:59 +0100"),
      ("Europe/Berlin", 1_743_296_400, "2025-03-30 03:00 +0200"),
      ("America/New_York", 1_735_732_800, "2025-01-01 07:00 -0500"),
      ("Asia/Kolkata", 1_735_732_800, "2025-01-01 17:30 +0530"),
      ("UTC", 1_735_732_800, "2025-01-01 12:00 +0000"), ("Nowhere/Atall", 1_735_732_800, "2025-01-01 12:00 +0000"),
    ])
  func datesAreTheShops(_ zone: String, _ at: Int, _ expected: String) throws {
    let options = RenderOptions(timeZone: TimeZoneOffset.clocks(zone))
    #expect(try Template("{{ at | date: '%Y-%m-%d %H:%M %z' }}").render(["at": .int(at)], options: options) == expected)
  }
}
