import TesseraDecisions
import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  /// The values of each axis that decided segments of the book in force have, with `any` left out: what a list can be
  /// filtered by.
  package func axisValuesInForce() async throws(EngineError) -> [(axis: String, values: [String])] {
    guard let (_, book) = try await bookInForce() else { return space.names.map { ($0, []) } }
    return space.axes.enumerated().map { i, axis in
      let found = Set(book.entries.compactMap { i < $0.segment.values.count ? $0.segment.values[i] : nil })
      let words = axis.words.filter { found.contains(.word($0)) }
      let names = found.compactMap { value -> String? in if case .name(let name) = value { name } else { nil } }
      return (axis.name, words + names.sorted { NameNormalization.precedes($0, $1) })
    }
  }

  /// How many decided micro-segments of the book in force have how many active customers. Only those that relax nothing
  /// and those that do are told apart, since the coarser ones count everyone who matches.
  /// - Parameter edges: the least size of each bucket, rising.
  package func segmentSizesInForce(edges: [Int]) async throws(EngineError) -> [(exact: Int, coarser: Int)] {
    var out = edges.map { _ in (exact: 0, coarser: 0) }
    guard let (_, book) = try await bookInForce() else { return out }
    for entry in book.entries {
      guard let i = edges.lastIndex(where: { $0 <= entry.members }) else { continue }
      if entry.level == 0 { out[i].exact += 1 } else { out[i].coarser += 1 }
    }
    return out
  }

  /// The id of a decided segment of the book in force; nil before the first book.
  /// - Parameter pick: any number; its remainder chooses.
  package func decidedSegment(pick: UInt64) async throws(EngineError) -> String? {
    guard let (_, book) = try await bookInForce(), !book.entries.isEmpty else { return nil }
    return book.entries[Int(pick % UInt64(book.entries.count))].segment.id
  }
}
