import TesseraModel

/// Items by the part of the table that they belong to, in the order in which they came within each, with what they
/// refer to, by part too: a part is what a task folds.
struct ItemSpread: Sendable {
  static let chunksPerPart = 64
  static let rowsPerPart = chunksPerPart * SubjectChunk.size

  let items: [EventBatch.Item]
  let details: [EventBatch.Detail]
  let ids: [UInt8]
  let values: [Money]
  private let bounds: [Int]

  /// How much a part has; added up, where it starts.
  private struct Room {
    var items = 0
    var details = 0
    var ids = 0
  }

  /// - Parameters:
  ///   - numbers: those of the items' subjects.
  ///   - values: what details refer to.
  ///   - item: called once for each, in order, with the place that a detail of it gets.
  ///   - detail: an item's, if it has one; where its id starts is for the spread to say.
  ///   - id: called for items with a detail, to write as many bytes of an id as that tells.
  @inline(__always)
  init(
    _ numbers: [Int32], values: [Money], item: (Int, _ number: Int32, _ detail: Int) -> EventBatch.Item,
    detail: (Int) -> EventBatch.Detail?, id: (Int, UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    var rooms = [Room()]
    for (i, number) in numbers.enumerated() {
      let part = Int(number) / ItemSpread.rowsPerPart
      while part + 1 >= rooms.count { rooms.append(Room()) }
      rooms[part + 1].items += 1
      guard let detail = detail(i) else { continue }
      rooms[part + 1].details += 1
      rooms[part + 1].ids += Int(detail.idCount)
    }
    for i in rooms.indices.dropFirst() {
      rooms[i].items += rooms[i - 1].items
      rooms[i].details += rooms[i - 1].details
      rooms[i].ids += rooms[i - 1].ids
    }
    bounds = rooms.map(\.items)
    let all = rooms[rooms.count - 1]
    // Details and ids lie by part as well: who folds a part would wait for each that lay anywhere.
    var (details, ids) = ([EventBatch.Detail](), [UInt8]())
    items = [EventBatch.Item](unsafeUninitializedCapacity: all.items) { items, used in
      details = [EventBatch.Detail](unsafeUninitializedCapacity: all.details) { details, usedDetails in
        ids = [UInt8](unsafeUninitializedCapacity: all.ids) { ids, usedIDs in
          rooms.withUnsafeMutableBufferPointer { next in
            for (i, number) in numbers.enumerated() {
              let part = Int(number) / ItemSpread.rowsPerPart
              items.initializeElement(at: next[part].items, to: item(i, number, next[part].details))
              next[part].items += 1
              guard var detail = detail(i) else { continue }
              let start = next[part].ids
              let end = start + Int(detail.idCount)
              detail.idStart = Int32(start)
              details.initializeElement(at: next[part].details, to: detail)
              id(i, UnsafeMutableBufferPointer(rebasing: ids[start..<end]))
              next[part].details += 1
              next[part].ids = end
            }
          }
          usedIDs = all.ids
        }
        usedDetails = all.details
      }
      used = all.items
    }
    (self.details, self.ids, self.values) = (details, ids, values)
  }

  subscript(part: Int) -> Range<Int> { part + 1 < bounds.count ? bounds[part]..<bounds[part + 1] : 0..<0 }
}

/// Spread items on their way into the parts of a table.
struct PartFold: Sendable {
  private static let rows = ItemSpread.rowsPerPart

  /// One behind the other in the order of the events.
  let spreads: [ItemSpread]
  let hasPlaces: Bool

  func count(_ part: Int) -> Int { spreads.reduce(0) { $0 + $1[part].count } }

  /// - Parameter chunks: the part's.
  func fold(_ part: Int, into chunks: inout [SubjectChunk]) {
    var packer = PackedWriter()
    withUnsafeTemporaryAllocation(of: EventBatch.Item.self, capacity: max(1, count(part))) { items in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: PartFold.rows + 1) { ends in
        sort(part, to: items, ends)
        SortedItems.with(spreads, items: UnsafeBufferPointer(items), ends: UnsafeBufferPointer(ends)) { items in
          for c in chunks.indices { fold(items, c * SubjectChunk.size, into: &chunks[c], &packer) }
        }
      }
    }
  }

  /// Orders a part's items by subject, those of a subject as they came.
  /// - Parameters:
  ///   - sorted: afterwards the items: what follows looks at them again and again, and finds them side by side.
  ///   - ends: afterwards, where each subject's items end.
  private func sort(
    _ part: Int, to sorted: UnsafeMutableBufferPointer<EventBatch.Item>, _ ends: UnsafeMutableBufferPointer<Int32>
  ) {
    ends.initialize(repeating: 0)
    for spread in spreads {
      spread.items.withUnsafeBufferPointer { items in
        for i in spread[part] { ends[items[i].row + 1] += 1 }
      }
    }
    for row in 1...PartFold.rows { ends[row] += ends[row - 1] }
    for (s, spread) in spreads.enumerated() {
      spread.items.withUnsafeBufferPointer { items in
        for i in spread[part] {
          let row = items[i].row
          sorted.initializeElement(at: Int(ends[row]), to: items[i].sorted(source: s))
          ends[row] += 1
        }
      }
    }
  }

  /// A chunk for whose subjects there is much is written anew in one pass; else each subject's events are moved.
  private func fold(
    _ items: SortedItems, _ first: Int, into chunk: inout SubjectChunk, _ packer: inout PackedWriter
  ) {
    let new = items.count(first..<(first + chunk.count))
    if new == 0 { return }
    if new * 4 > chunk.count {
      rewrite(&chunk, items, first)
    } else {
      for row in 0..<chunk.count where items.count(first + row) > 0 {
        add(items, first + row, to: row, of: &chunk, &packer)
      }
    }
    if hasPlaces {
      for row in 0..<chunk.count where items.count(first + row) > 0 { chunk.placed.unplace(row) }
    }
  }

  private func rewrite(_ chunk: inout SubjectChunk, _ items: SortedItems, _ first: Int) {
    var late: [Int] = []
    chunk.rewrite { row in
      items.lengthMax(first + row)
    } events: { row, lastAt, sink in
      let start = sink.count
      var before = lastAt
      let isWritten = items.forEach(first + row) { item, rest in
        if item.at <= before { return false }
        rest.write(item, after: before == .min ? nil : before, to: &sink)
        before = item.at
        return true
      }
      if isWritten { return before }
      late.append(row)
      sink.rewind(to: start)
      return lastAt
    }
    for row in late { merge(items, first + row, into: row, of: &chunk) }
  }

  /// Adds a subject's events: behind the others where they are later, else all are put in order.
  private func add(
    _ items: SortedItems, _ number: Int, to row: Int, of chunk: inout SubjectChunk, _ packer: inout PackedWriter
  ) {
    var last = chunk.slots[row].lastAt
    packer.removeAll()
    let isWritten = items.forEach(number) { item, rest in
      if item.at <= last { return false }
      rest.write(item, after: last == .min ? nil : last, to: &packer)
      last = item.at
      return true
    }
    guard isWritten else { return merge(items, number, into: row, of: &chunk) }
    chunk.appendEvents(packer.bytes, to: row, lastAt: last)
  }

  private func merge(_ items: SortedItems, _ number: Int, into row: Int, of chunk: inout SubjectChunk) {
    var all = chunk.events(row)
    _ = items.forEach(number) { item, rest in
      all.append(StoredEvent(rest.head(item), ids: rest.ids))
      return true
    }
    all.sort(by: StoredEvent.precedes)
    chunk.replaceEvents(PackedEvent.pack(all), of: row, lastAt: all.last?.at ?? .min)
  }
}
