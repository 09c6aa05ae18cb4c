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
}
