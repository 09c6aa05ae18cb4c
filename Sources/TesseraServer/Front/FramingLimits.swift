/// What one request may cost before it is refused; every value is a number of bytes unless its name says otherwise.
package struct FramingLimits: Sendable, Equatable {
  /// 8 KiB: what proxies in front of shops commonly allow for a request target, so nothing longer arrives honestly.
  package static let defaultTargetBytes = 8 * 1024
  /// 32 KiB: room for an 8 KiB target, large cookies and a bearer token, and still small enough for thousands at once.
  package static let defaultHeadBytes = 32 * 1024
  /// 100 header lines: browsers behind two proxies send about 40; more only costs parsing time.
  package static let defaultHeaderCount = 100
  /// 8 MiB: the largest honest upload is a catalogue import page; larger imports are split by their sender.
  package static let defaultBodyBytes = 8 * 1024 * 1024
  /// 8 KiB: trailers are dropped unread, so they only get room for a checksum or two.
  package static let defaultTrailerBytes = 8 * 1024
  /// 16 KiB per body: chunk extensions are dropped unread and no known client sends any; this bounds the waste.
  package static let defaultChunkExtensionBytes = 16 * 1024

  /// Longest request target; longer is answered 414.
  package var targetBytes: Int
  /// Longest head from the first byte of the method to the empty line; longer is answered 431.
  package var headBytes: Int
  /// Most header lines in one head, and most trailer lines after one body; more is answered 431.
  package var headerCount: Int
  /// Longest body, chunk framing not counted; longer is answered 413.
  package var bodyBytes: Int
  /// Longest trailer section of a chunked body; longer is answered 431.
  package var trailerBytes: Int
  /// Most bytes of chunk extensions in one body; more is answered 400.
  package var chunkExtensionBytes: Int

  /// Creates limits; each one that is left out has the default that is documented with its constant.
  package init(
    targetBytes: Int = Self.defaultTargetBytes,
    headBytes: Int = Self.defaultHeadBytes,
    headerCount: Int = Self.defaultHeaderCount,
    bodyBytes: Int = Self.defaultBodyBytes,
    trailerBytes: Int = Self.defaultTrailerBytes,
    chunkExtensionBytes: Int = Self.defaultChunkExtensionBytes
  ) {
    self.targetBytes = targetBytes
    self.headBytes = headBytes
    self.headerCount = headerCount
    self.bodyBytes = bodyBytes
    self.trailerBytes = trailerBytes
    self.chunkExtensionBytes = chunkExtensionBytes
  }
}
