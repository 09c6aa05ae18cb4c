import Synchronization
import TesseraModel
import TesseraSegments
import TesseraSimulator
import Testing

@testable import TesseraRuntime

/// Rows are read whole while others write, grow, move and remove them.
@Suite struct RowTableTests {
  private final class End: Sendable { let isReached = Atomic(false) }

  private static func rows() throws -> ServingRows {
    ServingRows(AxisSpace(AxisRegistry.box.defaults), key: SipHash(k0: 1, k1: 2))
  }

  /// A row that says its own name over and over, so that a torn copy would not.
  private static func put(_ rows: ServingRows, _ name: String, times: Int) {
    rows.put(name: name, key: SegmentKey(), context: ContextCode(codes: [1, 2]), channels: UInt8(times % 8)) { row in
      row.add(.firstName, String(repeating: name, count: times))
    }
  }

  private static func read(_ rows: ServingRows, _ name: String) -> (channels: UInt8, text: String)? {
    var row = RowBuffer()
    var name = name
    guard name.withUTF8({ rows.read(customer: UnsafeRawBufferPointer($0), into: &row) }) else { return nil }
    let text = row.fields.field(.firstName).map { String(decoding: $0, as: UTF8.self) }
    return (row.fields.channels, text ?? "")
  }

  @Test func rowsAreFoundAsTheyWerePut() throws {
    let rows = try RowTableTests.rows()
    var random = SeededGenerator(seed: 3)
    var wanted: [String: Int] = [:]
    for _ in 0..<40_000 {
      let name = "n\(random.below(3_000))"
      if random.happens(1 / 4) {
        wanted[name] = nil
        rows.remove(customer: name, visitors: [])
      } else {
        wanted[name] = 1 + random.below(40)
        RowTableTests.put(rows, name, times: wanted[name] ?? 0)
      }
    }
    for i in 0..<3_100 {
      let name = "n\(i)"
      #expect(RowTableTests.read(rows, name)?.text == wanted[name].map { String(repeating: name, count: $0) })
    }
  }

  @Test func readersNeverSeeHalfARow() async throws {
    let rows = try RowTableTests.rows()
    for i in 0..<500 { RowTableTests.put(rows, "n\(i)", times: 1) }
    let end = End()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        var random = SeededGenerator(seed: 4)
        for i in 0..<60_000 {
          RowTableTests.put(rows, "n\(random.below(500))", times: 1 + random.below(60))
          RowTableTests.put(rows, "more\(i % 5_000)", times: 1 + random.below(9))
          if i % 3 == 0 { rows.remove(customer: "more\(random.below(5_000))", visitors: []) }
        }
        end.isReached.store(true, ordering: .releasing)
      }
      for seed in 5..<7 as Range<UInt64> {
        group.addTask {
          var random = SeededGenerator(seed: seed)
          while !end.isReached.load(ordering: .acquiring) {
            // There may be no more threads than readers.
            if random.happens(1 / 50) { await Task.yield() }
            let name = "n\(random.below(500))"
            let found = RowTableTests.read(rows, name)
            #expect(found != nil, "a row that is always there was missed")
            guard let found else { continue }
            let times = found.text.utf8.count / name.utf8.count
            let isWhole = found.text == String(repeating: name, count: times) && found.channels == UInt8(times % 8)
            #expect(isWhole, "half a row")
          }
        }
      }
    }
  }

  /// A customer with names, tastes, a basket and an order takes a few hundred bytes.
  @Test func rowsAreSmall() throws {
    let rows = try RowTableTests.rows()
    for i in 0..<40_000 {
      rows.put(
        name: "c\(i)", key: SegmentKey(), context: ContextCode(codes: [UInt16](repeating: 1, count: 10)), channels: 1
      ) { row in
        row.add(.firstName, "Marguerite")
        row.add(.lastName, "Lindqvist")
        row.add(.brand, "The North Face")
        row.add(.researching, "jackets")
        row.add(.lastViewed, products: [7])
        row.add(.basket, products: [7, 9])
        row.add(.orderID, "o100000\(i)")
        row.add(.orderedAt, milliseconds: 1_780_000_000_000)
        row.add(.orderedProducts, products: [1, 2, 3])
      }
    }
    #expect(rows.memory / 40_000 < 400)
  }
}
