package import TesseraModel

/// Many events at once, with their customers and products as numbers: how the log is folded at a start. What a batch
/// leaves in the profiles is what its events would have left one by one.
package struct EventBatch: Sendable {
  /// An event of a customer or a visitor: 32 bytes.
  struct Item: Sendable {
    var at: Int64
    var number: Int32
    var product: Int32
    var units: Int32
    /// Where the event's id starts, for those that need theirs.
    var idStart: Int32
    /// Where `values` has the event's value, or -1.
    var value: Int32
    var type: UInt16
    var idCount: UInt8
    /// The kind, and from the fifth bit the channel.
    var kindAndChannel: UInt8

    @inline(__always)
    func head(_ values: [Money]) -> PackedEvent.Head {
      guard let kind = EventKind(code: kindAndChannel & 0x0F) else { preconditionFailure("made from a kind") }
      return PackedEvent.Head(
        at: at, kind: kind, channel: kindAndChannel >> 4, type: type, product: product, units: units,
        value: value < 0 ? nil : values[Int(value)], id: Int(idStart)..<(Int(idStart) + Int(idCount)))
    }
  }

  fileprivate var customers: [Item] = []
  fileprivate var visitors: [Item] = []
  fileprivate var ids: [UInt8] = []
  fileprivate var values: [Money] = []

  package var count: Int { customers.count + visitors.count }

  package init() {}

  fileprivate mutating func append(_ event: StoredEvent, number: Int, isVisitor: Bool) {
    let item = Item(
      at: event.at, number: Int32(number), product: event.product, units: event.units, idStart: Int32(ids.count),
      value: event.value == nil ? -1 : Int32(values.count), type: event.type, idCount: UInt8(event.id.count),
      kindAndChannel: event.kind.code | event.channel << 4)
    ids += event.id
    if let value = event.value { values.append(value) }
    if isVisitor { visitors.append(item) } else { customers.append(item) }
  }

  /// Events in columns, whose customers and products have their numbers already: a part of a table of facts.
  /// - Parameters:
  ///   - kinds: numbers of kinds as `EventKind` counts them.
  ///   - products: -1 where an event has none.
  ///   - rows: the part. A row's place puts basket changes of a millisecond in order, and each changes one unit.
  package init(at: [Int64], kinds: [UInt8], customers: [Int32], products: [Int32], rows: Range<Int>) {
    var ids: [UInt8] = []
    ids.reserveCapacity(rows.count)
    self.customers = [Item](unsafeUninitializedCapacity: rows.count) { buffer, count in
      for row in rows {
        let start = ids.count
        let (kind, isAdded) = (kinds[row], kinds[row] == EventKind.addedToCart.code)
        let isBasket = isAdded || kind == EventKind.removedFromCart.code
        if isBasket { withUnsafeBytes(of: UInt64(row).bigEndian) { ids.append(contentsOf: $0) } }
        buffer.initializeElement(
          at: count,
          to: Item(
            at: at[row], number: customers[row], product: products[row], units: isBasket ? (isAdded ? 1 : -1) : 0,
            idStart: Int32(start), value: -1, type: 0, idCount: UInt8(ids.count - start), kindAndChannel: kind))
        count += 1
      }
    }
    self.ids = ids
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

  /// Folds a batch, on as many threads as there are.
  /// - Parameter position: that of its last fact in the log.
  package mutating func fold(_ batch: EventBatch, position: Int64) async {
    self.position = max(self.position, position)
    let hasPlaces = placing != nil
    for (items, path) in [(batch.customers, \Profiles.customers), (batch.visitors, \.visitors)] where !items.isEmpty {
      let spread = ChunkSpread(items, of: batch, chunks: self[keyPath: path].chunks.count)
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

/// A batch's items by the part of the table that they belong to.
private struct ChunkSpread: Sendable {
  static let chunksPerPart = 16
  private static let rowsPerPart = chunksPerPart * SubjectChunk.size

  /// Part by part, in the order of the batch within each.
  private let items: [EventBatch.Item]
  private let bounds: [Int]
  private let ids: [UInt8]
  private let values: [Money]

  init(_ items: [EventBatch.Item], of batch: EventBatch, chunks: Int) {
    (ids, values) = (batch.ids, batch.values)
    let parts = (chunks + ChunkSpread.chunksPerPart - 1) / ChunkSpread.chunksPerPart
    var bounds = [Int](repeating: 0, count: parts + 1)
    for item in items { bounds[Int(item.number) / ChunkSpread.rowsPerPart + 1] += 1 }
    for i in 1...parts { bounds[i] += bounds[i - 1] }
    var next = bounds
    self.items = [EventBatch.Item](unsafeUninitializedCapacity: items.count) { buffer, count in
      for item in items {
        let part = Int(item.number) / ChunkSpread.rowsPerPart
        buffer.initializeElement(at: next[part], to: item)
        next[part] += 1
      }
      count = items.count
    }
    self.bounds = bounds
  }

  /// - Parameter part: the number of the part among the table's.
  func fold(into chunks: inout [SubjectChunk], part: Int, hasPlaces: Bool) {
    let count = bounds[part + 1] - bounds[part]
    guard count > 0 else { return }
    items.withUnsafeBufferPointer { all in
      let own = UnsafeBufferPointer(rebasing: all[bounds[part]..<bounds[part + 1]])
      withUnsafeTemporaryAllocation(of: EventBatch.Item.self, capacity: count) { sorted in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: ChunkSpread.rowsPerPart + 1) { starts in
          ChunkSpread.sort(own, to: sorted, starts)
          fold(UnsafeBufferPointer(sorted), ends: starts, into: &chunks, hasPlaces: hasPlaces)
        }
      }
    }
  }

  /// Orders a part's items by subject, those of a subject as they came.
  /// - Parameter starts: afterwards, where each subject's items end.
  private static func sort(
    _ own: UnsafeBufferPointer<EventBatch.Item>, to sorted: UnsafeMutableBufferPointer<EventBatch.Item>,
    _ starts: UnsafeMutableBufferPointer<Int32>
  ) {
    starts.initialize(repeating: 0)
    for item in own { starts[Int(item.number) % rowsPerPart + 1] += 1 }
    for row in 1...rowsPerPart { starts[row] += starts[row - 1] }
    for item in own {
      let row = Int(item.number) % rowsPerPart
      sorted.initializeElement(at: Int(starts[row]), to: item)
      starts[row] += 1
    }
  }

  private func fold(
    _ sorted: UnsafeBufferPointer<EventBatch.Item>, ends: UnsafeMutableBufferPointer<Int32>,
    into chunks: inout [SubjectChunk], hasPlaces: Bool
  ) {
    var packer = PackedWriter()
    var start = 0
    for row in 0..<ChunkSpread.rowsPerPart {
      let end = Int(ends[row])
      guard start < end else { continue }
      let (chunk, place) = (row / SubjectChunk.size, row % SubjectChunk.size)
      add(UnsafeBufferPointer(rebasing: sorted[start..<end]), to: place, of: &chunks[chunk], &packer)
      if hasPlaces { chunks[chunk].placed.unplace(place) }
      start = end
    }
  }

  /// Adds a subject's events: behind the others where they are later, else all are put in order.
  private func add(
    _ new: UnsafeBufferPointer<EventBatch.Item>, to row: Int, of chunk: inout SubjectChunk, _ packer: inout PackedWriter
  ) {
    packer.removeAll()
    var last = chunk.slots[row].lastAt
    for item in new {
      guard item.at > last else { return merge(new, into: row, of: &chunk) }
      PackedEvent.write(item.head(values), ids: ids, after: last == .min ? nil : last, to: &packer)
      last = item.at
    }
    chunk.appendEvents(packer.bytes, to: row, lastAt: last)
  }

  private func merge(_ new: UnsafeBufferPointer<EventBatch.Item>, into row: Int, of chunk: inout SubjectChunk) {
    var all = chunk.events(row)
    for item in new { all.append(StoredEvent(item.head(values), ids: ids)) }
    all.sort(by: StoredEvent.precedes)
    chunk.replaceEvents(PackedEvent.pack(all), of: row, lastAt: all.last?.at ?? .min)
  }
}
