import Glibc
import TesseraModel

/// A file of frames, each with its length and checksum: what the profiles are read back from at a start. Never the
/// truth: what is damaged or does not fit the log is thrown away, and the log is folded instead.
package struct CheckpointFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  private static let magic: [UInt8] = Array("TESSCKP2".utf8)

  /// Why a checkpoint was not used, for the log.
  struct Damage: Error, CustomStringConvertible {
    let description: String
  }

  /// Writes a new file beside the old one and puts it in its place once it is on disk.
  func write(_ frames: (_ emit: ([UInt8]) throws -> Void) throws -> Void) throws {
    let temporary = path + ".part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CheckpointFile.systemError("cannot be written") }
    do {
      try CheckpointFile.write(CheckpointFile.magic, to: descriptor)
      try frames { frame in
        let (count, checksum) = (UInt64(frame.count), Checksum.hash(frame))
        try CheckpointFile.write(CheckpointFile.bytes(count) + CheckpointFile.bytes(checksum), to: descriptor)
        try CheckpointFile.write(frame, to: descriptor)
      }
      guard fsync(descriptor) == 0 else { throw CheckpointFile.systemError("cannot be written to disk") }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else { throw CheckpointFile.systemError("cannot be put in place") }
  }

  func remove() {
    unlink(path)
    unlink(path + ".part")
  }

  /// Lets the frames be read one after the other.
  /// - Returns: nil if there is no file.
  func read<R>(_ body: (_ next: () throws -> [UInt8]?) throws -> R) throws -> R? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw CheckpointFile.systemError("cannot be read")
    }
    defer { close(descriptor) }
    guard try CheckpointFile.read(CheckpointFile.magic.count, from: descriptor) == CheckpointFile.magic else {
      throw Damage(description: "it is no checkpoint of this version")
    }
    return try body {
      guard let head = try CheckpointFile.read(16, from: descriptor, mayEnd: true) else { return nil }
      let count = CheckpointFile.number(head[..<8])
      guard count <= CheckpointFile.frameMax, let frame = try CheckpointFile.read(Int(count), from: descriptor),
        Checksum.hash(frame) == CheckpointFile.number(head[8...])
      else { throw Damage(description: "a checksum does not match") }
      return frame
    }
  }

  /// Larger frames are not written; a length above is damage.
  private static let frameMax: UInt64 = 1 << 30

  private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
      }
      guard written > 0 else { throw systemError("cannot be written") }
      start += written
    }
  }

  /// - Returns: nil at the end of the file, where that may be.
  private static func read(_ count: Int, from descriptor: Int32, mayEnd: Bool = false) throws -> [UInt8]? {
    var done = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count {
        let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: done), count - done)
        if got <= 0 { break }
        done += got
      }
      initialized = done
    }
    if done == count { return bytes }
    if done == 0, mayEnd { return nil }
    throw Damage(description: "it is cut off")
  }

  private static func systemError(_ what: String) -> Damage {
    Damage(description: "it \(what): \(String(cString: strerror(errno)))")
  }
}
