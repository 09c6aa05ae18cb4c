import TesseraModel
import TesseraSegments

/// A shop with one customer, `c`, for looking at one axis at a time.
struct OneCustomer {
  static let t = Instant(milliseconds: 1_777_629_600_000)
  private(set) var facts: [Fact] = []
  private var count = 0

  init(products: [(id: String, brand: String?, category: String?)] = []) {
    for product in products {
      var record = ProductRecord(id: product.id)
      (record.brand, record.category) = (product.brand, product.category)
      facts.append(.product(record))
    }
  }

  mutating func add(_ fact: Fact) { facts.append(fact) }

  /// An event of the customer with an age in milliseconds; its id sorts by arrival unless given.
  mutating func event(
    _ type: String, age: Int64, product: String? = nil, quantity: Int? = nil, channel: String? = nil, id: String? = nil
  ) {
    count += 1
    let event = Event(
      id: id ?? "e\(1_000 + count)", type: type, at: OneCustomer.t.adding(-age), customer: "c", product: product,
      quantity: quantity, channel: channel)
    facts.append(.event(event))
  }

  mutating func order(age: Int64, _ change: (inout OrderRecord) -> Void = { _ in }) {
    count += 1
    var order = OrderRecord(id: "o\(count)", customer: "c", placedAt: OneCustomer.t.adding(-age))
    change(&order)
    facts.append(.order(order))
  }

  mutating func record(_ change: (inout CustomerRecord) -> Void) {
    var record = CustomerRecord(id: "c")
    change(&record)
    facts.append(.customer(record))
  }

  /// The customer's value of an axis at T; nil when nobody of that name is listed.
  func value(_ axis: String, others: [Fact] = []) -> AxisValue? {
    let profiles = ProfilesPlacement.fold(others + facts)
    let space = AxisSpace(AxisRegistry.box.definitions)
    let sweep = Sweep(profiles, space: space, at: OneCustomer.t, activity: ProfilesPlacement.quiet)
    guard let placed = sweep.placements.first(where: { profiles.name(of: $0.subject) == "c" }) else { return nil }
    return space.segment(of: placed.key, in: profiles.catalog)[axis]
  }

  func word(_ axis: String) -> String? { value(axis)?.canonical }
}
