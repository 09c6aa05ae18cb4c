import TesseraBandits
import Testing

@Suite struct LogColumnsTests {
  private let text = "item_id,position,click,pscore,spend,action\n7,1,0,0.5,0,x\n8,2,1,0.25,9.5,y\n"

  private func table(_ columns: String) throws -> LoggedTable {
    try LoggedTable.read(text, columns: try LogColumns(parsing: columns))
  }

  @Test func namesAreMapped() throws {
    let table = try table("action=item_id, propensity = pscore,reward=click")
    #expect(table.actions == ["7", "8"] && table.propensity == [0.5, 0.25] && table.reward == [0, 1])
    // A column with the name of a role is not taken for a context by accident.
    #expect(table.context.map(\.name) == ["position", "spend"])
    #expect(try self.table("action=item_id,propensity=pscore,reward=spend,target=click").target == [0, 1])
  }

  @Test func contextIsChosen() throws {
    let base = "action=item_id,propensity=pscore,reward=click"
    #expect(try table(base + ",ignore=spend").context.map(\.name) == ["position"])
    #expect(try table(base + ",context=spend,context=action").context.map(\.name) == ["spend", "action"])
    #expect(try table(base + ",ignore=spend,ignore=position").context.isEmpty)
  }

  @Test func onePropensityForAllRows() throws {
    for (value, expected) in [("1/2", 0.5), ("0.125", 0.125), ("1", 1), ("1/3", 1.0 / 3), ("2 / 4", 0.5)] {
      let table = try table("action=item_id,propensity=\(value),reward=click")
      #expect(table.propensity == [expected, expected])
    }
    // A column of that name comes first.
    let odd = try LoggedTable.read(
      "action,1/2,reward\na,0.75,1", columns: try LogColumns(parsing: "propensity=1/2"))
    #expect(odd.propensity == [0.75])
    let errors = [
      ("propensity=0", "must be above 0"), ("propensity=3/2", "must be above 0"),
      ("propensity=1/0", "no column \"1/0\""),
      ("propensity=1/2/3", "no column"), ("propensity=half", "no column \"half\" for propensity"),
    ]
    for (columns, part) in errors {
      do {
        _ = try self.table("action=item_id,reward=click," + columns)
        Issue.record("accepted \(columns)")
      } catch { #expect("\(error)".contains(part), "\(error)") }
    }
  }

  @Test func mistakesAreExplained() {
    let errors = [
      ("action", "must read role=column"), ("rewards=click", "did you mean \"reward\"?"),
      ("action=item_id,action=click", "action is given twice"), ("reward=", "names no column"),
      ("action=item_id,propensity=pscore,reward=item_id", "action and reward are both \"item_id\""),
      ("action=item_id,propensity=pscore,reward=click,ignore=spent", "did you mean \"spend\"?"),
      ("action=item_id,propensity=pscore,reward=click,person=who", "no column \"who\" for person"),
    ]
    for (columns, part) in errors {
      do {
        _ = try table(columns)
        Issue.record("accepted \(columns)")
      } catch { #expect("\(error)".contains(part), "\(error)") }
    }
  }
}
