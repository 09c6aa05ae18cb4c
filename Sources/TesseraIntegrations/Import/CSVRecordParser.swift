#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Splits the lines of one record into fields by RFC 4180. A quote inside an unquoted field is an ordinary character.
struct CSVRecordParser {
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  /// The contents of all fields, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each field ends in `bytes`.
  private(set) var ends: [Int] = []
  /// Whether a quoted field is open, so that the next line belongs to the record too.
  private(set) var isOpen = false

  /// Takes one line, without its ending.
  /// - Returns: why the record is not CSV, or nil.
  mutating func add(_ line: [UInt8]) -> String? {
    if isOpen { bytes.append(10) }
    var i = 0
    while true {
      if isOpen {
        guard let quote = CSVRecordParser.place(of: CSVRecordParser.quote, in: line, from: i) else {
          bytes += line[i...]
          return nil
        }
        bytes += line[i..<quote]
        i = quote + 1
        if i < line.count, line[i] == CSVRecordParser.quote {
          bytes.append(CSVRecordParser.quote)
          i += 1
          continue
        }
        isOpen = false
        guard i == line.count || line[i] == CSVRecordParser.comma else {
          return
            "after a closing quote a comma is expected, at byte \(i) of the line; write a quote inside quotes twice"
        }
      } else if i < line.count, line[i] == CSVRecordParser.quote {
        isOpen = true
        i += 1
        continue
      } else {
        let end = CSVRecordParser.place(of: CSVRecordParser.comma, in: line, from: i) ?? line.count
        bytes += line[i..<end]
        i = end
      }
      ends.append(bytes.count)
      guard i < line.count else { return nil }
      i += 1
    }
  }

  private static func place(of byte: UInt8, in line: [UInt8], from start: Int) -> Int? {
    line.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = memchr(base + start, Int32(byte), bytes.count - start) else {
        return nil
      }
      return UnsafeRawPointer(found) - base
    }
  }
}
