package import TesseraModel

/// Many events at once, with their customers and products as numbers: how the log is folded at a start. What a batch
/// leaves in the profiles is what its events would have left one by one.
package struct EventBatch: Sendable {
  /// An event of a customer or a visitor.
  struct Item: Sendable {
    var at: Int64
    var number: Int32
    var product: Int32
    var units: Int32
    /// Where `ids` has the event's id, or -1.
    var id: Int32
    var type: UInt16
    var kind: EventKind
    var channel: UInt8

    func stored(_ ids: [[UInt8]], _ values: [Int: Money], _ i: Int) -> StoredEvent {
      StoredEvent(
        at: at, kind: kind, channel: channel, type: type, product: product, units: units, value: values[i],
        id: id < 0 ? [] : ids[Int(id)])
    }
  }

  fileprivate(set) var items: [[Item]] = [[], []]
  fileprivate(set) var ids: [[UInt8]] = []
  /// Values of events by their place; few have one.
  fileprivate(set) var values: [[Int: Money]] = [[:], [:]]
  package private(set) var count = 0

  package init() {}

  fileprivate mutating func append(_ event: StoredEvent, number: Int, isVisitor: Bool) {
    let table = isVisitor ? 1 : 0
    if let value = event.value { values[table][items[table].count] = value }
    if !event.id.isEmpty { ids.append(event.id) }
    items[table].append(
      Item(
        at: event.at, number: Int32(number), product: event.product, units: event.units,
        id: event.id.isEmpty ? -1 : Int32(ids.count - 1), type: event.type, kind: event.kind, channel: event.channel))
    count += 1
  }
}

extension Profiles {
  /// Numbers for customers, entered where they are new.
  package mutating func internCustomers(_ ids: [String]) -> [Int32] { ids.map { Int32(customers.intern($0)) } }
  /// Numbers for products, entered where they are new.
  package mutating func internProducts(_ ids: [String]) -> [Int32] { ids.map { catalog.intern($0) } }

  /// Adds an event to a batch that is folded later.
  package mutating func append(_ event: Event, to batch: inout EventBatch) {
    let stored = stored(event)
    guard let id = event.customer else {
      return batch.append(stored, number: visitors.intern(event.anonymous ?? ""), isVisitor: true)
    }
    batch.append(stored, number: customers.intern(id), isVisitor: false)
    if let anonymous = event.anonymous { fold(Identify(anonymous: anonymous, customer: id, at: event.at)) }
  }

  /// Adds an event whose customer and product have their numbers already, as a table of facts has them.
  package mutating func append(
    at: Int64, kind: EventKind, customer: Int32, product: Int32, units: Int32, id: [UInt8], to batch: inout EventBatch
  ) {
    var stored = StoredEvent(at: at, kind: kind)
    (stored.product, stored.units, stored.id) = (product, units, id)
    batch.append(stored, number: Int(customer), isVisitor: false)
  }

  /// Folds a batch, on as many threads as there are.
  /// - Parameter position: that of its last fact in the log.
  package mutating func fold(_ batch: EventBatch, position: Int64) async {
    self.position = max(self.position, position)
    let hasPlaces = placing != nil
    for (table, path) in [\Profiles.customers, \Profiles.visitors].enumerated() where !batch.items[table].isEmpty {
      let spread = ChunkSpread(batch, table, chunks: self[keyPath: path].chunks.count)
      let parts = self[keyPath: path].takeParts(of: ChunkSpread.chunksPerPart)
      await withTaskGroup(of: Void.self) { group in
        for (i, part) in parts.enumerated() {
          group.addTask { part.update { spread.fold(into: &$0, part: i, hasPlaces: hasPlaces) } }
        }
      }
      self[keyPath: path].putBack(parts)
    }
  }
}

/// A batch's items in the order of the chunks they belong to.
private struct ChunkSpread: Sendable {
  static let chunksPerPart = 16

  private let batch: EventBatch
  private let table: Int
  /// Places of items, chunk by chunk, in the order of the batch within each.
  private let order: [Int32]
  private let bounds: [Int]

  init(_ batch: EventBatch, _ table: Int, chunks: Int) {
    (self.batch, self.table) = (batch, table)
    let items = batch.items[table]
    var bounds = [Int](repeating: 0, count: chunks + 1)
    for item in items { bounds[Int(item.number) / SubjectChunk.size + 1] += 1 }
    for i in 1...chunks { bounds[i] += bounds[i - 1] }
    var next = bounds
    order = [Int32](unsafeUninitializedCapacity: items.count) { buffer, count in
      for (i, item) in items.enumerated() {
        let chunk = Int(item.number) / SubjectChunk.size
        buffer.initializeElement(at: next[chunk], to: Int32(i))
        next[chunk] += 1
      }
      count = items.count
    }
    self.bounds = bounds
  }

  /// - Parameter part: the number of the part among the table's.
  func fold(into chunks: inout [SubjectChunk], part: Int, hasPlaces: Bool) {
    var packer = PackedWriter()
    for i in chunks.indices {
      let chunk = part * ChunkSpread.chunksPerPart + i
      fold(into: &chunks[i], order[bounds[chunk]..<bounds[chunk + 1]], &packer, hasPlaces: hasPlaces)
    }
  }

  private func fold(
    into chunk: inout SubjectChunk, _ places: ArraySlice<Int32>, _ packer: inout PackedWriter, hasPlaces: Bool
  ) {
    guard !places.isEmpty else { return }
    let items = batch.items[table]
    // By subject, in the order of the batch within each.
    var starts = [Int32](repeating: 0, count: chunk.count + 1)
    for place in places { starts[Int(items[Int(place)].number) % SubjectChunk.size + 1] += 1 }
    for row in 1...chunk.count { starts[row] += starts[row - 1] }
    var next = starts
    var sorted = [Int32](repeating: 0, count: places.count)
    for place in places {
      let row = Int(items[Int(place)].number) % SubjectChunk.size
      sorted[Int(next[row])] = place
      next[row] += 1
    }
    for row in 0..<chunk.count where starts[row] < starts[row + 1] {
      add(sorted[Int(starts[row])..<Int(starts[row + 1])], to: row, of: &chunk, items, &packer)
      if hasPlaces { chunk.placed.unplace(row) }
    }
  }

  /// Adds a subject's events: behind the others where they are later, else all are put in order.
  private func add(
    _ places: ArraySlice<Int32>, to row: Int, of chunk: inout SubjectChunk, _ items: [EventBatch.Item],
    _ packer: inout PackedWriter
  ) {
    packer.removeAll()
    var last = chunk.slots[row].lastAt
    for place in places {
      let item = items[Int(place)]
      guard item.at > last else { return merge(places, into: row, of: &chunk, items) }
      PackedEvent.write(
        item.stored(batch.ids, batch.values[table], Int(place)), after: last == .min ? nil : last, to: &packer)
      last = item.at
    }
    chunk.appendEvents(packer.bytes, to: row, lastAt: last)
  }

  private func merge(
    _ places: ArraySlice<Int32>, into row: Int, of chunk: inout SubjectChunk, _ items: [EventBatch.Item]
  ) {
    var all = chunk.events(row)
    for place in places { all.append(items[Int(place)].stored(batch.ids, batch.values[table], Int(place))) }
    all.sort(by: StoredEvent.precedes)
    chunk.replaceEvents(PackedEvent.pack(all), of: row, lastAt: all.last?.at ?? .min)
  }
}
