package import TesseraModel

/// Everyone placed as of T: the raw material of a cycle and of `segments assign`.
package struct Sweep: Sendable {
  /// Where a customer or visitor stands at T.
  package struct Placement: Sendable {
    package let subject: Profiles.Subject
    package let key: SegmentKey
    package let isActive: Bool
  }

  /// T.
  package let at: Instant
  package let spendCuts: SpendCuts
  /// In the order of the profiles: customers, then visitors.
  package let placements: [Placement]

  /// Places every listed customer.
  package init(_ profiles: Profiles, space: AxisSpace, at instant: Instant, activity: ActivityRule) {
    let subjects =
      profiles.customers.indices.map { Profiles.Subject.customer(Int32($0)) }
      + profiles.visitors.indices.map { Profiles.Subject.visitor(Int32($0)) }
    var revenues: [Money] = []
    for case .customer(let c) in subjects where !profiles.customers[Int(c)].orders.isEmpty {
      if let view = profiles.view(of: .customer(c), at: instant, spendCuts: .none) { revenues.append(view.netRevenue) }
    }
    let cuts = SpendCuts(revenues: revenues)
    at = instant
    spendCuts = cuts
    placements = subjects.compactMap { subject in
      guard let view = profiles.view(of: subject, at: instant, spendCuts: cuts) else { return nil }
      return Placement(subject: subject, key: space.key(of: view), isActive: activity.isActive(view))
    }
  }
}
