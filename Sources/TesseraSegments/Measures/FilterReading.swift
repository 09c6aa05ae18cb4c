import TesseraModel

/// Which events, orders and lines a measure counts.
struct FilterReading: Sendable {
  private let filter: AxisFilter
  private let isOpen: Bool
  private let hasProduct: Bool
  /// Bit by the code of an event's kind, for types that are a kind.
  private let kinds: UInt32
  private let named: [String]
  private let channel: UInt8

  init(_ filter: AxisFilter) {
    self.filter = filter
    isOpen = filter == AxisFilter()
    hasProduct = filter.brand != nil || filter.category != nil || filter.tier != nil
    (kinds, named) = EventTypeSet.split(filter.types ?? [])
    channel = filter.channel.flatMap { MessageChannel.allCases.firstIndex(of: $0) }.map { UInt8($0 + 1) } ?? 0
  }

  /// The numbers of the named types in this store.
  func types(_ profile: ProfileView) -> [UInt16] { named.compactMap { profile.types.number(of: $0) } }

  @inline(__always)
  func accepts(_ event: CompactEvent, _ types: [UInt16], _ profile: ProfileView) -> Bool {
    if isOpen { return true }
    if filter.types != nil {
      let isKind = kinds >> UInt32(event.kind.code) & 1 != 0
      guard isKind || (event.kind.isNamed && types.contains(event.type)) else { return false }
    }
    if channel != 0, event.channel != channel { return false }
    return accepts(product: event.product, profile)
  }

  func accepts(_ order: ProfileView.Order) -> Bool {
    if let wanted = filter.discountCode, order.hasDiscountCode != wanted { return false }
    if let wanted = filter.refunded, order.refunds.isEmpty == wanted { return false }
    return true
  }

  func accepts(_ line: OrderFacts.Line, of order: ProfileView.Order, _ profile: ProfileView) -> Bool {
    if isOpen { return true }
    if let wanted = filter.discounted, line.isDiscounted != wanted { return false }
    if let wanted = filter.discountCode, order.hasDiscountCode != wanted { return false }
    if let wanted = filter.refunded {
      let isRefunded = profile.refunds[order.refunds].contains { refund in
        profile.refundedProducts[refund.products].contains(line.product)
      }
      if isRefunded != wanted { return false }
    }
    return accepts(product: line.product, profile)
  }

  /// Names and tiers are those of the record in force; a product without them is not meant.
  func accepts(product: Int32, _ profile: ProfileView) -> Bool {
    guard hasProduct else { return true }
    guard product >= 0 else { return false }
    if let name = filter.brand {
      guard let code = profile.catalog.brands.code(of: name), profile.catalog.brand(product) == code else {
        return false
      }
    }
    if let name = filter.category {
      guard let code = profile.catalog.categories.code(of: name), profile.catalog.category(product) == code else {
        return false
      }
    }
    if let tier = filter.tier { return profile.catalog.tier(product) == tier }
    return true
  }
}

/// Types of events, those that are a kind of their own as bits.
enum EventTypeSet {
  static func split(_ types: [String]) -> (kinds: UInt32, named: [String]) {
    var (kinds, named) = (UInt32(0), [String]())
    for type in types {
      let kind = EventKind(type: type)
      if kind.isNamed { named.append(type) } else { kinds |= 1 << UInt32(kind.code) }
    }
    return (kinds, named)
  }
}
