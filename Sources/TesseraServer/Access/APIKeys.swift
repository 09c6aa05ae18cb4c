import Synchronization
package import TesseraModel

/// Who a request comes from, by its key.
package enum Caller: Sendable, Equatable {
  /// A server of the store: any customer.
  case secret
  /// A browser: its own anonymous visitor, or the customer of a signed token.
  case publishable
  /// The command line of this machine, by the token in the data directory.
  case admin
}

/// The store's keys, of which only the secret one's hash is kept.
package final class APIKeys: Sendable {
  private let secretHash: [UInt8]
  private let publishable: [UInt8]
  private let adminToken: [UInt8]
  private let tokens: MessageAuthenticator
  /// Everybody counts as a secret key's holder; for loopback only.
  package let isOpen: Bool
  /// Bytes that are set once.
  private final class Verified: Sendable {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
  }

  /// The secret key once it was verified: comparing bytes is cheaper than hashing on each request.
  private let verified = AtomicLazyReference<Verified>()

  package init(secretHash: [UInt8], publishable: String, adminToken: String, tokenKey: [UInt8], isOpen: Bool) {
    self.secretHash = secretHash
    self.publishable = Array(publishable.utf8)
    self.adminToken = Array(adminToken.utf8)
    tokens = MessageAuthenticator(key: tokenKey)
    self.isOpen = isOpen
  }

  /// The caller of a key, or nil for a key that is not one of the store's.
  package func caller(key: some Collection<UInt8>) -> Caller? {
    if MessageAuthenticator.equal(key, publishable) { return .publishable }
    if let known = verified.load(), MessageAuthenticator.equal(key, known.bytes) { return .secret }
    if MessageAuthenticator.equal(SHA256.hash(key), secretHash) {
      _ = verified.storeIfNil(Verified(Array(key)))
      return .secret
    }
    return MessageAuthenticator.equal(key, adminToken) ? .admin : nil
  }

  /// The caller of a key that was seen before, in place of the received bytes.
  /// - Returns: nil for keys that must be looked at closely.
  func known(key: UnsafeRawBufferPointer) -> Caller? {
    if MessageAuthenticator.equal(key, publishable) { return .publishable }
    if let known = verified.load(), MessageAuthenticator.equal(key, known.bytes) { return .secret }
    return nil
  }

  /// The caller of a request by its `Authorization` value or its `key` parameter; nil when there is none or it is
  /// wrong.
  package func caller(authorization: [UInt8]?, parameter: [UInt8]?) -> Caller? {
    if let authorization {
      let prefix = Array("bearer ".utf8)
      guard authorization.count > prefix.count,
        zip(authorization, prefix).allSatisfy({ ($0 | 0x20) == $1 || $0 == $1 })
      else { return isOpen ? .secret : nil }
      return caller(key: authorization[prefix.count...]) ?? (isOpen ? .secret : nil)
    }
    if let parameter { return caller(key: parameter) ?? (isOpen ? .secret : nil) }
    return isOpen ? .secret : nil
  }

  /// The longest a customer's token may live, milliseconds: a page's visit, not a login.
  package static let tokenLifeMax = 30 * Instant.minute

  /// A token that vouches for a customer until an instant: `tct1.` and the base64 of expiry, id and code.
  package func token(customer: String, expiresAt: Instant) -> String {
    var bytes: [UInt8] = []
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: expiresAt.milliseconds >> Int64(shift)))
    }
    bytes += customer.utf8
    bytes += tokens.code(for: bytes).prefix(16)
    var out = Array("tct1.".utf8)
    TextEncoding.appendBase64(bytes, to: &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// The customer of a token that is genuine and not expired.
  package func customer(token: some Collection<UInt8>, now: Instant) -> [UInt8]? {
    var room = ByteWriter(capacity: token.count)
    return Array(token).withUnsafeBytes { token in customer(token: token, now: now, in: &room).map { Array($0) } }
  }

  /// The same in place.
  /// - Parameter room: where the token is taken apart; what is returned lies in it.
  func customer(token: UnsafeRawBufferPointer, now: Instant, in room: inout ByteWriter) -> UnsafeRawBufferPointer? {
    room.clear()
    guard token.count > 5, token.starts(with: "tct1.".utf8),
      TextEncoding.append(base64: UnsafeRawBufferPointer(rebasing: token[5...]), to: &room), room.count > 24
    else { return nil }
    let bytes = room.bytes
    let body = UnsafeRawBufferPointer(rebasing: bytes.dropLast(16))
    let code = tokens.code(of: body)
    let isGenuine = withUnsafeBytes(of: code) { code in
      MessageAuthenticator.equal(
        UnsafeRawBufferPointer(rebasing: code.prefix(16)), UnsafeRawBufferPointer(rebasing: bytes.suffix(16)))
    }
    guard isGenuine else { return nil }
    let expiry = body.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return now.milliseconds < expiry ? UnsafeRawBufferPointer(rebasing: body.dropFirst(8)) : nil
  }
}
