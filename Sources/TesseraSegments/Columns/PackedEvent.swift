import TesseraModel

/// An event as a profile keeps it, between its fact and its packed form.
struct StoredEvent {
  var at: Int64
  var kind: EventKind
  /// 1 + the index of the message channel, or 0.
  var channel: UInt8 = 0
  /// The number of the event's type where its kind does not tell it; see `EventTypes`.
  var type: UInt16 = 0
  /// The catalog's number, or -1.
  var product: Int32 = -1
  /// Units added to the basket, negative when removed.
  var units: Int32 = 0
  var value: Money?
  /// Of basket changes, which their ids put in order within a millisecond.
  var id: [UInt8] = []

  /// By time; basket changes of a millisecond by their ids, others by what they are, so that the order of arrival
  /// leaves no trace.
  static func precedes(_ a: StoredEvent, _ b: StoredEvent) -> Bool {
    if a.at != b.at { return a.at < b.at }
    if a.kind.isBasket != b.kind.isBasket { return b.kind.isBasket }
    if a.kind.isBasket { return a.id.lexicographicallyPrecedes(b.id) }
    let (x, y) = (a.rank, b.rank)
    return x != y ? x < y : (a.value ?? .zero) < (b.value ?? .zero)
  }

  private var rank: UInt64 {
    UInt64(kind.code) << 56 | UInt64(channel) << 48 | UInt64(type) << 32 | UInt64(UInt32(bitPattern: product))
  }
}

/// How events are packed: the time since the event before, a byte of kind and flags, and what the flags announce; a
/// product view takes some seven bytes.
enum PackedEvent {
  private static let productFlag: UInt8 = 0x10
  private static let valueFlag: UInt8 = 0x80

  /// - Parameter last: the time of the event before; nil for the first, whose time is written whole.
  static func write(_ event: StoredEvent, after last: Int64?, to out: inout PackedWriter) {
    let head = Head(
      at: event.at, kind: event.kind, channel: event.channel, type: event.type, product: event.product,
      units: event.units, value: event.value, id: 0..<event.id.count)
    event.id.withUnsafeBufferPointer { write(head, ids: $0, after: last, to: &out) }
  }

  /// As many bytes as an event without value, units and id can take: its time, kind, type and product.
  static let plainLengthMax = 10 + 1 + 3 + 5

  /// As many bytes as any event can take: its time, kind, type, product, value, units, and the id with its length.
  static let lengthMax = 10 + 1 + 3 + 5 + 20 + 5 + 2 + 255

  @inline(__always)
  static func write(
    _ event: Head, ids: UnsafeBufferPointer<UInt8>, after last: Int64?, to out: inout some PackedSink
  ) {
    if let last { out.add(UInt64(event.at - last)) } else { out.add(signed: event.at) }
    out.add(
      byte: event.kind.code | (event.product >= 0 ? productFlag : 0) | event.channel << 5
        | (event.value != nil ? valueFlag : 0))
    if event.kind.isNamed { out.add(Int(event.type)) }
    if event.product >= 0 { out.add(Int(event.product)) }
    if let value = event.value { out.add(value) }
    if event.kind.isBasket {
      out.add(signed: Int64(event.units))
      out.add(text: UnsafeBufferPointer(rebasing: ids[event.id]))
    }
  }

  static func pack(_ events: [StoredEvent]) -> [UInt8] {
    var out = PackedWriter()
    var last: Int64?
    for event in events {
      write(event, after: last, to: &out)
      last = event.at
    }
    return out.bytes
  }

  /// The head of the next event, and for basket changes where its id is.
  struct Head {
    var at: Int64
    var kind: EventKind
    var channel: UInt8
    var type: UInt16 = 0
    var product: Int32 = -1
    var units: Int32 = 0
    var value: Money?
    var id: Range<Int> = 0..<0
  }

  /// - Parameter last: the time of the event before; nil for the first.
  @inline(__always)
  static func read(_ reader: inout PackedReader, after last: Int64?) -> Head {
    let at = if let last { last + Int64(reader.number()) } else { reader.signed() }
    let byte = reader.byte()
    guard let kind = EventKind(code: byte & 0x0F) else { preconditionFailure("a packed event has a known kind") }
    var head = Head(at: at, kind: kind, channel: byte >> 5 & 3)
    if kind.isNamed { head.type = UInt16(reader.number()) }
    if byte & productFlag != 0 { head.product = Int32(reader.number()) }
    if byte & valueFlag != 0 { head.value = reader.money() }
    if kind.isBasket {
      head.units = Int32(reader.signed())
      head.id = reader.text()
    }
    return head
  }

  static func unpack(_ reader: inout PackedReader) -> [StoredEvent] {
    var out: [StoredEvent] = []
    var last: Int64?
    while !reader.isAtEnd {
      let head = read(&reader, after: last)
      last = head.at
      out.append(
        StoredEvent(
          at: head.at, kind: head.kind, channel: head.channel, type: head.type, product: head.product,
          units: head.units, value: head.value, id: Array(reader.bytes[head.id])))
    }
    return out
  }
}

extension StoredEvent {
  init(_ head: PackedEvent.Head, ids: UnsafeBufferPointer<UInt8>) {
    self.init(
      at: head.at, kind: head.kind, channel: head.channel, type: head.type, product: head.product, units: head.units,
      value: head.value, id: Array(ids[head.id]))
  }
}

/// The kind's own properties are another module's, whose calls would cost more than the work: these are compiled in.
extension EventKind {
  /// Whether many types share the kind, so that the type's own number is kept as well.
  var isNamed: Bool {
    switch self {
    case .site, .message: true
    default: false
    }
  }

  /// As `isOnSite`.
  var isVisit: Bool {
    switch self {
    case .site, .productViewed, .addedToCart, .removedFromCart, .checkoutStarted, .decisionShown, .decisionClicked: true
    case .message, .messageDelivered, .messageClicked, .messageUnsubscribed: false
    }
  }

  /// As `isBasketChange`.
  var isBasket: Bool {
    switch self {
    case .addedToCart, .removedFromCart: true
    default: false
    }
  }

  /// The kind's number in packed bytes.
  var code: UInt8 {
    switch self {
    case .site: 0
    case .productViewed: 1
    case .addedToCart: 2
    case .removedFromCart: 3
    case .checkoutStarted: 4
    case .decisionShown: 5
    case .decisionClicked: 6
    case .message: 7
    case .messageDelivered: 8
    case .messageClicked: 9
    case .messageUnsubscribed: 10
    }
  }

  init?(code: UInt8) {
    switch code {
    case 0: self = .site
    case 1: self = .productViewed
    case 2: self = .addedToCart
    case 3: self = .removedFromCart
    case 4: self = .checkoutStarted
    case 5: self = .decisionShown
    case 6: self = .decisionClicked
    case 7: self = .message
    case 8: self = .messageDelivered
    case 9: self = .messageClicked
    case 10: self = .messageUnsubscribed
    default: return nil
    }
  }
}
