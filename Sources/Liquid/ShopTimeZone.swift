/// The clocks of a shop: how far they are from UTC, and since when.
///
/// It holds no rules of its own; whoever knows them lists the periods that matter, such as those of the years around
/// now.
public struct ShopTimeZone: Sendable, Equatable {
  /// A time in which clocks keep their distance from UTC.
  public struct Period: Sendable, Equatable {
    /// When it begins, seconds since 1970-01-01 UTC.
    public var startSeconds: Int64
    /// Seconds, positive to the east.
    public var offsetSeconds: Int
    /// What `%Z` writes, such as `CET`.
    public var name: String

    /// Makes a period.
    public init(startSeconds: Int64, offsetSeconds: Int, name: String) {
      (self.startSeconds, self.offsetSeconds, self.name) = (startSeconds, offsetSeconds, name)
    }
  }

  /// Beyond these seconds, two days, no clock is.
  private static let offsetMax = 172_800

  private let first: Period
  private let later: [Period]

  /// A zone whose clocks are never set.
  public init(offsetSeconds: Int) {
    let name = offsetSeconds == 0 ? "UTC" : TimeFormat.zone(offsetSeconds, colons: 1)
    self.init([Period(startSeconds: .min, offsetSeconds: offsetSeconds, name: name)])
  }

  /// A zone of these periods, the first of which has always been; UTC when there is none.
  public init(_ periods: [Period]) {
    let sorted = periods.sorted { $0.startSeconds < $1.startSeconds }
    first = sorted.first ?? Period(startSeconds: .min, offsetSeconds: 0, name: "UTC")
    later = Array(sorted.dropFirst())
  }

  /// How far the clocks are from UTC at a moment, seconds, positive to the east.
  public func offsetSeconds(atMilliseconds milliseconds: Int64) -> Int {
    period(at: CivilTime.floorDivision(Int(milliseconds), 1_000)).offsetSeconds
  }

  /// Whether every offset is one that clocks can have.
  var isPossible: Bool {
    first.offsetSeconds.magnitude <= ShopTimeZone.offsetMax
      && later.allSatisfy { $0.offsetSeconds.magnitude <= ShopTimeZone.offsetMax }
  }

  /// The period that a moment is in.
  func period(at seconds: Int) -> Period {
    if later.isEmpty { return first }
    var (low, high) = (0, later.count)
    while low < high {
      let middle = (low + high) / 2
      if later[middle].startSeconds <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : later[low - 1]
  }

  /// The period in which clocks show a time, given as seconds as if it were UTC. Of two the first; a time that clocks
  /// skip counts as of the period before.
  func period(showing local: Int) -> Period {
    if later.isEmpty { return first }
    let before = period(at: local - ShopTimeZone.offsetMax)
    if period(at: local - before.offsetSeconds) == before { return before }
    let after = period(at: local + ShopTimeZone.offsetMax)
    return period(at: local - after.offsetSeconds) == after ? after : before
  }

  /// A moment in this zone.
  func time(seconds: Int, milliseconds: Int = 0) -> CivilTime? {
    guard isPossible else { return nil }
    let period = period(at: seconds)
    return CivilTime(seconds: seconds, milliseconds: milliseconds, offset: period.offsetSeconds, zone: period.name)
  }

  /// The moment at which the clocks of this zone show a time, given as seconds as if it were UTC.
  func time(showing local: Int, milliseconds: Int) -> CivilTime? {
    guard isPossible, local.magnitude <= CivilTime.secondsMax else { return nil }
    return time(seconds: local - period(showing: local).offsetSeconds, milliseconds: milliseconds)
  }
}
