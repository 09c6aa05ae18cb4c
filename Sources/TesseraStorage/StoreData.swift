package import TesseraModel

/// The store's own data as agents may see it: aggregates as of a snapshot, never a person. What is asked about a
/// segment is asked about the one segment of the run.
package protocol StoreData: Sendable {
  /// T of the snapshot; nothing later is seen.
  var asOf: Instant { get }
  /// Changes of the catalog that happened in the last `hours`, the newest first.
  func catalogChanges(_ query: CatalogQuery, limit: Int) -> [CatalogChange]
  /// What is known of products, in the order asked for; those the catalog does not have are left out.
  func products(_ ids: [String]) -> [ProductFacts]
  /// Lines sold in the last `days` and how many of them came back: the shop's first, then by group, the most sold
  /// first.
  func returns(by grouping: ReturnGrouping, brand: String?, category: String?, days: Int) -> [ReturnCount]
  /// Matured exposures and rewards of a placement's actions, in the segment or in the whole store.
  func armResults(placement: String, segment: Segment?) -> [ArmResult]
  /// A number hour by hour or day by day, the oldest first, nil where nothing can be said; and how many people the
  /// segment has. Nil for a metric that is not known.
  func trend(of segment: Segment, metric: String, grainHours: Int, points: Int) -> (values: [Double?], people: Int)?
  /// What the segment's people had to do with, by how many of them, the most first.
  func interests(of segment: Segment, kind: InterestKind, days: Int) -> (rows: [Interest], people: Int)
  /// The nearest decided segments by their axes.
  func similar(to segment: Segment, limit: Int) -> [SimilarSegment]
  /// What may be offered.
  func offers() -> [OfferFacts]
  /// What the placements of a channel are made of.
  func slots(channel: String) -> [CopySlot]
  /// What agents added here before, the newest first.
  func pastSupplements(of segment: Segment, limit: Int) -> [PastSupplement]
}

/// Which changes of the catalog are asked for.
package struct CatalogQuery: Sendable, Equatable {
  package var kinds: [CatalogChange.Kind]
  package var brand: String?
  package var category: String?
  package var hours: Int

  package init(kinds: [CatalogChange.Kind] = CatalogChange.Kind.allCases, brand: String?, category: String?, hours: Int)
  {
    (self.kinds, self.brand, self.category, self.hours) = (kinds, brand, category, hours)
  }
}

/// A change of a product, found by comparing two of its versions.
package struct CatalogChange: Sendable, Equatable {
  /// What happened to a product between two of its versions.
  package enum Kind: String, Sendable, CaseIterable {
    case new, restock, markdown
    case priceUp = "price_up"
    case lowStock = "low_stock"
    /// It cannot be had any more.
    case removed
  }

  package let kind: Kind
  package let product: String
  package let title: String
  package let brand: String?
  package let category: String?
  package let price: Money?
  /// Before the change, where it is one of the price.
  package let was: Money?
  package let inventory: Int?
  package let at: Instant

  package init(
    kind: Kind, product: String, title: String, brand: String?, category: String?, price: Money?, was: Money? = nil,
    inventory: Int? = nil, at: Instant
  ) {
    (self.kind, self.product, self.title) = (kind, product, title)
    (self.brand, self.category, self.price, self.at) = (brand, category, price, at)
    (self.was, self.inventory) = (was, inventory)
  }
}

/// A product as it stands.
package struct ProductFacts: Sendable, Equatable {
  package let product: String
  package let title: String
  package let brand: String?
  package let category: String?
  package let price: Money?
  package let was: Money?
  package let inventory: Int?
  /// (price − cost) / price, where the cost is known.
  package let margin: Double?
  package let ageDays: Int?
  package let returns: ReturnCount

  package init(
    product: String, title: String, brand: String?, category: String?, price: Money?, was: Money?, inventory: Int?,
    margin: Double?, ageDays: Int?, returns: ReturnCount
  ) {
    (self.product, self.title, self.brand, self.category) = (product, title, brand, category)
    (self.price, self.was, self.inventory, self.margin) = (price, was, inventory, margin)
    (self.ageDays, self.returns) = (ageDays, returns)
  }
}

/// What returns are counted by.
package enum ReturnGrouping: String, Sendable, CaseIterable {
  case brand, category, product
  case priceBand = "price_band"
}

/// How much of what was sold came back.
package struct ReturnCount: Sendable, Equatable {
  /// The group's name; `shop` for all of it.
  package let name: String
  package let linesSold: Int
  package let linesReturned: Int

  package init(name: String = "shop", linesSold: Int, linesReturned: Int) {
    (self.name, self.linesSold, self.linesReturned) = (name, linesSold, linesReturned)
  }
}

/// What an action earned.
package struct ArmResult: Sendable, Equatable {
  package let action: Action
  package let exposures: Int
  package let rewards: Int
  package init(action: Action, exposures: Int, rewards: Int) {
    (self.action, self.exposures, self.rewards) = (action, exposures, rewards)
  }
}

/// What people can have to do with.
package enum InterestKind: String, Sendable, CaseIterable {
  case brand, category, search
  case viewed = "sku_viewed"
  case inBasket = "sku_in_basket"
}

/// A brand, category or product and how many of the segment's people had to do with it.
package struct Interest: Sendable, Equatable {
  package let name: String
  package let people: Int
  package init(name: String, people: Int) { (self.name, self.people) = (name, people) }
}

/// A segment near by, and what is known to work there.
package struct SimilarSegment: Sendable, Equatable {
  package let description: String
  /// How many axes differ.
  package let distance: Int
  package let members: Int
  /// The action with the highest probability, by placement.
  package let best: [(placement: String, action: Action)]
  /// What the agent added there last; nil for nothing.
  package let supplement: String?

  package init(
    description: String, distance: Int, members: Int, best: [(placement: String, action: Action)], supplement: String?
  ) {
    (self.description, self.distance, self.members) = (description, distance, members)
    (self.best, self.supplement) = (best, supplement)
  }

  package static func == (a: SimilarSegment, b: SimilarSegment) -> Bool {
    a.description == b.description && a.distance == b.distance && a.members == b.members
      && a.supplement == b.supplement && a.best.elementsEqual(b.best) { $0 == $1 }
  }
}

/// An offer as the marketer allows it, and how much of its budget is used.
package struct OfferFacts: Sendable, Equatable {
  package let offer: Offer
  /// Orders that used its code.
  package let used: Int
  package init(offer: Offer, used: Int) { (self.offer, self.used) = (offer, used) }
}

/// A placement's field and what may stand in it.
package struct CopySlot: Sendable, Equatable {
  package let placement: String
  package let field: String
  /// Characters as people count them.
  package let lengthMax: Int
  package let mergeTags: [String]
  package init(placement: String, field: String, lengthMax: Int, mergeTags: [String]) {
    (self.placement, self.field, self.lengthMax, self.mergeTags) = (placement, field, lengthMax, mergeTags)
  }
}

/// What an agent added to a segment before, and what became of it.
package struct PastSupplement: Sendable, Equatable {
  package let at: Instant
  package let summary: String
  package let accepted: Int
  package let refused: Int
  /// Whether its predictions came true, where that is known.
  package let right: Int
  package let wrong: Int

  package init(at: Instant, summary: String, accepted: Int, refused: Int, right: Int, wrong: Int) {
    (self.at, self.summary, self.accepted, self.refused) = (at, summary, accepted, refused)
    (self.right, self.wrong) = (right, wrong)
  }
}
