import TesseraBandits
import Testing

@Suite struct LogReadingTests {
  private func failure(_ text: String, _ columns: String = "") -> String {
    do {
      _ = try LoggedTable.read(text, columns: try LogColumns(parsing: columns))
      return ""
    } catch { return "\(error)" }
  }

  @Test func readsValuesSeparatedByCommas() throws {
    let text = """
      row,action,propensity,reward,target,person,city,note
      1,b,0.25,1,0.5,ann,Köln,"a ""fine"" one, really"
      2,a,1,0,0,ben,,"two
      lines"
      3,b,5e-1,true,1,ann,Bonn,
      4,"a,b",.5,FALSE,0.25,,Bonn,x 5" y
      """
    let table = try LoggedTable.read(text)
    #expect(table.actions == ["a", "a,b", "b"] && table.action == [2, 0, 2, 1])
    #expect(table.propensity == [0.25, 1, 0.5, 0.5] && table.reward == [1, 0, 1, 0])
    #expect(table.target == [0.5, 0, 1, 0.25])
    #expect(table.person == [0, 1, 0, 2] && table.personCount == 3)
    #expect(table.context.map(\.name) == ["city", "note"])
    #expect(table.context[0].codes.map { table.context[0].words[Int($0)] } == ["Köln", "", "Bonn", "Bonn"])
    #expect(table.context[1].words == ["a \"fine\" one, really", "two\nlines", "", "x 5\" y"])
    #expect(table.rejected.count == 0 && table.rejected.first == [])
  }

  /// Line ends, a byte-order mark, blank lines and a last line without an end are all the same.
  @Test func spellingsOfAFileAreAlike() throws {
    let lines = ["action, propensity ,reward,x", "a,0.5, 1 ,\"u\"", "b,0.5,0,v"]
    for end in ["\n", "\r\n", "\n\n", "\r\n\r\n"] {
      for text in [
        lines.joined(separator: end), lines.joined(separator: end) + end, "\u{FEFF}" + lines.joined(separator: end),
      ] {
        let table = try LoggedTable.read(text)
        #expect(table.actions == ["a", "b"] && table.reward == [1, 0] && table.target == nil)
        #expect(table.context.first?.words == ["u", "v"] && table.rejected.count == 0)
        #expect(table.person == [0, 1])
      }
    }
  }

  @Test func readsJSONLines() throws {
    let text = """
      {"action": 7, "propensity": 0.5, "reward": true, "x": "u", "y": null}

      {"reward": 2.5e0, "propensity": "0.25", "action": "7", "z": {"a": [1]}, "x": false}
      """
    let table = try LoggedTable.read(text + "\n")
    #expect(table.actions == ["7"] && table.reward == [1, 2.5] && table.propensity == [0.5, 0.25])
    #expect(table.context.map(\.name) == ["x", "y", "z"])
    #expect(table.context.map(\.words) == [["u", "false"], [""], ["", #"{"a":[1]}"#]])
  }

  @Test func rowsThatMakeNoSenseAreLeftOutAndCounted() throws {
    let text = """
      action,propensity,reward,target
      a,0.5,1,0.5
      a,1.3,1,0.5
      a,0,1,0.5
      ,0.5,1,0.5
      "x
      y",0.5,,0.5
      a,0.5,12 %,0.5
      a,0.5,1
      a,0.5,1,1.5
      a,nan,1,0.5
      "a"b,0.5,1,0.5
      b,0.5,1e300,0
      b,0.5,-3,0
      """
    let table = try LoggedTable.read(text)
    #expect(table.reward == [1, -3] && table.rejected.count == 10)
    #expect(
      table.rejected.first == [
        "line 3: propensity is 1.3; it must be above 0 and at most 1",
        "line 4: propensity is 0; it must be above 0 and at most 1",
        "line 5: action is empty; it must name what was shown",
        "line 6: reward is empty; write 0 where nothing was earned",
        "line 8: reward is 12 %; it must be a number such as 0, 1 or 12.50, or true or false",
      ])
    let short = "action,propensity,reward\na,1,1,\n\"a\"b,1,1\na,0x1p-1,1\na,1,inf\nb,1,1"
    #expect(
      try LoggedTable.read(short).rejected.first.map { $0.prefix(25) } == [
        "line 2: it has 4 values; ", "line 3: there is more tex", "line 4: propensity is 0x1",
        "line 5: reward is inf; it",
      ])
    let json = """
      {"action":"a","propensity":1,"reward":1}
      {"action":"a","propensity":1,
      [1]
      {"action":"a","propensity":1}
      """
    #expect(
      try LoggedTable.read(json).rejected.first == [
        "line 2: it is no JSON: a member's name in quotes is expected, after 29 bytes",
        "line 3: it is no JSON object; write one object a line",
        "line 4: reward is empty; write 0 where nothing was earned",
      ])
  }

  /// The same file as values and as JSON lines is the same log, to the last bit of what it says.
  @Test func bothKindsOfFileAreOneLog() throws {
    var random = SplitMix64(seed: 31)
    var (values, json) = ("action,propensity,reward,person,x\n", "")
    var people: Set<Int> = []
    for _ in 0..<400 {
      let (a, r, u, x) = (random.below(3), random.below(2), random.below(90), random.below(4))
      people.insert(u)
      values += "a\(a),0.25,\(r),u\(u),x\(x)\n"
      json += #"{"x":"x\#(x)","person":"u\#(u)","action":"a\#(a)","reward":\#(r),"propensity":0.25}"# + "\n"
    }
    let (a, b) = (try LoggedTable.read(values), try LoggedTable.read(json))
    for policy in ["thompson", "best"] {
      let all = try [a, b].map { try LogEvaluation($0, .init(policy: policy)) }
      #expect(all[0].json == all[1].json && all[0].persons == people.count)
    }
  }

  @Test func filesThatCannotBeReadSayWhatToDo() {
    for text in ["", " \n\r\n", "\u{FEFF}"] { #expect(failure(text).hasPrefix("the log is empty")) }
    #expect(failure("[{\"action\":1}]").contains("one object a line"))
    #expect(failure("action,propensity,reward\n") == "the log has no row that can be used at all")
    #expect(
      failure("action,propensity,reward\na,2,1").hasSuffix(
        "used; line 2: propensity is 2; it must be above 0 and at most 1"))
    #expect(failure("action,propensity,reward,x,x\na,1,1,1,1").contains("\"x\" twice"))
    #expect(failure("action,propensity,reward\na,1,1\n\"b,1,1\nc,1,1\n").hasPrefix("line 3: the quotes of a value"))
    #expect(failure("{\n").hasPrefix("the log has no columns"))
    #expect(failure("{}\n").hasPrefix("the log has no columns"))
    do {
      _ = try LoggedTable.read([0x1F, 0x8B, 8, 0])
      Issue.record("read a compressed file")
    } catch { #expect("\(error)".contains("unpack it first")) }
  }

  @Test func missingColumnsAreNamedWithWhatThereIs() {
    let hillstrom = "row,recency,segment,visit\n1,2,Mens,0\n"
    let message = failure(hillstrom)
    #expect(message.hasPrefix("the log has no column \"action\" or \"propensity\" or \"reward\"; it has row, recency"))
    #expect(message.contains("columns: action=segment, propensity=1/3, reward=visit"))
    #expect(failure(hillstrom, "action=segmnt").contains("no column \"segmnt\" for action; did you mean \"segment\"?"))
    #expect(failure("{\"a\":1}\n").contains("it has a. Say"))
    #expect(failure("action;propensity;reward\na;1;1").contains("separated by semicolons"))
    let wide = (0..<60).map { "c\($0)" }.joined(separator: ",")
    #expect(failure(wide + "\n").contains("c39 and 20 more"))
    // Before a single row is read.
    #expect(failure("action,reward\n\"not closed").contains("no column \"propensity\""))
  }

  /// Whatever the bytes, there is a table or an error.
  @Test func noBytesBreakIt() {
    var random = SplitMix64(seed: 32)
    let bits = Array("\"\",,\n\r\n{}[]:1a.5 action,propensity,reward\n".utf8) + [0, 0xFF, 0xC3]
    for start in ["", "action,propensity,reward\n", "{\"action\":1,\"propensity\":1,\"reward\":1}\n"] {
      for _ in 0..<300 {
        let bytes = Array(start.utf8) + (0..<random.below(60)).map { _ in random.pick(bits) }
        guard let table = try? LoggedTable.read(bytes) else { continue }
        #expect(table.reward.count == table.count && table.context.allSatisfy { $0.codes.count == table.count })
        _ = try? LogEvaluation(table, .init(policy: "uniform"))
      }
    }
  }
}
