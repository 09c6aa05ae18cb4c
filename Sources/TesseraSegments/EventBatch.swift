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

    /// As many bytes as the event can take when it is packed.
    @inline(__always)
    var lengthMax: Int { PackedEvent.lengthMax + Int(idCount) }

    @inline(__always)
    func head(_ values: [Money]) -> PackedEvent.Head {
      guard let kind = EventKind(code: kindAndChannel & 0x0F) else { preconditionFailure("made from a kind") }
      return PackedEvent.Head(
        at: at, kind: kind, channel: kindAndChannel >> 4, type: type, product: product, units: units,
        value: value < 0 ? nil : values[Int(value)], id: Int(idStart)..<(Int(idStart) + Int(idCount)))
    }
  }

  /// Events one by one, not yet spread.
  private(set) var customers: [Item] = []
  private(set) var visitors: [Item] = []
  /// Events of customers that came in columns and are spread already.
  private(set) var spread: ItemSpread?
  private(set) var ids: [UInt8] = []
  private(set) var values: [Money] = []

  package var count: Int { customers.count + visitors.count + (spread?.items.count ?? 0) }

  package init() {}

  /// Events that are best folded at once: each batch writes the bytes of everyone concerned anew.
  package static let countBest = 2_000_000

  fileprivate mutating func append(_ event: StoredEvent, number: Int, isVisitor: Bool) {
    let item = Item(
      at: event.at, number: Int32(number), product: event.product, units: event.units, idStart: Int32(ids.count),
      value: event.value == nil ? -1 : Int32(values.count), type: event.type, idCount: UInt8(event.id.count),
      kindAndChannel: event.kind.code | event.channel << 4)
    ids += event.id
    if let value = event.value { values.append(value) }
    if isVisitor { visitors.append(item) } else { customers.append(item) }
  }

  /// Events in columns: a part of a table of facts.
  /// - Parameters:
  ///   - kinds: numbers of kinds as `EventKind` counts them.
  ///   - customers: what `customerNumbers` has the customer's number for.
  ///   - products: what `productNumbers` has the product's number for; -1 where an event has none.
  ///   - rows: the part. A row's place puts basket changes of a millisecond in order, and each changes one unit.
  package init(
    at: [Int64], kinds: [UInt8], customers: [Int32], products: [Int32], rows: Range<Int>,
    customerNumbers: [Int32], productNumbers: [Int32]
  ) {
    precondition(
      [at.count, kinds.count, customers.count, products.count].allSatisfy { $0 >= rows.upperBound },
      "every column has the rows")
    let first = rows.lowerBound
    var spread: ItemSpread?
    ids = [UInt8](unsafeUninitializedCapacity: rows.count * 8) { ids, idsUsed in
      var used = 0
      customers.withUnsafeBufferPointer { customers in
        customerNumbers.withUnsafeBufferPointer { numbers in
          spread = ItemSpread(count: rows.count, number: { numbers[Int(customers[first + $0])] }) { i, number in
            let row = first + i
            let (kind, isAdded) = (kinds[row], kinds[row] == EventKind.addedToCart.code)
            let isBasket = isAdded || kind == EventKind.removedFromCart.code
            let start = used
            if isBasket {
              UnsafeMutableRawPointer(ids.baseAddress! + used).storeBytes(of: UInt64(row).bigEndian, as: UInt64.self)
              used += 8
            }
            let product = products[row] < 0 ? -1 : productNumbers[Int(products[row])]
            return Item(
              at: at[row], number: number, product: product, units: isBasket ? (isAdded ? 1 : -1) : 0,
              idStart: Int32(start), value: -1, type: 0, idCount: UInt8(used - start), kindAndChannel: kind)
          }
        }
      }
      idsUsed = used
    }
    self.spread = spread
  }
}

/// Items by the part of the table that they belong to, in the order in which they came within each: a part is what a
/// task folds.
struct ItemSpread: Sendable {
  static let chunksPerPart = 64
  static let rowsPerPart = chunksPerPart * SubjectChunk.size

  let items: [EventBatch.Item]
  private let bounds: [Int]

  /// - Parameters:
  ///   - number: that of an item's subject.
  ///   - item: called once for each, in order.
  @inline(__always)
  init(count: Int, number: (Int) -> Int32, item: (Int, _ number: Int32) -> EventBatch.Item) {
    var bounds = [0]
    for i in 0..<count {
      let part = Int(number(i)) / ItemSpread.rowsPerPart
      while part + 1 >= bounds.count { bounds.append(0) }
      bounds[part + 1] += 1
    }
    for i in bounds.indices.dropFirst() { bounds[i] += bounds[i - 1] }
    var next = bounds
    items = [EventBatch.Item](unsafeUninitializedCapacity: count) { buffer, used in
      next.withUnsafeMutableBufferPointer { next in
        for i in 0..<count {
          let number = number(i)
          let part = Int(number) / ItemSpread.rowsPerPart
          buffer.initializeElement(at: next[part], to: item(i, number))
          next[part] += 1
        }
      }
      used = count
    }
    self.bounds = bounds
  }

  init(_ items: [EventBatch.Item]) { self.init(count: items.count, number: { items[$0].number }, item: { i, _ in items[i] }) }

  var parts: Range<Int> { 0..<(bounds.count - 1) }
  subscript(part: Int) -> Range<Int> { bounds[part]..<bounds[part + 1] }
}

extension Profiles {
  /// Numbers for customers, entered where they are new.
  package mutating func internCustomers(_ ids: [String]) -> [Int32] {
    customers.reserve(ids.count)
    return ids.map { Int32(customers.intern($0)) }
  }
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
    if let spread = batch.spread { await fold(spread, of: batch, into: \.customers) }
    if !batch.customers.isEmpty { await fold(ItemSpread(batch.customers), of: batch, into: \.customers) }
    if !batch.visitors.isEmpty { await fold(ItemSpread(batch.visitors), of: batch, into: \.visitors) }
  }

  private mutating func fold(
    _ spread: ItemSpread, of batch: EventBatch, into path: WritableKeyPath<Profiles, SubjectTable>
  ) async {
    let fold = PartFold(spread: spread, ids: batch.ids, values: batch.values, hasPlaces: placing != nil)
    let parts = self[keyPath: path].takeParts(of: ItemSpread.chunksPerPart)
    await withTaskGroup(of: Void.self) { group in
      for i in spread.parts where !spread[i].isEmpty {
        group.addTask { parts[i].update { fold.fold(i, into: &$0) } }
      }
    }
    self[keyPath: path].putBack(parts)
  }
}

/// A batch on its way into the parts of a table.
private struct PartFold: Sendable {
  private static let rows = ItemSpread.rowsPerPart

  let spread: ItemSpread
  let ids: [UInt8]
  let values: [Money]
  let hasPlaces: Bool

  func fold(_ part: Int, into chunks: inout [SubjectChunk]) {
    spread.items.withUnsafeBufferPointer { all in
      let own = UnsafeBufferPointer(rebasing: all[spread[part]])
      withUnsafeTemporaryAllocation(of: EventBatch.Item.self, capacity: own.count) { sorted in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: PartFold.rows + 1) { starts in
          PartFold.sort(own, to: sorted, starts)
          fold(UnsafeBufferPointer(sorted), ends: UnsafeBufferPointer(starts), into: &chunks)
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
    for item in own { starts[Int(item.number) % rows + 1] += 1 }
    for row in 1...rows { starts[row] += starts[row - 1] }
    for item in own {
      let row = Int(item.number) % rows
      sorted.initializeElement(at: Int(starts[row]), to: item)
      starts[row] += 1
    }
  }

  /// A chunk for whose subjects there is much is written anew in one pass; else each subject's events are moved.
  private func fold(
    _ sorted: UnsafeBufferPointer<EventBatch.Item>, ends: UnsafeBufferPointer<Int32>, into chunks: inout [SubjectChunk]
  ) {
    var packer = PackedWriter()
    for c in chunks.indices {
      let first = c * SubjectChunk.size
      @inline(__always) func items(_ row: Int) -> UnsafeBufferPointer<EventBatch.Item> {
        let number = first + row
        return UnsafeBufferPointer(rebasing: sorted[(number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])])
      }
      let count = chunks[c].count
      let new = Int(ends[first + count - 1]) - (first == 0 ? 0 : Int(ends[first - 1]))
      if new == 0 { continue }
      if new * 4 > count {
        rewrite(&chunks[c], items)
      } else {
        for row in 0..<count where !items(row).isEmpty { add(items(row), to: row, of: &chunks[c], &packer) }
      }
      if hasPlaces {
        for row in 0..<count where !items(row).isEmpty { chunks[c].placed.unplace(row) }
      }
    }
  }

  private func rewrite(_ chunk: inout SubjectChunk, _ items: (Int) -> UnsafeBufferPointer<EventBatch.Item>) {
    var late: [Int] = []
    ids.withUnsafeBufferPointer { ids in
      chunk.rewrite { row in
        var length = 0
        for item in items(row) { length += item.lengthMax }
        return length
      } events: { row, lastAt, sink in
        let start = sink.count
        var before = lastAt
        for item in items(row) {
          if item.at <= before {
            late.append(row)
            sink.rewind(to: start)
            return lastAt
          }
          PackedEvent.write(item.head(values), ids: ids, after: before == .min ? nil : before, to: &sink)
          before = item.at
        }
        return before
      }
    }
    for row in late { merge(items(row), into: row, of: &chunk) }
  }

  @inline(__always)
  private static func isInOrder(_ new: UnsafeBufferPointer<EventBatch.Item>, after lastAt: Int64) -> Bool {
    var last = lastAt
    for item in new {
      if item.at <= last { return false }
      last = item.at
    }
    return true
  }

  /// Adds a subject's events: behind the others where they are later, else all are put in order.
  private func add(
    _ new: UnsafeBufferPointer<EventBatch.Item>, to row: Int, of chunk: inout SubjectChunk, _ packer: inout PackedWriter
  ) {
    var last = chunk.slots[row].lastAt
    guard PartFold.isInOrder(new, after: last) else { return merge(new, into: row, of: &chunk) }
    packer.removeAll()
    ids.withUnsafeBufferPointer { ids in
      for item in new {
        PackedEvent.write(item.head(values), ids: ids, after: last == .min ? nil : last, to: &packer)
        last = item.at
      }
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
