import TesseraIntegrations
import TesseraStorage
import Testing

@Suite struct ByteLineReaderTests {
  private func lines(_ path: String) -> (lines: [String], error: FactSourceError?) {
    var lines: [String] = []
    do throws(FactSourceError) {
      var reader = try ByteLineReader(path: path)
      while let line = try reader.next() {
        #expect(line.number == lines.count + 1)
        lines.append(line.isOverlong ? "overlong" : String(decoding: line.bytes, as: UTF8.self))
      }
      return (lines, nil)
    } catch {
      return (lines, error)
    }
  }

  @Test(arguments: [
    ("a\nb\n", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("a\r", ["a"]), ("", []), ("\n", [""]),
    ("a\rb\n", ["a\rb"]), ("\u{FEFF}a\nb", ["a", "b"]), ("a\n\nb\n", ["a", "", "b"]), ("\u{FEFF}", [""]),
  ])
  func endings(_ text: String, _ expected: [String]) throws {
    let fixture = try ImportFixture()
    #expect(lines(try fixture.write("plain", text)).lines == expected)
    #expect(lines(try fixture.write("packed", ImportFixture.gzip(Array(text.utf8)))).lines == expected)
  }

  @Test func concatenatedMembersAndPadding() throws {
    let fixture = try ImportFixture()
    let members = ["a\nb", "", "c\n", "d"].flatMap { ImportFixture.gzip(Array($0.utf8)) }
    let path = try fixture.write("f.gz", members + [UInt8](repeating: 0, count: 300))
    let (read, error) = lines(path)
    #expect(read == ["a", "bc", "d"])
    #expect(error == nil)
  }

  @Test func linesAcrossChunks() throws {
    let fixture = try ImportFixture()
    let expected = (0..<5_000).map { "\($0) " + String(repeating: "x", count: $0 % 200) }
    let bytes = Array(expected.joined(separator: "\r\n").utf8)
    #expect(lines(try fixture.write("plain", bytes)).lines == expected)
    #expect(lines(try fixture.write("packed", ImportFixture.gzip(bytes))).lines == expected)
  }

  @Test func truncatedStreamGivesTheLinesBefore() throws {
    let fixture = try ImportFixture()
    let expected = (0..<20_000).map { "line \($0 &* 2_654_435_761)" }
    let packed = ImportFixture.gzip(Array((expected.joined(separator: "\n") + "\n").utf8))
    let (read, error) = lines(try fixture.write("f.gz", Array(packed.prefix(packed.count / 2))))
    #expect(read.count > 1_000)
    #expect(read == Array(expected.prefix(read.count)))
    #expect(error?.message.contains("truncated") == true)
    let header = lines(try fixture.write("g.gz", Array(packed.prefix(5))))
    #expect(header.error?.message.contains("truncated") == true)
  }

  @Test func corruptStreamSaysSo() throws {
    let fixture = try ImportFixture()
    var packed = ImportFixture.gzip(Array(String(repeating: "abc def\n", count: 10_000).utf8))
    packed[packed.count - 6] ^= 0xFF
    let (read, error) = lines(try fixture.write("f.gz", packed))
    #expect(read.count == 10_000)
    #expect(error?.message.contains("corrupt") == true)
    let trailing = ImportFixture.gzip(Array("a\n".utf8)) + Array("junk".utf8)
    #expect(lines(try fixture.write("g.gz", trailing)).lines == ["a"])
    #expect(lines(try fixture.write("g.gz", trailing)).error?.message.contains("corrupt") == true)
  }

  @Test func faultsRepeat() throws {
    let fixture = try ImportFixture()
    var reader = try ByteLineReader(path: try fixture.write("f.gz", [0x1F, 0x8B, 8]))
    for _ in 0..<3 { #expect(throws: FactSourceError.self) { _ = try reader.next() } }
  }

  @Test func overlongLineCostsItself() throws {
    let fixture = try ImportFixture()
    let limit = ByteLineReader.lineBytesMax
    let text = String(repeating: "x", count: limit) + "\r\n" + String(repeating: "y", count: limit + 1) + "\r\nz\n"
    let read = lines(try fixture.write("f", text)).lines
    #expect(read.map(\.utf8.count) == [limit, 8, 1])
    #expect(read[1] == "overlong")
  }

  @Test func pathsThatCannotBeRead() throws {
    let fixture = try ImportFixture()
    let absent = fixture.path("absent.csv")
    #expect(lines(absent).error?.message == "\(absent) does not exist: check the path")
    #expect(lines(fixture.path()).error?.message.contains("is a folder") == true)
    #expect(lines(try fixture.write("f.zip", [0x50, 0x4B, 3, 4, 0])).error?.message.contains("zip archive") == true)
    #expect(lines(try fixture.write("f.txt", [0xFF, 0xFE, 0x61, 0])).error?.message.contains("UTF-16") == true)
  }
}
