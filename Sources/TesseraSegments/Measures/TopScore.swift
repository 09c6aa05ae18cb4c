import TesseraModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Scores the names that a person has to do with: Σ w·2^(−age / half-life), or plain sums without one.
struct TopScore: Sendable {
  private let top: AxisTop
  /// By the code of an event's kind.
  private let kindWeights: SIMD16<Int8>
  private let named: [(type: String, weight: Int64)]
  private let hasOrders: Bool
  /// Whether what grows old can only take the winner's place by the winner growing old first.
  private let onlyRises: Bool
  private let decays = DecayTable()

  init(_ top: AxisTop) {
    self.top = top
    var kinds = SIMD16<Int8>.zero
    var named: [(type: String, weight: Int64)] = []
    for (type, weight) in top.weights.sorted(by: { $0.key < $1.key }) {
      let kind = EventKind(type: type)
      if kind.isNamed { named.append((type, Int64(weight))) } else { kinds[Int(kind.code)] = Int8(weight) }
    }
    (kindWeights, self.named) = (kinds, named)
    hasOrders = top.lineWeight != 0 || top.refundWeight != 0
    let isPositive = top.weights.values.allSatisfy { $0 >= 0 } && top.lineWeight >= 0 && top.refundWeight >= 0
    onlyRises = isPositive && top.shareMillionths == nil
  }

  /// Scores are whole numbers of 2⁻⁴⁰, as of the newest fact that counts: sums of integers do not depend on their
  /// order, and neither the winner nor its share depends on T. Only whether the score is still enough does.
  private static let one: Double = 1_099_511_627_776
  /// Time is cut short by this much where a score is reckoned to fall below the least, for the reckoning is in floating
  /// point.
  private static let margin = Instant.second

  private struct Score {
    var score: Int64
    var first: Int64
    var last: Int64
  }

  /// A person's scores while they are added up, in memory that is lent. Names are looked for: they stand together.
  private struct Board {
    let names: UnsafeMutableBufferPointer<UInt16>
    let scores: UnsafeMutableBufferPointer<Score>
    var used = 0
    /// The oldest that counts.
    var oldest = Int64.max

    @inline(__always)
    mutating func add(_ name: UInt16, _ score: Int64, at: Int64) {
      oldest = min(oldest, at)
      for i in 0..<used where names[i] == name {
        let (sum, isOver) = scores[i].score.addingReportingOverflow(score)
        scores[i].score = isOver ? (score > 0 ? .max : .min) : sum
        scores[i].first = min(scores[i].first, at)
        scores[i].last = max(scores[i].last, at)
        return
      }
      names.initializeElement(at: used, to: name)
      scores.initializeElement(at: used, to: Score(score: score, first: at, last: at))
      used += 1
    }
  }

  /// The number of the name that wins, and until when time alone leaves it.
  func winner(of profile: ProfileView) -> (name: UInt16?, until: Int64) {
    let namedWeights = named.compactMap { type, weight in profile.types.number(of: type).map { ($0, weight) } }
    let since = top.window.map { profile.at.milliseconds - $0 } ?? .min
    guard let newest = newest(of: profile, namedWeights, after: since) else { return (nil, .max) }
    let capacity = profile.events.count + (hasOrders ? profile.lines.count + profile.refundedProducts.count : 0)
    let (best, oldest) = withUnsafeTemporaryAllocation(of: UInt16.self, capacity: max(1, capacity)) { names in
      withUnsafeTemporaryAllocation(of: Score.self, capacity: max(1, capacity)) { scores in
        var board = Board(names: names, scores: scores)
        score(profile, namedWeights, newest: newest, after: since, &board)
        return (winner(of: board, profile), board.oldest)
      }
    }
    let expiry = top.window.map { oldest == .max ? .max : oldest + $0 } ?? .max
    guard let best else { return (nil, onlyRises ? .max : expiry) }
    var until = expiry
    if onlyRises, let window = top.window { until = best.score.first + window }
    guard let halfLife = top.halfLife else { return (best.name, until) }
    let points = Double(best.score.score) / TopScore.one
    let now = profile.at.milliseconds
    // How long the score is enough, from the newest fact on.
    let lasts = Int64((log2(points / Double(top.atLeast)) * Double(halfLife)).rounded(.down))
    if now - newest > lasts - TopScore.margin,
      points * exp2(-Double(now - newest) / Double(halfLife)) < Double(top.atLeast)
    {
      return (nil, onlyRises ? .max : expiry)
    }
    return (best.name, min(until, max(now + 1, newest + lasts - TopScore.margin)))
  }

  @inline(__always)
  private func weight(_ event: CompactEvent, _ named: [(UInt16, Int64)]) -> Int64 {
    if event.kind.isNamed {
      return named.isEmpty ? 0 : named.first { $0.0 == event.type }?.1 ?? 0
    }
    return Int64(kindWeights[Int(event.kind.code)])
  }

  /// The time of the newest fact that may count.
  private func newest(of profile: ProfileView, _ named: [(UInt16, Int64)], after since: Int64) -> Int64? {
    var newest = profile.events.last { weight($0, named) != 0 }?.at
    if hasOrders {
      for order in profile.orders {
        if top.lineWeight != 0 { newest = max(newest ?? .min, order.placedAt.milliseconds) }
        guard top.refundWeight != 0 else { continue }
        for refund in profile.refunds[order.refunds] { newest = max(newest ?? .min, refund.at.milliseconds) }
      }
    }
    return newest.flatMap { $0 > since ? $0 : nil }
  }

  private func score(
    _ profile: ProfileView, _ named: [(UInt16, Int64)], newest: Int64, after since: Int64, _ board: inout Board
  ) {
    // Ages are multiplied: dividing takes as long as all the rest.
    let (perHalfLife, decays) = (top.halfLife.map { 1 / Double($0) }, decays)
    profile.catalog.withCodes(top.names) { codes in
      @inline(__always)
      func add(_ product: Int32, _ weight: Int64, _ at: Int64) {
        guard product >= 0, at > since, Int(product) < codes.count else { return }
        let name = codes[Int(product)]
        guard name != Catalog.noName else { return }
        guard let perHalfLife else { return board.add(name, weight << 40, at: at) }
        let decay = at == newest ? 1 : decays.power(Double(newest - at) * perHalfLife)
        // Rounded to the nearest, for it is positive.
        board.add(name, weight * Int64(decay * TopScore.one + 0.5), at: at)
      }
      // Newest first: what is before the window need not be looked at.
      for event in profile.events.reversed() {
        if event.at <= since { break }
        let weight = weight(event, named)
        if weight != 0 { add(event.product, weight, event.at) }
      }
      guard hasOrders else { return }
      for order in profile.orders {
        if top.lineWeight != 0 {
          for line in profile.lines[order.lines] {
            add(line.product, Int64(top.lineWeight), order.placedAt.milliseconds)
          }
        }
        guard top.refundWeight != 0 else { continue }
        for refund in profile.refunds[order.refunds] {
          for product in profile.refundedProducts[refund.products] {
            add(product, Int64(top.refundWeight), refund.at.milliseconds)
          }
        }
      }
    }
  }

  /// The highest score with enough of the sum of the positive ones; without a half-life it must be enough in itself.
  private func winner(of board: Board, _ profile: ProfileView) -> (name: UInt16, score: Score)? {
    var total: Int128 = 0
    var best: Int?
    for i in 0..<board.used where board.scores[i].score > 0 {
      total += Int128(board.scores[i].score)
      if best.map({ isBetter(i, $0, board, profile.catalog) }) ?? true { best = i }
    }
    guard let best else { return nil }
    let score = board.scores[best]
    if let share = top.shareMillionths, Int128(score.score) * 1_000_000 < total * Int128(share) { return nil }
    if top.halfLife == nil, score.score < Int64(top.atLeast) << 40 { return nil }
    return (board.names[best], score)
  }

  private func isBetter(_ i: Int, _ j: Int, _ board: Board, _ catalog: Catalog) -> Bool {
    let (a, b) = (board.scores[i], board.scores[j])
    if a.score != b.score { return a.score > b.score }
    if top.latestWins, a.last != b.last { return a.last > b.last }
    let names: [String]
    switch top.names {
    case .brand: names = catalog.brands.names
    case .category: names = catalog.categories.names
    case .tier: return board.names[i] < board.names[j]
    }
    return NameNormalization.precedes(names[Int(board.names[i])], names[Int(board.names[j])])
  }
}
