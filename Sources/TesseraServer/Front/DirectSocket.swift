import NIOCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A connection's socket, for answers that need no queue: while the channel holds nothing that must go first, an answer
/// is handed to the kernel at once, which saves the tenth part of a request's time that the way through the channel
/// takes. What the kernel does not take goes through the channel, and so does every error.
///
/// To be used by who has just been given bytes by the channel and has not closed it since, for the socket's number may
/// be another's afterwards.
struct DirectSocket {
  private let handle: NIOBSDSocket.Handle

  #if canImport(Glibc)
    private static let flags = Int32(MSG_NOSIGNAL)
  #else
    private static let flags: Int32 = 0
  #endif

  /// - Returns: nil where there is no socket, as in tests of the handlers alone.
  init?(_ channel: any Channel) {
    let found = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable { (handle: NIOBSDSocket.Handle) in
      handle
    }
    guard let found else { return nil }
    handle = found
  }

  /// - Returns: how many of the bytes the kernel has taken; none of them where it takes none now, or ever.
  @inline(__always)
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    max(0, send(handle, bytes.baseAddress, bytes.count, DirectSocket.flags))
  }
}
