package import NIOCore

/// Answers the hot path from memory.
package protocol DecideResponder: Sendable {
  /// What answers the requests of a connection; asked for on its event loop and used on that alone, by all
  /// connections of the loop if need be: it may keep storage from answer to answer.
  func connected(on loop: any EventLoop) -> any ConnectionResponder
}

/// Answers requests of connections of one event loop, on which it is called: must not block, suspend or allocate much.
package protocol ConnectionResponder: AnyObject {
  /// Appends a complete HTTP/1.1 response (status line, headers with `Content-Length`, body) to `out`.
  ///
  /// The buffers are only valid during the call. `out` may already hold earlier answers of the connection.
  ///
  /// - Parameters:
  ///   - query: the raw bytes after `?`; may be empty.
  ///   - authorization: the raw value of the `Authorization` header, or nil without one.
  ///   - origin: the raw value of the `Origin` header, or nil without one.
  ///   - keepAlive: whether the connection goes on; if not, the response must say `Connection: close`.
  ///   - out: where the response is appended.
  func respond(
    query: UnsafeRawBufferPointer,
    authorization: UnsafeRawBufferPointer?,
    origin: UnsafeRawBufferPointer?,
    keepAlive: Bool,
    out: inout ByteBuffer
  )
}
