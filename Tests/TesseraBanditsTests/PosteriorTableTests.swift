import TesseraBandits
import TesseraModel
import Testing

@Suite struct PosteriorTableTests {
  @Test func roundTrip() throws {
    var random = SplitMix64(seed: 17)
    let placement = try BanditSamples.placement("home", reward: "click", hours: 1)
    var log = ExposureLog()
    for i in 0..<200 {
      let receipt = BanditSamples.receipt(
        placement, subject: "c\(i)", cycle: 1, action: random.pick(BanditSamples.actions),
        context: (0..<10).map { _ in UInt16(truncatingIfNeeded: random.next()) })
      log.fold(shown: receipt, at: BanditSamples.t.adding(-Int64(random.below(7_200_000))))
    }
    var table = PosteriorTable(
      RewardJoin(log, at: BanditSamples.t, placements: [placement], halfLifeHours: 50) { _ in [] })
    table.add(
      .init(exposures: 3, rewards: 1), to: .init(placement: .max, action: .max, context: ContextCode(codes: [0, .max])))
    #expect(table.pending[placement.code] ?? 0 > 0)
    let bytes = JSONWriter.bytes(table.json)
    let back = try #require(PosteriorTable(json: try JSONParser.parse(bytes)))
    #expect(back == table)
    #expect(JSONWriter.bytes(back.json) == bytes)
  }

  @Test func damagedRecordsAreRefused() {
    let bad: [JSONValue] = [
      .null, [:], ["cells": 1], ["cells": [[1, "a", [], 1]]], ["cells": [[1, "x!", [], 1, 1]]],
      ["cells": [[1, "a", [], 1, 1, 1, 1]]], ["cells": [[1, "a", [], 1, 1, 1, 1, "x"]]],
      ["cells": [], "pending": [[1]]],
    ]
    for json in bad { #expect(PosteriorTable(json: json) == nil) }
  }
}
