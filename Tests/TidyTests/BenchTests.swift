import Testing

/// What is benchmarked is what runs in a shop.
@Suite struct BenchTests {
  @Test func segmentsAreBenchmarkedWithTheEngineOfTheCycle() {
    let bench = Repository.sources.filter { $0.path.hasPrefix("Sources/tessera/Bench/Segments/") }.map(\.text).joined()
    let engine = Repository.sources.filter { $0.path.hasPrefix("Sources/TesseraRuntime/") }.map(\.text).joined()
    let segments = Repository.sources.filter { $0.path.hasPrefix("Sources/TesseraSegments/") }.map(\.text).joined()
    #expect(bench.contains("Sweep.parallel(") && engine.contains("Sweep.parallel("))
    #expect(bench.contains("profiles.fold(") && engine.contains("profiles.fold("))
    #expect(bench.contains("Grouping.parallel(") && segments.contains("Grouping.parallel("))
    // Nothing of the kind is made here: no fold, no table, no sort of people.
    for word in ["Dictionary(", "[SegmentKey:", "sort(by:", "extension Profiles", "extension Sweep"] {
      #expect(!bench.contains(word), "the benchmark has \(word) of its own")
    }
  }

  @Test func theBanditIsScoredWithThePlannerOfTheCycle() {
    let bench = Repository.sources.filter { $0.path.hasPrefix("Sources/tessera/Bench/Bandit/") }.map(\.text).joined()
    for word in ["Reconsideration(", "RewardJoin(", "ExposureLog()", "PosteriorTable(join)"] {
      #expect(bench.contains(word), "the scorecard does without \(word)")
    }
    // No policy and no learner of the scorecard's own.
    for word in [": ChoicePolicy", "extension HierarchicalModel", "extension PosteriorTable"] {
      #expect(!bench.contains(word), "the scorecard has \(word) of its own")
    }
  }
}
