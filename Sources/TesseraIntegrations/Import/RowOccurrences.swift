import TesseraModel
import TesseraStorage

/// Counts how many equal rows precede each row of a file.
///
/// Equal rows carry equal times. Where the times of a file never decrease, equal rows can therefore only follow each
/// other within one time, and the counts are dropped whenever it changes. Otherwise the digest of every row is kept:
/// about 40 bytes a row.
struct RowOccurrences {
  /// The first half of a SHA-256: rows that share it by chance would need 2⁶⁴ rows.
  private struct Digest: Hashable {
    var high: UInt64
    var low: UInt64

    init(_ bytes: [UInt8]) {
      high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
      low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  private let isSorted: Bool
  private var time = ""
  private var counts: [Digest: Int] = [:]

  /// - Parameter isSorted: what `areTimesSorted` found.
  init(isSorted: Bool) { self.isSorted = isSorted }

  /// The identity of a row: SHA-256 of its bytes, a line feed and, in decimal, how many equal rows precede it; the
  /// first 128 bits as 32 hexadecimal digits. All rows of a file have to be given, in its order.
  mutating func id(of row: [UInt8], time: String) -> String {
    if isSorted, time != self.time {
      counts.removeAll(keepingCapacity: true)
      self.time = time
    }
    var hasher = SHA256()
    hasher.update(row)
    let digest = Digest(hasher.finish())
    let count = counts[digest, default: 0]
    counts[digest] = count + 1
    hasher.update([10])
    hasher.update(String(count).utf8)
    return TextEncoding.hexadecimal(hasher.finish().prefix(16))
  }

  /// Reads a file through and says whether its times, compared as bytes, never decrease. A fault in the file is left
  /// to be reported by whoever reads it next.
  static func areTimesSorted(path: String, column: Int) -> Bool {
    do throws(FactSourceError) {
      var reader = try CSVReader(path: path)
      var last = ""
      while let record = try reader.next() {
        guard case .success(let row) = record.row else { continue }
        let time = row[column]
        if time.utf8.lexicographicallyPrecedes(last.utf8) { return false }
        last = time
      }
      return true
    } catch {
      return true
    }
  }
}
