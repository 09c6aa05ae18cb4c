package import TesseraModel

/// Many events at once, with their customers and products as numbers: how the log is folded at a start. What a batch
/// leaves in the profiles is what its events would have left one by one.
package struct EventBatch: Sendable {
  /// An event of a customer or a visitor: 16 bytes, for millions are kept until they are folded.
  struct Item: Sendable {
    let at: Int64
    /// The product's number or -1; of an event with a detail, where that is.
    private var reference: Int32
    /// From the lowest: the subject's row in its part, the kind, the channel, and whether there is a detail.
    private var packed: UInt32

    private static let kindShift = UInt32(ItemSpread.rowsPerPart.trailingZeroBitCount)
    private static let detailBit: UInt32 = 1 << 31

    /// - Parameters:
    ///   - number: the subject's.
    ///   - kindAndChannel: the kind, and from the fifth bit the channel.
    @inline(__always)
    init(at: Int64, number: Int32, product: Int32, kindAndChannel: UInt8) {
      (self.at, reference) = (at, product)
      packed = Item.row(number) | UInt32(kindAndChannel) << Item.kindShift
    }

    /// - Parameter detail: where the batch has what few events have.
    @inline(__always)
    init(at: Int64, number: Int32, detail: Int, kindAndChannel: UInt8) {
      (self.at, reference) = (at, Int32(detail))
      packed = Item.row(number) | UInt32(kindAndChannel) << Item.kindShift | Item.detailBit
    }

    @inline(__always)
    private static func row(_ number: Int32) -> UInt32 { UInt32(number) & (1 << kindShift - 1) }

    @inline(__always)
    var row: Int { Int(packed & (1 << Item.kindShift - 1)) }
    /// In an item that `sorted` made: which spread it is of.
    @inline(__always)
    var source: Int { row }
    /// The item in a place that tells its row: which spread it is of takes the row's bits.
    @inline(__always)
    func sorted(source: Int) -> Item {
      var out = self
      out.packed = packed & ~(1 << Item.kindShift - 1) | UInt32(truncatingIfNeeded: source)
      return out
    }
    /// The item with its detail, where it has one, in another place.
    @inline(__always)
    func moved(toDetail detail: Int) -> Item {
      var out = self
      if packed & Item.detailBit != 0 { out.reference = Int32(detail) }
      return out
    }
    @inline(__always)
    var kindAndChannel: UInt8 { UInt8(truncatingIfNeeded: packed >> Item.kindShift) }
    @inline(__always)
    var detail: Int? { packed & Item.detailBit != 0 ? Int(reference) : nil }
    /// -1 for an event with a detail, which has it.
    @inline(__always)
    var product: Int32 { packed & Item.detailBit != 0 ? -1 : reference }
  }

  /// What changes of the basket, events of the store's own types and events with a value have beside the rest.
  struct Detail: Sendable {
    var product: Int32 = -1
    var units: Int32 = 0
    /// Where the event's id starts, for those that need theirs.
    var idStart: Int32 = 0
    /// Where `values` has the event's value, or -1.
    var value: Int32 = -1
    var type: UInt16 = 0
    var idCount: UInt8 = 0
  }

  /// Events and whose they are.
  fileprivate struct Column: Sendable {
    var numbers: [Int32] = []
    var items: [Item] = []

    mutating func append(_ item: Item, _ number: Int32) {
      numbers.append(number)
      items.append(item)
    }
  }

  /// Events of customers or of visitors, and what they refer to.
  fileprivate struct Items: Sendable {
    var customers = Column()
    var visitors = Column()
    var details: [Detail] = []
    var ids: [UInt8] = []
    var values: [Money] = []
  }

  private var items = Items()

  package var count: Int { items.customers.items.count + items.visitors.items.count }

  /// Events that are best folded at once: each batch writes the bytes of everyone concerned anew.
  package static let countBest = 10_000_000
  /// Ids are found by numbers of 32 bits.
  private static let idsMax = 1 << 30
  /// Whether it is time to fold.
  package var isFull: Bool { count >= EventBatch.countBest || items.ids.count >= EventBatch.idsMax }

  package init() {}

  fileprivate mutating func append(_ event: StoredEvent, number: Int, isVisitor: Bool) {
    let (number, kindAndChannel) = (Int32(number), event.kind.code | event.channel << 4)
    var item = Item(at: event.at, number: number, product: event.product, kindAndChannel: kindAndChannel)
    if event.kind.isBasket || event.kind.isNamed || event.value != nil {
      item = Item(at: event.at, number: number, detail: items.details.count, kindAndChannel: kindAndChannel)
      items.details.append(
        Detail(
          product: event.product, units: event.units, idStart: Int32(items.ids.count),
          value: event.value == nil ? -1 : Int32(items.values.count), type: event.type,
          idCount: UInt8(event.id.count)))
      items.ids += event.id
      if let value = event.value { items.values.append(value) }
    }
    if isVisitor { items.visitors.append(item, number) } else { items.customers.append(item, number) }
  }

  fileprivate var customerSpread: [ItemSpread] { spread(items.customers) }
  fileprivate var visitorSpread: [ItemSpread] { spread(items.visitors) }

  private func spread(_ column: Column) -> [ItemSpread] {
    if column.items.isEmpty { return [] }
    return [
      ItemSpread(
        column.numbers, values: items.values,
        item: { i, _, detail in column.items[i].moved(toDetail: detail) },
        detail: { i in column.items[i].detail.map { items.details[$0] } },
        id: { i, bytes in
          guard let place = column.items[i].detail else { return }
          let start = Int(items.details[place].idStart)
          _ = bytes.update(fromContentsOf: items.ids[start..<(start + bytes.count)])
        })
    ]
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
    if let anonymous = event.anonymous {
      var changed: Set<Subject> = []
      fold(Identify(anonymous: anonymous, customer: id, at: event.at), &changed)
    }
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
