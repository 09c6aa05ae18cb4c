import TesseraStorage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The plain bytes of a file, in chunks, whether it is stored as it is or compressed by gzip.
///
/// It is a class because it owns a descriptor, which must be closed once.
final class InputFile {
  /// Bytes asked for at a time: large enough that the system call costs nothing, small enough for a processor's cache.
  static let chunkBytes = 128 * 1_024

  let path: String
  /// Whether it can be read a second time: a pipe or a terminal cannot.
  let isRegular: Bool
  private let descriptor: Int32
  private var inflater: GzipInflater?
  private var raw: [UInt8] = []
  private var position = 0
  private var isStarted = false
  private var isEnded = false
  private var failure: FactSourceError?

  /// Opens a file.
  /// - Throws: `FactSourceError` if there is none, if it is a folder, or if it may not be read.
  init(path: String) throws(FactSourceError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputFile.openFailure(path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw InputFile.openFailure(path, code: code)
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw FactSourceError("\(path) is a folder, not a file: name the files in it")
    }
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }

  deinit { close(descriptor) }

  /// The next bytes, never empty, or nil at the end.
  /// - Throws: `FactSourceError` for a fault of the disk or of the compression, again at every later call. Bytes
  ///   before the fault were returned before.
  func nextChunk() throws(FactSourceError) -> [UInt8]? {
    if let failure { throw failure }
    do throws(FactSourceError) {
      if !isStarted { try start() }
      return try inflater == nil ? nextPlain() : nextInflated()
    } catch {
      failure = error
      throw error
    }
  }

  private static func openFailure(_ path: String, code: Int32) -> FactSourceError {
    switch code {
    case ENOENT, ENOTDIR: FactSourceError("\(path) does not exist: check the path")
    case EACCES, EPERM: FactSourceError("\(path) may not be read: check its permissions")
    default: FactSourceError("\(path) cannot be opened: \(String(cString: strerror(code)))")
    }
  }

  /// Looks at the first bytes, since names do not tell what a file is.
  private func start() throws(FactSourceError) {
    isStarted = true
    while raw.count < 4, try refill() {}
    if raw.starts(with: [0x1F, 0x8B]) {
      guard let inflater = GzipInflater() else { throw FactSourceError("\(path): no memory is left to decompress it") }
      self.inflater = inflater
    } else if raw.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      throw FactSourceError("\(path) is a zip archive: unpack it and import the files in it")
    } else if raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) {
      throw FactSourceError("\(path) is in UTF-16: save it as UTF-8")
    }
  }

  /// Appends what the next read gives; false at the end of the file.
  private func refill() throws(FactSourceError) -> Bool {
    if position > 0 {
      raw.removeFirst(position)
      position = 0
    }
    guard !isEnded else { return false }
    var outcome = 0
    var code: Int32 = 0
    let fresh = [UInt8](unsafeUninitializedCapacity: InputFile.chunkBytes) { room, count in
      repeat {
        outcome = read(descriptor, room.baseAddress, InputFile.chunkBytes)
        code = errno
      } while outcome < 0 && code == EINTR
      count = max(0, outcome)
    }
    guard outcome >= 0 else { throw FactSourceError("\(path) cannot be read: \(String(cString: strerror(code)))") }
    raw = raw.isEmpty ? fresh : raw + fresh
    isEnded = outcome == 0
    return !isEnded
  }

  private func nextPlain() throws(FactSourceError) -> [UInt8]? {
    if raw.isEmpty, try !refill() { return nil }
    let chunk = raw
    raw = []
    return chunk
  }

  private func nextInflated() throws(FactSourceError) -> [UInt8]? {
    guard let inflater else { return nil }
    while true {
      if position == raw.count, try !refill() {
        guard inflater.isBetweenMembers else {
          throw FactSourceError("\(path): the gzip stream ends in the middle: the file is truncated, fetch it again")
        }
        return nil
      }
      // Tapes and some tools pad the end with zeros; anything else has to be another member.
      while inflater.isBetweenMembers, position < raw.count, raw[position] == 0 { position += 1 }
      if position == raw.count { continue }
      let step = inflater.inflate(raw[position...])
      position += step.consumed
      if let reason = step.fault {
        let error = FactSourceError("\(path): the gzip stream is corrupt (\(reason)): fetch the file again")
        guard !step.output.isEmpty else { throw error }
        failure = error
      }
      if !step.output.isEmpty { return step.output }
    }
  }
}
