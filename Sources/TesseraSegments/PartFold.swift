import TesseraModel

/// Items by the part of the table that they belong to, in the order in which they came within each, with what they
/// refer to: a part is what a task folds.
struct ItemSpread: Sendable {
  static let chunksPerPart = 64
  static let rowsPerPart = chunksPerPart * SubjectChunk.size

  let items: [EventBatch.Item]
  let details: [EventBatch.Detail]
  let ids: [UInt8]
  let values: [Money]
  private let bounds: [Int]

  /// - Parameters:
  ///   - numbers: those of the items' subjects.
  ///   - item: called once for each, in order.
  ///   - rest: called last.
  @inline(__always)
  init(
    _ numbers: [Int32], item: (Int, _ number: Int32) -> EventBatch.Item,
    rest: () -> (details: [EventBatch.Detail], ids: [UInt8], values: [Money])
  ) {
    var bounds = [0]
    for number in numbers {
      let part = Int(number) / ItemSpread.rowsPerPart
      while part + 1 >= bounds.count { bounds.append(0) }
      bounds[part + 1] += 1
    }
    for i in bounds.indices.dropFirst() { bounds[i] += bounds[i - 1] }
    var next = bounds
    items = [EventBatch.Item](unsafeUninitializedCapacity: numbers.count) { buffer, used in
      next.withUnsafeMutableBufferPointer { next in
        for (i, number) in numbers.enumerated() {
          let part = Int(number) / ItemSpread.rowsPerPart
          buffer.initializeElement(at: next[part], to: item(i, number))
          next[part] += 1
        }
      }
      used = numbers.count
    }
    self.bounds = bounds
    (details, ids, values) = rest()
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
  /// - Returns: see `SortedItems.touch`.
  @discardableResult
  func fold(_ part: Int, into chunks: inout [SubjectChunk]) -> UInt8 {
    var packer = PackedWriter()
    var touched: UInt8 = 0
    withUnsafeTemporaryAllocation(of: EventBatch.Item.self, capacity: max(1, count(part))) { items in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: PartFold.rows + 1) { ends in
        sort(part, to: items, ends)
        SortedItems.with(spreads, items: UnsafeBufferPointer(items), ends: UnsafeBufferPointer(ends)) { items in
          for c in chunks.indices {
            let first = c * SubjectChunk.size
            touched ^= items.touch(first..<(first + chunks[c].count))
            fold(items, first, into: &chunks[c], &packer)
          }
        }
      }
    }
    return touched
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
