import TesseraBandits
import TesseraModel
import Testing

@Suite struct ContextCodingTests {
  /// One row a value of each column, all of two actions by turns.
  private func table(_ columns: [(name: String, values: [String])]) throws -> LoggedTable {
    let count = columns.first?.values.count ?? 0
    var text = "action,propensity,reward," + columns.map(\.name).joined(separator: ",") + "\n"
    for row in 0..<count { text += "a\(row % 2),0.5,0," + columns.map { $0.values[row] }.joined(separator: ",") + "\n" }
    return try LoggedTable.read(text)
  }

  private func sizes(_ axis: ContextCoding.Axis) -> [Int] {
    axis.words.indices.map { word in axis.values.count { Int($0) == word } }
  }

  @Test func numbersAreCutAtTheirOctiles() throws {
    var random = SplitMix64(seed: 33)
    let even = random.shuffled((0..<800).map { "\($0)" })
    let skewed = (0..<800).map { $0 < 600 ? "0" : "\($0).5" }
    let topHeavy = (0..<800).map { $0 < 300 ? "-\($0)" : "100" }
    let few = (0..<800).map { "\($0 % 12)" }
    let gaps = (0..<800).map { $0 % 8 == 0 ? "" : "\($0)" }
    let coding = ContextCoding(
      try table([("even", even), ("skewed", skewed), ("top", topHeavy), ("few", few), ("gaps", gaps)]))
    #expect(coding.axes.map(\.name) == ["even", "skewed", "top", "few", "gaps"] && coding.notes == [])
    #expect(sizes(coding.axes[0]) == [100, 100, 100, 100, 100, 100, 100, 100, 0])
    #expect(coding.axes[0].words.first == "up to 99.0" && coding.axes[0].words.dropLast().last == "above 699.0")
    // Six octiles are 0; above them there are two.
    #expect(sizes(coding.axes[1]) == [600, 100, 100, 0])
    // The highest value is a part of its own, not one with what lies below it.
    #expect(sizes(coding.axes[2]) == [100, 100, 100, 500, 0])
    #expect(coding.axes[3].words.count == 12)
    #expect(sizes(coding.axes[4]).last == 100 && sizes(coding.axes[4]).dropLast().allSatisfy { (87...88).contains($0) })
  }

  @Test func columnsThatCannotHelpAreNamed() throws {
    let n = 100
    let ids = (0..<n).map { "id-\($0)" }
    let halves = (0..<n).map { "h\($0 / 2)" }
    let same = (0..<n).map { _ in "x" }
    let byAction = (0..<n).map { "price \($0 % 2)" }
    let many = (0..<20).map { column in ("c\(column)", (0..<n).map { "\(($0 / 2 + column) % 3)" }) }
    let coding = ContextCoding(
      try table([("ids", ids), ("halves", halves), ("same", same), ("price", byAction)] + many))
    #expect(coding.axes.map(\.name) == ["halves"] + (0..<14).map { "c\($0)" })
    #expect(
      coding.notes == [
        "Left out of the context: ids (a value of its own in most rows).",
        "Left out of the context: same (the same in all rows).",
        "Left out of the context: price (they follow from the action).",
        "Left out of the context: c14, c15, c16, c17, c18, c19 (only the first 15 are used; choose others with columns:"
          + " context=…).",
      ])
  }

  /// Of sixty cities by three ages the two most frequent contexts stand for themselves; of the rest the cities go
  /// first, since there are most of them, and what is then too small is everyone's.
  @Test func rareContextsAreRolledUp() throws {
    var text = "action,propensity,reward,age,city\n"
    for row in 0..<60 { text += "a,1,0,old,c\(row)\na,1,0,young,c\(row)\n" }
    for row in 0..<9 { text += "a,1,0,middle,c\(row)\n" }
    for _ in 0..<5 { text += "a,1,0,young,c7\na,1,0,old,c8\na,1,0,young,c7\n" }
    let coding = ContextCoding(try LoggedTable.read(text))
    let segments = LogSegments.decided(coding, contextsMax: 2)
    func code(_ age: String?, _ city: String?) -> ContextCode {
      ContextCode(
        codes: [("age", age), ("city", city)].map { axis, word in
          word.map { ContextCode.code(axis: axis, value: .word($0)) } ?? 0
        })
    }
    #expect(
      segments.contexts == [
        code("young", "c7"), code("old", "c8"), code("old", nil), code("young", nil), code(nil, nil),
      ])
    #expect(segments.nearest(to: code("old", "c7")) == 2 && segments.nearest(to: code("middle", "c1")) == 4)
    #expect(LogSegments.decided(coding, contextsMax: 1_000).contexts.count == 130)
    let bare = ContextCoding(try LoggedTable.read("action,propensity,reward\na,1,0"))
    #expect(LogSegments.decided(bare, contextsMax: 5).contexts == [ContextCode(codes: [])])
  }

  @Test func contextsAreNumberedAsTheyAppear() throws {
    let coding = ContextCoding(try table([("x", ["u", "v", "u", "u"]), ("y", ["1", "1", "2", "1"])]))
    #expect(coding.context == [0, 1, 2, 0] && coding.counts == [2, 1, 1])
    #expect(coding.contexts[0].codes.count == 2 && !coding.contexts[0].codes.contains(0))
    #expect(coding.contexts[0].codes[0] == ContextCode.code(axis: "x", value: .word("u")))
    let bare = ContextCoding(try LoggedTable.read("action,propensity,reward\na,1,0\nb,1,0"))
    #expect(bare.contexts == [ContextCode(codes: [])] && bare.context == [0, 0] && bare.axes.isEmpty)
  }

  /// Rewards depend on the action; what is computed from them is no context, what was there before is one.
  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func whatCameAfterTheActionIsNoticed(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var text = "action,propensity,reward,city,bought,color\n"
    for _ in 0..<5_000 {
      let city = random.below(5)
      // In city 0 the first action is four in five, elsewhere one in four.
      let first = city == 0 ? 0.8 : 0.25
      let a = random.unit() < first ? 0 : 1
      let bought = random.unit() < (a == 0 ? 0.02 : 0.12) ? 1 : 0
      let color = random.unit() < 0.9 ? a : 2
      text += "a\(a),\(a == 0 ? first : 1 - first),\(random.below(2)),c\(city),\(bought),k\(color)\n"
    }
    let table = try LoggedTable.read(text)
    let warning = try #require(try LogEvaluation(table, .init(policy: "uniform")).warnings.first)
    #expect(warning.hasPrefix("bought, color: the actions differ in each of them"), "\(warning)")
    #expect(warning.contains("columns: ignore=bought, ignore=color"))
    var columns = LogColumns()
    columns.ignored = ["bought", "color"]
    #expect(try LogEvaluation(try LoggedTable.read(text, columns: columns), .init(policy: "uniform")).warnings == [])
  }

  /// Many actions that are all rare leave most values without some of them, and mean nothing by it.
  @Test func rareActionsRaiseNoAlarm() throws {
    for seed in 1...10 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      var text = "action,propensity,reward,x,y,z\n"
      for _ in 0..<1_500 {
        // One in six gets the first, all others share the rest.
        let a = random.oneIn(6) ? 0 : 1 + random.below(34)
        let (x, y) = (random.below(3) * random.below(3), random.below(30))
        text += "a\(a),\(a == 0 ? 1.0 / 6 : 5.0 / 6 / 34),0,x\(x),y\(y),z\(random.below(2))\n"
      }
      let table = try LoggedTable.read(text)
      #expect(ContextBalance(table, ContextCoding(table)).suspects == [])
    }
  }
}
