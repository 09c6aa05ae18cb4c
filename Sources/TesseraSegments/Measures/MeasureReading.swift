import TesseraModel

/// A measure ready to be read from profiles, millions of times: what is known beforehand is worked out once.
final class MeasureReading: Sendable {
  private let quantity: AxisMeasure.Quantity
  private let source: AxisMeasure.Source
  private let amount: AxisMeasure.Amount?
  private let filter: FilterReading
  /// 0 for all time.
  private let window: Int64
  /// Counting may stop here, for more makes no difference.
  private let countMax: Int64
  /// Whether the view has the answer already.
  private let isLastVisit: Bool
  private let isEverVisited: Bool

  init(_ measure: AxisMeasure, countMax: Int64 = .max) {
    (quantity, source, amount) = (measure.quantity, measure.source, measure.amount)
    (filter, window) = (FilterReading(measure.filter), measure.window ?? 0)
    // What leaves a window is only known of all.
    self.countMax = measure.window == nil ? countMax : .max
    let isPlainVisits = measure.source == .visits && measure.filter == AxisFilter()
    isLastVisit = isPlainVisits && measure.quantity == .last
    isEverVisited = isPlainVisits && measure.quantity == .count && self.countMax == 1
  }

  /// For a comparison with a border.
  convenience init(_ measure: AxisMeasure, upTo cut: AxisThreshold) {
    if case .whole(let number) = cut { self.init(measure, countMax: number + 1) } else { self.init(measure) }
  }

  func read(_ profile: ProfileView) -> (value: Measured, until: Int64) {
    if isEverVisited { return (.whole(profile.lastOnSiteAt == nil ? 0 : 1), .max) }
    var tally = Tally(profile, window, countMax)
    if isLastVisit {
      guard let last = profile.lastOnSiteAt?.milliseconds, tally.counts(last) else { return (.nothing, .max) }
      return (.since(last), tally.until)
    }
    switch quantity {
    case .count:
      count(profile, &tally)
      return (.whole(tally.count), tally.until)
    case .share:
      count(profile, &tally)
      return (tally.all == 0 ? .nothing : .ratio(tally.count, of: tally.all), tally.until)
    case .sum: return sum(profile, &tally)
    case .last, .first:
      if source == .joined { return (joined(profile), .max) }
      count(profile, &tally)
      guard let at = quantity == .last ? tally.newest : tally.oldest else { return (.nothing, .max) }
      return (.since(at), tally.until)
    }
  }

  /// What has been counted.
  private struct Tally {
    /// Those of the source that the filter accepts.
    var count: Int64 = 0
    /// All of the source.
    var all: Int64 = 0
    var newest: Int64?
    var oldest: Int64?
    /// When the first that counts leaves the window.
    var until = Int64.max
    private let now: Int64
    private let window: Int64
    let countMax: Int64

    init(_ profile: ProfileView, _ window: Int64, _ countMax: Int64) {
      (now, self.window, self.countMax) = (profile.at.milliseconds, window, countMax)
    }

    /// Whether a time is within the window; if so, it is known when it no longer will be.
    @inline(__always)
    mutating func counts(_ at: Int64) -> Bool {
      if window == 0 { return true }
      guard now - at < window else { return false }
      until = min(until, at + window)
      return true
    }

    @inline(__always)
    mutating func add(_ units: Int64, at: Int64) {
      count += units
      if newest.map({ at > $0 }) ?? true { newest = at }
      if oldest.map({ at < $0 }) ?? true { oldest = at }
    }

    var isFull: Bool { count >= countMax }
  }

  private func count(_ profile: ProfileView, _ tally: inout Tally) {
    switch source {
    case .events, .visits: countEvents(profile, &tally)
    case .sessions:
      var last: Int64?
      for event in profile.events where event.kind.isVisit && tally.counts(event.at) {
        if last.map({ event.at - $0 >= VisitsAxis.sessionGap }) ?? true { tally.add(1, at: event.at) }
        last = event.at
        if tally.isFull { return }
      }
    case .orders:
      for order in profile.orders where tally.counts(order.placedAt.milliseconds) {
        tally.all += 1
        if filter.accepts(order) { tally.add(1, at: order.placedAt.milliseconds) }
      }
    case .lines, .units:
      let isUnits = source == .units
      for order in profile.orders where tally.counts(order.placedAt.milliseconds) {
        for line in profile.lines[order.lines] {
          let units = isUnits ? Int64(line.units) : 1
          tally.all += units
          if filter.accepts(line, of: order, profile) { tally.add(units, at: order.placedAt.milliseconds) }
        }
      }
    case .refunds:
      for order in profile.orders {
        for refund in profile.refunds[order.refunds] where tally.counts(refund.at.milliseconds) {
          for product in profile.refundedProducts[refund.products] where filter.accepts(product: product, profile) {
            tally.add(1, at: refund.at.milliseconds)
          }
        }
      }
    case .joined: return
    }
  }

  private func countEvents(_ profile: ProfileView, _ tally: inout Tally) {
    let isVisits = source == .visits
    let types = filter.types(profile)
    for event in profile.events where (!isVisits || event.kind.isVisit) && tally.counts(event.at) {
      tally.all += 1
      if filter.accepts(event, types, profile) { tally.add(1, at: event.at) }
      if tally.isFull { return }
    }
  }

  private func sum(_ profile: ProfileView, _ tally: inout Tally) -> (value: Measured, until: Int64) {
    var money = Money.zero
    switch amount {
    case .value, nil:
      let types = filter.types(profile)
      for (event, value) in profile.values where tally.counts(event.at) {
        if filter.accepts(event, types, profile) { money += value }
      }
    case .units, .revenue, .netRevenue:
      for order in profile.orders {
        if tally.counts(order.placedAt.milliseconds) {
          for line in profile.lines[order.lines] where filter.accepts(line, of: order, profile) {
            money += line.revenue
            tally.count += Int64(line.units)
          }
        }
        guard amount == .netRevenue else { continue }
        // A refund is of the whole: what part of it a filter would accept is not known.
        for refund in profile.refunds[order.refunds] where tally.counts(refund.at.milliseconds) {
          money -= refund.amount
        }
      }
    }
    return (amount == .units ? .whole(tally.count) : .money(money), tally.until)
  }

  /// The record's `created_at`, else the first event or order.
  private func joined(_ profile: ProfileView) -> Measured {
    if let created = profile.createdAt, created <= profile.at { return .since(created.milliseconds) }
    var first = profile.events.first?.at
    for order in profile.orders where first.map({ order.placedAt.milliseconds < $0 }) ?? true {
      first = order.placedAt.milliseconds
    }
    return first.map { .since($0) } ?? .nothing
  }
}
