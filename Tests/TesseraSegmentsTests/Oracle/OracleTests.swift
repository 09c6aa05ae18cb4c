import TesseraModel
import TesseraSegments
import Testing

/// The fold against the second definition, customer by customer and axis by axis.
@Suite struct OracleTests {
  static let instants: [Instant] = [-1, 0, 1, -7 * Instant.day, Instant.day, -200 * Instant.day].map {
    FactGenerator.anchor.adding($0)
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func everyAxisAgreesInAnyOrder(seed: UInt64) throws {
    var generator = FactGenerator(seed: seed, customers: 240)
    let facts = generator.facts()
    let oracle = try AxisOracle(facts)
    var random = SplitMix64(seed: seed ^ 0xFEED)
    let counted = ProfilesPlacement.deduplicated(facts)
    var orders = [counted]
    for _ in 0..<2 { orders.append(random.shuffled(counted)) }
    let folds = orders.map { ProfilesPlacement.fold($0) }
    for instant in OracleTests.instants {
      let theirs = try oracle.rows(at: instant)
      #expect(theirs.count > 200)
      for (i, profiles) in folds.enumerated() {
        let found = ProfilesPlacement.differences(ProfilesPlacement.rows(profiles, at: instant), theirs)
        #expect(found.isEmpty, "seed \(seed), order \(i), T \(instant):\n\(found.joined(separator: "\n"))")
      }
    }
  }

  /// Without distinct `updated_at` the last accepted version is in force, so the order is the log's.
  @Test(arguments: [21, 22] as [UInt64])
  func lastAcceptedVersionStands(seed: UInt64) throws {
    var generator = FactGenerator(seed: seed, customers: 120, hasDistinctUpdates: false)
    let facts = generator.facts()
    let oracle = try AxisOracle(facts)
    let profiles = ProfilesPlacement.fold(ProfilesPlacement.deduplicated(facts))
    for instant in OracleTests.instants.prefix(2) {
      let found = ProfilesPlacement.differences(
        ProfilesPlacement.rows(profiles, at: instant), try oracle.rows(at: instant))
      #expect(found.isEmpty, "seed \(seed), T \(instant):\n\(found.joined(separator: "\n"))")
    }
  }

  /// A comparison proves little where nobody is: every word of every axis must occur, and names beside them.
  @Test func generatorReachesEveryValue() throws {
    var seen: [Set<String>] = Array(repeating: [], count: 10)
    for seed: UInt64 in [11, 12, 13, 14] {
      var generator = FactGenerator(seed: seed, customers: 240)
      for row in try AxisOracle(generator.facts()).rows(at: FactGenerator.anchor) {
        for (axis, value) in row.values.enumerated() { seen[axis].insert(value) }
      }
    }
    for (axis, values) in zip(AxisSpace().axes, seen) {
      for word in axis.words { #expect(values.contains(word), "\(axis.name) \(word) never occurs") }
      if axis.nameSource != nil {
        #expect(values.contains("~none"), "\(axis.name) called none never occurs")
        #expect(values.count > 4)
      }
    }
  }
}
