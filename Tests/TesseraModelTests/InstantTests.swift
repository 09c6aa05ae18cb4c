import TesseraModel
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1), ("2026-05-01T10:00:00.250+02:00", 1_777_622_400_250),
    ("2026-05-01 08:00:00.250 UTC", 1_777_622_400_250), ("2026-05-01T10:00:00.25+0200", 1_777_622_400_250),
    ("2026-05-01t08:00:00,2509z", 1_777_622_400_250), ("2026-05-01T08:00Z", 1_777_622_400_000),
    ("2026-05-01T04:30:00-03:30", 1_777_622_400_000), ("2026-05-01", 1_777_593_600_000),
    ("2000-02-29T00:00:00Z", 951_782_400_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("2026-05-01T10:00:00+02", 1_777_622_400_000),
    ("0000-02-29T00:00:00Z", -62_162_121_600_000),
  ])
  func reads(text: String, milliseconds: Int64) throws {
    #expect(try Instant(parsing: text).milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-05", "2026-5-01T00:00:00Z", "2026-02-29", "1900-02-29", "2100-02-29T00:00:00Z", "2026-04-31",
    "2026-00-01", "2026-13-01", "2026-01-00", "2026-05-01T", "2026-05-01T10", "2026-05-01T24:00:00Z",
    "2026-05-01T10:60:00Z", "2026-05-01T10:00:61Z", "2026-05-01T10:00:00", "2026-05-01T10:00:00.Z",
    "2026-05-01T10:00:00+24:00", "2026-05-01T10:00:00+02:60", "2026-05-01T10:00:00+2", "2026-05-01T10:00:00Zx",
    "2026-05-01T10:00:00Z ", " 2026-05-01T10:00:00Z", "2026/05/01", "1777622400", "-026-05-01", "２026-05-01",
    "2026-05-01X10:00:00Z", "2026-05-01T10:00:00 CET", "2026-05-01T10:00:00+02:00:00",
    // These leave the years that four digits can write.
    "0000-01-01T00:00:00+02:00", "9999-12-31T23:59:59-00:01",
  ])
  func refuses(text: String) {
    #expect(throws: InstantError.self) { try Instant(parsing: text) }
  }

  @Test func withoutAnOffset() throws {
    #expect(try Instant(parsing: "2026-05-01T08:00:00", assumingUTC: true).milliseconds == 1_777_622_400_000)
  }

  @Test func writesAndReadsBack() throws {
    var random = SplitMix64(seed: 4)
    for _ in 0..<5_000 {
      let instant = Instant(milliseconds: Int64(random.next() % 315_569_520_000_000) - 62_167_219_200_000)
      #expect(try Instant(parsing: instant.description) == instant)
    }
    #expect(Instant(milliseconds: 951_782_400_000).description == "2000-02-29T00:00:00Z")
    #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
    #expect(Instant(milliseconds: 1_777_622_400_007).description == "2026-05-01T08:00:00.007Z")
  }

  /// Every day of four centuries, counted one by one.
  @Test func everyDayOfFourCenturies() {
    var instant = Instant(milliseconds: -11_676_096_000_000)
    var (year, month, day) = (1600, 1, 1)
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for _ in 0..<146_097 / 7 {
      let prefix = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T"
      if !instant.description.hasPrefix(prefix) { Issue.record("\(instant) is not \(prefix)") }
      // A week further, so that the walk stays short and every length of month is met.
      for _ in 0..<7 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        day += 1
        if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
        if month > 12 { (year, month) = (year + 1, 1) }
      }
      instant = instant.adding(7 * Instant.day)
    }
    #expect((year, month, day) == (2000, 1, 1))
  }

  @Test func hoursStartBefore1970Too() {
    #expect(Instant(milliseconds: -1).hourStart.milliseconds == -Instant.hour)
    #expect(Instant(milliseconds: Instant.hour).hourStart.milliseconds == Instant.hour)
    #expect(Instant(milliseconds: 2 * Instant.hour - 1).hourStart.milliseconds == Instant.hour)
  }
}
