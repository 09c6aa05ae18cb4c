import CZlib

/// Decompresses a stream of gzip members, one after the other.
///
/// It is a class because zlib's state holds the address of its stream: neither may be copied or moved.
final class GzipInflater {
  /// What one step gave.
  struct Step {
    /// Plain bytes, possibly none.
    var output: [UInt8]
    /// Compressed bytes used up.
    var consumed: Int
    /// Why the stream cannot go on.
    var fault: String?
  }

  /// Bytes a step gives at most.
  static let outputBytes = 256 * 1_024
  /// The largest window of the format (15 bits), and 16 to say that a gzip header comes first.
  private static let windowBits: Int32 = 15 + 16

  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the last member is complete, so that the stream may end here.
  private(set) var isBetweenMembers = true

  /// Nil when there is no memory for the window.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, GzipInflater.windowBits, ZLIB_VERSION, size) == Z_OK else { return nil }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Decompresses from the start of `input`, which must not be empty, until it or the room for output is used up or a
  /// member ends.
  func inflate(_ input: ArraySlice<UInt8>) -> Step {
    if isBetweenMembers {
      inflateReset(stream)
      isBetweenMembers = false
    }
    var status = Z_OK
    var consumed = 0
    var input = input
    let output = [UInt8](unsafeUninitializedCapacity: GzipInflater.outputBytes) { room, count in
      input.withUnsafeMutableBufferPointer { bytes in
        stream.pointee.next_in = bytes.baseAddress
        stream.pointee.avail_in = uInt(bytes.count)
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = uInt(GzipInflater.outputBytes)
        status = CZlib.inflate(stream, Z_NO_FLUSH)
        consumed = bytes.count - Int(stream.pointee.avail_in)
        count = GzipInflater.outputBytes - Int(stream.pointee.avail_out)
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
      }
    }
    switch status {
    case Z_STREAM_END:
      isBetweenMembers = true
      return Step(output: output, consumed: consumed)
    case Z_OK, Z_BUF_ERROR:
      return Step(output: output, consumed: consumed)
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
      return Step(output: output, consumed: consumed, fault: reason)
    }
  }
}
