import Foundation
import Glibc

/// A text file being written: beside its final name until it is complete, so that nobody reads half of it.
final class TextFile {
  private let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// Written out when this many bytes have gathered.
  private static let bufferSize = 1 << 18

  init(path: String) throws(EngineError) {
    self.path = path
    temporary = path + ".part"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw EngineError(.invalid, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  func write(_ text: String) throws(EngineError) {
    buffer += text.utf8
    if buffer.count >= TextFile.bufferSize { try flush() }
  }

  /// Completes the file under its name.
  func finish() throws(EngineError) {
    try flush()
    close(descriptor)
    descriptor = -1
    guard rename(temporary, path) == 0 else {
      throw EngineError(.invalid, "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  /// Throws the file away.
  func abandon() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(temporary)
  }

  private func flush() throws(EngineError) {
    var start = 0
    while start < buffer.count {
      let written = buffer.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
      }
      guard written > 0 else {
        throw EngineError(.storage, "\(path) cannot be written: \(String(cString: strerror(errno)))")
      }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// One field of a CSV line, quoted where RFC 4180 asks for it.
  static func csv(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == 44 || $0 == 34 || $0 == 10 || $0 == 13 }
    return needsQuotes ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }
}
