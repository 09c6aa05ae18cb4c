/// How an axis is defined: one way of telling customers apart, as data that a store can change.
package struct AxisDefinition: Sendable, Equatable {
  /// What the axis reads a value from.
  package enum Form: Sendable, Equatable {
    /// Code of its own, for what the vocabulary does not reach.
    case builtin
    /// Intervals of a measure. Who has nothing to measure has the first word, if `hasNone`.
    case cuts(AxisMeasure, [AxisThreshold], hasNone: Bool)
    /// A sum against everyone's, by nearest-rank percentiles of the positive ones; at or below zero the first word.
    case percentiles(AxisMeasure, [Int])
    /// The name that a person has most to do with; the first word if none is enough.
    case top(AxisTop)
    /// The first rule that holds.
    case rules([AxisRule])
  }

  package let name: String
  package let form: Form
  /// The axis's own words in the order of their codes.
  package let words: [String]
  /// Clauses such as `has ordered once` by word, and by `name` for names of the store, with `{name}` where it goes.
  package let says: [String: String]
  /// As it was written, whole: what a cycle records.
  package let json: JSONValue

  package init(name: String, form: Form, words: [String], says: [String: String], json: JSONValue) {
    (self.name, self.form, self.words, self.says, self.json) = (name, form, words, says, json)
  }

  /// An axis with code of its own.
  package static func builtin(_ name: String, words: [String], says: [String: String] = [:]) -> AxisDefinition {
    AxisDefinition(name: name, form: .builtin, words: words, says: says, json: ["axis": .string(name)])
  }

  package static func == (a: AxisDefinition, b: AxisDefinition) -> Bool { a.json == b.json && a.words == b.words }

  /// The most axes a store can have: with everyone's own segment first, a decision is found in 16 look-ups.
  package static let countMax = 15
  /// Values of an axis, cuts, rules: more would be no axis a person could read.
  package static let wordsMax = 24
}

/// A number worked out of a profile.
package struct AxisMeasure: Sendable, Equatable {
  /// What is worked out.
  package enum Quantity: String, Sendable, CaseIterable {
    case count, sum, share
    /// The age of the newest, and of the oldest.
    case last, first
  }

  /// What it is worked out of.
  package enum Source: String, Sendable, CaseIterable {
    case events
    /// Events on site: every type but `message_*`.
    case visits
    /// Visits without a pause of 30 minutes.
    case sessions
    case orders, lines, units
    /// Refunded lines, by the time of the refund.
    case refunds
    /// When the customer came: the record's `created_at`, else the first event or order.
    case joined
  }

  /// What a sum adds up.
  package enum Amount: String, Sendable, CaseIterable {
    case revenue
    /// Revenue less refunds, each by its own time.
    case netRevenue = "net-revenue"
    case units
    /// The `value` of events.
    case value
  }

  package let quantity: Quantity
  package let source: Source
  /// What a sum adds up.
  package let amount: Amount?
  package let filter: AxisFilter
  /// Milliseconds: only what is younger counts; nil for all time.
  package let window: Int64?

  package init(quantity: Quantity, source: Source, amount: Amount?, filter: AxisFilter, window: Int64?) {
    (self.quantity, self.source, self.amount, self.filter, self.window) = (quantity, source, amount, filter, window)
  }
}

/// Which events, orders or lines count; what is nil does not matter.
package struct AxisFilter: Sendable, Equatable {
  package var types: [String]?
  package var channel: MessageChannel?
  /// Normalised names.
  package var brand: String?
  package var category: String?
  package var tier: PriceTier?
  package var discounted: Bool?
  package var refunded: Bool?
  package var discountCode: Bool?

  package init() {}
}

/// Where a product's price stands in its category.
package enum PriceTier: String, Sendable, CaseIterable {
  case budget, mid, premium
}

/// A border between values.
package enum AxisThreshold: Sendable, Equatable {
  case whole(Int64)
  /// Of a million.
  case millionths(Int64)
  case money(Money)
  /// Milliseconds.
  case age(Int64)
}

/// The name with the highest score.
package struct AxisTop: Sendable, Equatable {
  /// What is scored.
  package enum Names: String, Sendable, CaseIterable {
    case brand, category, tier
  }

  package let names: Names
  /// By type of event.
  package let weights: [String: Int]
  package let lineWeight: Int
  package let refundWeight: Int
  /// Milliseconds.
  package let halfLife: Int64?
  package let window: Int64?
  /// The least score that wins.
  package let atLeast: Int
  /// The least share of the sum of the positive scores that wins, of a million.
  package let shareMillionths: Int64?
  /// Whether a tie goes to what was looked at last; else to the first name.
  package let latestWins: Bool

  package init(
    names: Names, weights: [String: Int], lineWeight: Int, refundWeight: Int, halfLife: Int64?, window: Int64?,
    atLeast: Int, shareMillionths: Int64?, latestWins: Bool
  ) {
    (self.names, self.weights, self.lineWeight, self.refundWeight) = (names, weights, lineWeight, refundWeight)
    (self.halfLife, self.window, self.atLeast) = (halfLife, window, atLeast)
    (self.shareMillionths, self.latestWins) = (shareMillionths, latestWins)
  }

  /// Bounds of a weight: sums of scores stay far from overflow.
  package static let weightMax = 20
}

/// A value and what must hold for it.
package struct AxisRule: Sendable, Equatable {
  /// What must hold.
  package enum Condition: Sendable, Equatable {
    case always
    /// Nothing of the measure's source matches.
    case none(AxisMeasure)
    case atLeast(AxisMeasure, AxisThreshold)
    case over(AxisMeasure, AxisThreshold)
    case atMost(AxisMeasure, AxisThreshold)
    case under(AxisMeasure, AxisThreshold)

    package var measure: AxisMeasure? {
      switch self {
      case .always: nil
      case .none(let measure): measure
      case .atLeast(let measure, _), .over(let measure, _), .atMost(let measure, _), .under(let measure, _): measure
      }
    }
  }

  package let value: String
  package let condition: Condition
  package init(value: String, condition: Condition) { (self.value, self.condition) = (value, condition) }
}
