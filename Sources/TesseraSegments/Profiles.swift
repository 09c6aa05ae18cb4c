package import TesseraModel

/// Everything that the facts say of customers, visitors and products, folded and ready to be read as of any instant. A
/// value: whoever holds it decides who may change it. The result depends on the set of facts, not on their order (but
/// for records without distinct `updated_at`, where the log's order decides).
package struct Profiles: Sendable {
  /// A known customer.
  package struct Customer: Sendable {
    package let id: String
    package internal(set) var state: CustomerState?
    package internal(set) var history = History()
    /// Slots in `orders`.
    package internal(set) var orders: [Int32] = []
    /// Anonymous visitors ever identified as this customer.
    package internal(set) var visitors: [Int32] = []
    /// Times of the identifies that name this customer, in order.
    package internal(set) var identifiedAt: [Instant] = []
    package internal(set) var isErased = false
  }

  /// An anonymous visitor.
  package struct Visitor: Sendable {
    /// That a visitor turned out to be a customer, and since when.
    package struct Identification: Sendable {
      package let at: Instant
      package let customer: Int32
    }
    package let id: String
    package internal(set) var history = History()
    /// In order of time; ties by the customer's id, so that the order of arrival does not count.
    package internal(set) var identifications: [Identification] = []
    package internal(set) var isErased = false
  }

  package internal(set) var catalog = Catalog()
  package internal(set) var customers: [Customer] = []
  package internal(set) var visitors: [Visitor] = []
  package internal(set) var orders: [(facts: OrderFacts, customer: Int32)] = []
  /// The position of the last fact folded.
  package internal(set) var position: Int64 = 0
  var customerIndex: [ByteKey: Int32] = [:]
  var visitorIndex: [ByteKey: Int32] = [:]
  var orderIndex: [ByteKey: Int32] = [:]

  package init() {}

  package func customer(_ id: String) -> Int32? { customerIndex[ByteKey(id)] }
  package func visitor(_ id: String) -> Int32? { visitorIndex[ByteKey(id)] }

  /// Someone who is listed on their own: a known customer or a visitor not identified.
  package enum Subject: Hashable, Sendable {
    case customer(Int32)
    case visitor(Int32)
  }

  /// The name under which a subject is listed.
  package func name(of subject: Subject) -> String {
    switch subject {
    case .customer(let i): customers[Int(i)].id
    case .visitor(let i): "~" + visitors[Int(i)].id
    }
  }
}

extension Profiles {
  /// The key of a segment made elsewhere; names the catalog does not know yet are entered. Nil if an axis or a word is
  /// not known here.
  package mutating func key(of segment: Segment, in space: AxisSpace) -> SegmentKey? {
    space.key(of: segment, entering: &catalog)
  }
}
