import TesseraIntegrations
import TesseraModel
import TesseraStorage
import Testing

@Suite struct CSVReaderTests {
  /// The rows as lists of fields; a refused one as its reason.
  private func read(_ text: String) throws -> [[String]] {
    let fixture = try ImportFixture()
    var reader = try CSVReader(path: try fixture.write("f.csv", text))
    var rows: [[String]] = []
    while let record = try reader.next() {
      switch record.row {
      case .success(let row): rows.append((0..<row.count).map { row[$0] })
      case .failure(let error): rows.append(["\(record.line)", "refused", error.reason])
      }
    }
    return rows
  }

  @Test(arguments: [
    ("a,b\n1,2\n", [["1", "2"]]), ("a,b\r\n\"1\",\"2\"\r\n", [["1", "2"]]),
    ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", [["x,y", "say \"hi\""]]),
    ("a,b\n\"two\r\nlines\",2\n", [["two\nlines", "2"]]), ("a,b\n,\n\n1,\n", [["1", ""]]), ("a,b\n1\n", [["1"]]),
    ("a,b\n5\" pipe,2\n", [["5\" pipe", "2"]]), ("a,b\n\"\",\"\"\"\"\n", [["", "\""]]),
    ("\u{FEFF}a,b\n1,2", [["1", "2"]]),
    ("a,b\n", []),
  ])
  func fields(_ text: String, _ expected: [[String]]) throws { #expect(try read(text) == expected) }

  @Test func columnsByName() throws {
    let fixture = try ImportFixture()
    var reader = try CSVReader(
      path: try fixture.write("f.csv", "\u{FEFF}, First Name ,EMAIL,email\n1,Ada , a@b ,x\n9\n"))
    #expect(reader.header.names == ["", "first name", "email", "email"])
    let row = try #require(try reader.next()).row.get()
    #expect(row.text("first name") == "Ada")
    #expect(row.text("absent", "email") == "a@b")
    let short = try #require(try reader.next()).row.get()
    #expect(short.line == 3)
    #expect(short.text("email") == nil)
    #expect(short[2] == "")
  }

  @Test func tooManyFields() throws {
    #expect(try read("a,b\n1,2,3\n4,5\n") == [["2", "refused", "3 fields where the header has 2"], ["4", "5"]])
  }

  @Test func textAfterAClosingQuote() throws {
    let rows = try read("a,b\n\"1\"x,2\n3,4\n")
    #expect(rows[0].prefix(2) == ["2", "refused"])
    #expect(rows[1] == ["3", "4"])
  }

  @Test func quoteNeverClosedCostsOneRow() throws {
    let rows = try read("a,b\n1,2\n\"3,4\n5,6\n7,8\n")
    #expect(rows == [["1", "2"], ["3", "refused", "a quote is opened and never closed"], ["5", "6"], ["7", "8"]])
  }

  @Test func strayQuotesThatPairUpCostTheirRowsOnly() throws {
    let rows = try read("a,b\n1,\"x\n2,y\n3,z\n4,\"w\n5,v\n")
    #expect(rows.filter { $0.contains("refused") }.map(\.[0]) == ["2", "5"])
    #expect(rows.filter { !$0.contains("refused") } == [["2", "y"], ["3", "z"], ["5", "v"]])
  }

  @Test func openQuoteIsBoundedInLinesAndBytes() throws {
    let many = "a,b\n\"1,2\n" + String(repeating: "3,4\n", count: CSVReader.recordLinesMax + 500)
    let rows = try read(many)
    #expect(rows.count == CSVReader.recordLinesMax + 501)
    #expect(rows[0].prefix(2) == ["2", "refused"])
    let wide = "a,b\n\"1,2\n" + String(repeating: String(repeating: "x", count: 999) + ",4\n", count: 1_500)
    #expect(try read(wide).filter { $0.contains("refused") }.count == 1)
  }

  @Test func hostileQuotesTakeLinearTime() throws {
    // Opens a quote whether or not one is open already, so that no record ever ends.
    let text = "a,b\n" + String(repeating: "a\"\"\",\"\n", count: 30_000)
    let rows = try read(text)
    #expect(rows.allSatisfy { $0.contains("refused") })
  }

  @Test func bytesThatAreNoText() throws {
    let fixture = try ImportFixture()
    let path = try fixture.write("f.csv", Array("a,b\n1,".utf8) + [0xE9] + Array("\n2,x\u{0}\n3,4\n".utf8))
    var reader = try CSVReader(path: path)
    #expect(throws: (any Error).self) { try #require(try reader.next()).row.get() }
    #expect(throws: (any Error).self) { try #require(try reader.next()).row.get() }
    #expect(try #require(try reader.next()).row.get()[0] == "3")
  }

  @Test func emptyFile() throws {
    #expect(throws: FactSourceError.self) { try read("") }
    #expect(throws: FactSourceError.self) { try read("\n\n") }
  }
}
