package import TesseraModel

/// The store's own data as agents may see it: aggregates as of a snapshot, never a person.
package protocol StoreData: Sendable {
  /// T of the snapshot; nothing later is seen.
  var asOf: Instant { get }
  /// Changes of the catalog that happened in the last `hours`, the newest first.
  func catalogChanges(brand: String?, category: String?, hours: Int, limit: Int) -> [CatalogChange]
  /// Units sold and returned in the last `days`.
  func returns(brand: String?, category: String?, days: Int) -> ReturnCount
  /// Matured exposures and rewards of a placement's actions, in the segment or in the whole store.
  func armResults(placement: String, segment: Segment?) -> [ArmResult]
}

/// A change of a product, found by comparing two of its versions.
package struct CatalogChange: Sendable, Equatable {
  /// What happened to a product between two of its versions.
  package enum Kind: String, Sendable, CaseIterable {
    case new, restocked, reduced
    case soldOut = "sold-out"
  }

  package let kind: Kind
  package let product: String
  package let title: String
  package let brand: String?
  package let category: String?
  package let price: Money?
  package let at: Instant

  package init(
    kind: Kind, product: String, title: String, brand: String?, category: String?, price: Money?, at: Instant
  ) {
    (self.kind, self.product, self.title) = (kind, product, title)
    (self.brand, self.category, self.price, self.at) = (brand, category, price, at)
  }
}

/// How much of what was sold came back.
package struct ReturnCount: Sendable, Equatable {
  package let linesSold: Int
  package let linesReturned: Int
  package init(linesSold: Int, linesReturned: Int) { (self.linesSold, self.linesReturned) = (linesSold, linesReturned) }
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
