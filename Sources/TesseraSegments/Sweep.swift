package import TesseraModel

/// Everyone placed as of T: the raw material of a cycle and of `segments assign`. Who has a place that still holds is
/// taken from the columns; everyone else is read and placed.
package struct Sweep: Sendable {
  /// Where a customer or visitor stands at T.
  package struct Placement: Sendable {
    package let subject: Profiles.Subject
    package let key: SegmentKey
    package let isActive: Bool
  }

  /// T.
  package let at: Instant
  package private(set) var spendCuts = SpendCuts.none
  /// Customers of the profiles; the visitors come behind them.
  package let customers: Int
  /// All subjects, listed or not.
  package let count: Int
  /// In the order of the profiles, customers before visitors.
  private(set) var shares: [SweepShare] = []
  /// Where each share's subjects start.
  private(set) var starts: [Int] = []
  private let coding: WordCoding
  /// So many numbers of segments mean the same in all shares.
  private(set) var sharedNumbers = 0

  /// Places every listed customer.
  package init(_ profiles: Profiles, space: AxisSpace, at instant: Instant, activity: ActivityRule) {
    self.init(profiles, space, activity, at: instant)
    shares = Sweep.spans(profiles).map { SweepShare(profiles, $0, space, activity, coding, at: instant) }
    compare(space)
    for i in shares.indices { shares[i].compare(spendCuts, space, coding) }
  }

  /// As the other, on as many threads as there are.
  package static func parallel(
    _ profiles: Profiles, space: AxisSpace, at instant: Instant, activity: ActivityRule
  ) async -> Sweep {
    var sweep = Sweep(profiles, space, activity, at: instant)
    let coding = sweep.coding
    // Numbers of wide keys are given in order of arrival.
    guard !coding.isWide else { return Sweep(profiles, space: space, at: instant, activity: activity) }
    sweep.shares = await inParallel(spans(profiles)) {
      SweepShare(profiles, $0, space, activity, coding, at: instant)
    }
    sweep.compare(space)
    guard space.comparedIndex != nil else { return sweep }
    let (shares, cuts) = (sweep.shares, sweep.spendCuts)
    sweep.shares = await inParallel(shares) { share in
      var share = share
      share.compare(cuts, space, coding)
      return share
    }
    return sweep
  }

  private init(_ profiles: Profiles, _ space: AxisSpace, _ activity: ActivityRule, at instant: Instant) {
    at = instant
    customers = profiles.customers.count
    count = profiles.customers.count + profiles.visitors.count
    // Words as the columns have them, so that they can be taken as they are.
    coding = WordCoding(Sweep.packing(profiles, space))
    if let placing = profiles.placing, placing.isFor(space, activity), coding.isPacking(placing.packing) {
      sharedNumbers = placing.numbers.words.count
    }
  }

  private static func packing(_ profiles: Profiles, _ space: AxisSpace) -> KeyPacking? {
    if let placing = profiles.placing, placing.axes == space.identity, placing.packing.fits(profiles.catalog) {
      return placing.packing
    }
    return space.packing(profiles.catalog)
  }

  /// Always the same for the same profiles, so that the result does not depend on the machine; enough for some threads.
  private static let sharesMax = 4
  private static let chunksMin = 16

  private static func spans(_ profiles: Profiles) -> [[SweepShare.Span]] {
    let (customers, visitors) = (profiles.customers.chunks.count, profiles.visitors.chunks.count)
    let all = customers + visitors
    let shares = max(1, min(sharesMax, all / chunksMin))
    return (0..<shares).map { i in
      let range = (all * i / shares)..<(all * (i + 1) / shares)
      let own = range.clamped(to: 0..<customers)
      let others = range.clamped(to: customers..<all)
      return [
        SweepShare.Span(isVisitors: false, chunks: own),
        SweepShare.Span(isVisitors: true, chunks: (others.lowerBound - customers)..<(others.upperBound - customers)),
      ].filter { !$0.chunks.isEmpty }
    }
  }

  /// Finds the percentiles of all.
  private mutating func compare(_ space: AxisSpace) {
    spendCuts = SpendCuts(revenues: shares.flatMap(\.revenues), percentiles: space.percentiles)
    starts = [0]
    for share in shares { starts.append(starts[starts.count - 1] + share.count) }
  }

  /// How many had to be read, for their columns did not hold.
  package var readCount: Int { shares.reduce(0) { $0 + $1.readCount } }
  package var isAnyoneActive: Bool { shares.contains { $0.active.contains { $0 > 0 } } }
  /// How many are listed.
  package var listed: Int { shares.reduce(0) { $0 + $1.members.reduce(0) { $0 + Int($1) } } }

  private func place(_ i: Int) -> (word: UInt64, isActive: Bool) {
    var share = shares.count - 1
    while starts[share] > i { share -= 1 }
    return shares[share].place(i - starts[share])
  }

  /// A subject's segment as a word; 0 for someone who is not listed at T.
  package func word(_ i: Int) -> UInt64 { place(i).word }
  package func isActive(_ i: Int) -> Bool { place(i).isActive }

  /// The key of a listed subject.
  package func key(_ word: UInt64) -> SegmentKey { coding.key(word) }

  package func subject(_ i: Int) -> Profiles.Subject {
    i < customers ? .customer(Int32(i)) : .visitor(Int32(i - customers))
  }

  /// Everyone listed, in the order of the profiles: customers, then visitors.
  package var placements: [Placement] {
    (0..<count).compactMap { i in
      let (word, isActive) = place(i)
      return word == 0 ? nil : Placement(subject: subject(i), key: key(word), isActive: isActive)
    }
  }
}

/// Works on each of some things, on as many threads as there are; results in their order.
package func inParallel<T: Sendable, R: Sendable>(_ work: [T], _ body: @escaping @Sendable (T) -> R) async -> [R] {
  await withTaskGroup(of: (Int, R).self) { group in
    for (i, item) in work.enumerated() { group.addTask { (i, body(item)) } }
    var out = [R?](repeating: nil, count: work.count)
    for await (i, result) in group { out[i] = result }
    return out.compactMap { $0 }
  }
}
