package import TesseraModel

/// Many events at once, with their customers and products as numbers: how the log is folded at a start. What a batch
/// leaves in the profiles is what its events would have left one by one.
package struct EventBatch: Sendable {
  /// An event of a customer or a visitor: 24 bytes.
  struct Item: Sendable {
    var at: Int64
    var number: Int32
    var product: Int32
    /// Where the batch has what few events have, or -1.
    var detail: Int32
    /// The kind, and from the fifth bit the channel.
    var kindAndChannel: UInt8
  }

  /// What changes of the basket, events of the store's own types and events with a value have beside the rest.
  struct Detail: Sendable {
    var units: Int32 = 0
    /// Where the event's id starts, for those that need theirs.
    var idStart: Int32 = 0
    /// Where `values` has the event's value, or -1.
    var value: Int32 = -1
    var type: UInt16 = 0
    var idCount: UInt8 = 0
  }

  /// Events of customers or of visitors, and what they refer to.
  struct Items: Sendable {
    fileprivate(set) var customers: [Item] = []
    fileprivate(set) var visitors: [Item] = []
    fileprivate(set) var details: [Detail] = []
    fileprivate(set) var ids: [UInt8] = []
    fileprivate(set) var values: [Money] = []
  }

  private var items = Items()

  package var count: Int { items.customers.count + items.visitors.count }

  /// Events that are best folded at once: each batch writes the bytes of everyone concerned anew.
  package static let countBest = 4_000_000

  package init() {}

  fileprivate mutating func append(_ event: StoredEvent, number: Int, isVisitor: Bool) {
    var item = Item(
      at: event.at, number: Int32(number), product: event.product, detail: -1,
      kindAndChannel: event.kind.code | event.channel << 4)
    if event.kind.isBasket || event.kind.isNamed || event.value != nil {
      item.detail = Int32(items.details.count)
      items.details.append(
        Detail(
          units: event.units, idStart: Int32(items.ids.count),
          value: event.value == nil ? -1 : Int32(items.values.count), type: event.type,
          idCount: UInt8(event.id.count)))
      items.ids += event.id
      if let value = event.value { items.values.append(value) }
    }
    if isVisitor { items.visitors.append(item) } else { items.customers.append(item) }
  }

  fileprivate var customerSpread: [ItemSpread] { spread(items.customers) }
  fileprivate var visitorSpread: [ItemSpread] { spread(items.visitors) }

  private func spread(_ list: [Item]) -> [ItemSpread] {
    list.isEmpty ? [] : [ItemSpread(list, details: items.details, ids: items.ids, values: items.values)]
  }
}

extension Profiles {
  /// Numbers for customers, entered where they are new.
  package mutating func internCustomers(_ ids: [String]) -> [Int32] { customers.intern(ids) }
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
    await fold(batch.customerSpread, into: \.customers)
    await fold(batch.visitorSpread, into: \.visitors)
  }

  /// Folds events of customers in columns, on as many threads as there are.
  /// - Parameter position: that of the last one in the log.
  package mutating func fold(_ columns: EventColumns, rows: Range<Int>, position: Int64) async {
    self.position = max(self.position, position)
    await fold(columns.spread(rows), into: \.customers)
  }

  private mutating func fold(_ spreads: [ItemSpread], into path: WritableKeyPath<Profiles, SubjectTable>) async {
    guard !spreads.isEmpty else { return }
    let fold = PartFold(spreads: spreads, hasPlaces: placing != nil)
    let parts = self[keyPath: path].takeParts(of: ItemSpread.chunksPerPart)
    await withTaskGroup(of: Void.self) { group in
      for i in parts.indices where fold.count(i) > 0 {
        group.addTask { parts[i].update { fold.fold(i, into: &$0) } }
      }
    }
    self[keyPath: path].putBack(parts)
  }
}
