package import TesseraStorage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One line of a file, without its ending.
package struct ByteLine: Sendable {
  /// Counted from 1.
  package let number: Int
  /// The line; of an overlong one only its beginning.
  package let bytes: [UInt8]
  /// Whether it was longer than `ByteLineReader.lineBytesMax`.
  package let isOverlong: Bool
}

/// The lines of a plain or gzip file, read in memory that depends on the longest line alone.
///
/// Lines end in LF or CRLF, the last one possibly in neither; a byte-order mark at the start is dropped.
package struct ByteLineReader {
  /// Longer lines are errors of their row: a fact has at most a few kilobytes, and a file without line ends must not
  /// fill the memory.
  package static let lineBytesMax = 1 << 20
  /// Bytes kept of an overlong line, so that the file of rejected rows shows which it was.
  package static let overlongBytesKept = 1_000

  /// The file, as the user named it.
  package let path: String
  private let file: InputFile
  private var chunk: [UInt8] = []
  private var position = 0
  private var number = 0

  /// Opens a file.
  /// - Throws: `FactSourceError` if there is none, if it is a folder, or if it may not be read.
  package init(path: String) throws(FactSourceError) {
    self.path = path
    file = try InputFile(path: path)
  }

  /// Whether the file can be opened and read a second time, which a pipe cannot.
  package var isRepeatable: Bool { file.isRegular }

  /// The next line, or nil at the end.
  /// - Throws: `FactSourceError` for a fault of the disk, a truncated or corrupt gzip stream. All lines before it
  ///   were returned; the beginning of a line that the fault cuts off is dropped.
  package mutating func next() throws(FactSourceError) -> ByteLine? {
    var bytes: [UInt8] = []
    var length = 0
    var isFound = false
    while !isFound {
      if position == chunk.count {
        guard let more = try file.nextChunk() else { break }
        (chunk, position) = (more, 0)
      }
      let end = newline()
      let upper = end ?? chunk.count
      length += upper - position
      // A CR may still follow the last byte that counts, hence one byte more.
      let room = ByteLineReader.lineBytesMax + 1 - bytes.count
      bytes += chunk[position..<min(upper, position + max(0, room))]
      isFound = end != nil
      position = isFound ? upper + 1 : upper
    }
    guard isFound || length > 0 else { return nil }
    number += 1
    if length == bytes.count, bytes.last == 13 {
      bytes.removeLast()
      length -= 1
    }
    if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes.removeFirst(3)
      length -= 3
    }
    guard length <= ByteLineReader.lineBytesMax else {
      let start = Array(bytes.prefix(ByteLineReader.overlongBytesKept))
      return ByteLine(number: number, bytes: start, isOverlong: true)
    }
    return ByteLine(number: number, bytes: bytes, isOverlong: false)
  }

  /// The first line end in the rest of the chunk.
  private func newline() -> Int? {
    chunk.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let found = memchr(base + position, 10, bytes.count - position) else {
        return nil
      }
      return UnsafeRawPointer(found) - base
    }
  }
}

extension ByteLine {
  /// Why an overlong line is refused.
  static let overlongReason = "the line is longer than 1 MiB"

  /// The line as text; bytes that are not UTF-8 are shown as replacement characters.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
