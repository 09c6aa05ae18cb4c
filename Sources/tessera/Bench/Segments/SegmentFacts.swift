import Foundation
import TesseraModel

/// Generated facts in columns, the same for everyone who is measured: customers who come in bursts over 120 days, each
/// with a leaning to a few brands, look at products, fill and empty baskets. Deterministic.
struct SegmentFacts {
  let customers: Int
  private(set) var at: [Int64] = []
  /// Raw values of `EventKind`.
  private(set) var kind: [UInt8] = []
  private(set) var customer: [Int32] = []
  /// -1 where an event has no product.
  private(set) var product: [Int32] = []
  /// The brand and the category of each product, from 1.
  private(set) var brand: [Int32] = []
  private(set) var category: [Int32] = []
  /// T: after the last event.
  let end: Instant

  static let products = 20_000
  static let brands = 900
  static let categories = 250
  static let days: Int64 = 120

  /// - Parameter events: how many; they come in order of time.
  init(customers: Int, events: Int) {
    self.customers = customers
    end = Instant(milliseconds: 1_767_225_600_000)
    var random = Generator(state: 42)
    for _ in 0..<SegmentFacts.products {
      brand.append(Int32(random.skewed(SegmentFacts.brands)) + 1)
      category.append(Int32(random.below(SegmentFacts.categories)) + 1)
    }
    var byBrand = [[Int32]](repeating: [], count: SegmentFacts.brands + 1)
    for (i, b) in brand.enumerated() { byBrand[Int(b)].append(Int32(i)) }
    let span = SegmentFacts.days * Instant.day
    let start = end.milliseconds - span - 1_000
    (at, kind, customer, product) = (
      [], [], [], []
    )
    for count in [events] {
      at.reserveCapacity(count)
      kind.reserveCapacity(count)
      customer.reserveCapacity(count)
      product.reserveCapacity(count)
    }
    // Several bursts run at once, so that neighbours in the log are different people.
    let lanes = 64
    var who = [Int32](repeating: 0, count: lanes)
    var left = [Int](repeating: 0, count: lanes)
    var about = [Int32](repeating: 0, count: lanes)
    for i in 0..<events {
      let lane = i % lanes
      if left[lane] == 0 {
        left[lane] = 1 + random.below(9)
        who[lane] = Int32(random.below(customers))
        about[lane] = Int32(random.below(SegmentFacts.categories)) + 1
      }
      left[lane] -= 1
      let person = who[lane]
      at.append(start + Int64(Double(span) * (Double(i) / Double(events))))
      customer.append(person)
      let (k, p) = SegmentFacts.action(person, about[lane], byBrand, &random)
      kind.append(k.rawValue)
      product.append(p)
    }
  }

  /// What someone does: three in four look at a product, half of the time one of a brand they like.
  private static func action(
    _ person: Int32, _ about: Int32, _ byBrand: [[Int32]], _ random: inout Generator
  ) -> (EventKind, Int32) {
    let roll = random.below(100)
    if roll < 12 { return (.site, -1) }
    if roll < 14 { return (.checkoutStarted, -1) }
    let liked = byBrand[Int(person) % brands + 1]
    let product: Int32
    if random.below(2) == 0, !liked.isEmpty {
      product = liked[random.below(liked.count)]
    } else {
      product = Int32((random.below(products / categories) * categories + Int(about)) % products)
    }
    if roll < 88 { return (.productViewed, product) }
    return (roll < 96 ? .addedToCart : .removedFromCart, product)
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  private struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    /// Small numbers more often than large ones.
    mutating func skewed(_ bound: Int) -> Int { below(bound) * below(bound) / bound }
  }

  /// Writes the columns as little-endian numbers, a file each.
  func write(to folder: URL) throws {
    try SegmentFacts.write(at, to: folder.appending(path: "at.i64"))
    try SegmentFacts.write(kind, to: folder.appending(path: "kind.u8"))
    try SegmentFacts.write(customer, to: folder.appending(path: "customer.i32"))
    try SegmentFacts.write(product, to: folder.appending(path: "product.i32"))
    try SegmentFacts.write(brand, to: folder.appending(path: "brand.i32"))
    try SegmentFacts.write(category, to: folder.appending(path: "category.i32"))
  }

  static func write<N>(_ numbers: [N], to file: URL) throws {
    try numbers.withUnsafeBytes { try Data($0).write(to: file) }
  }
}
