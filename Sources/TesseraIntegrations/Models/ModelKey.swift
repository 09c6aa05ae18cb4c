/// A provider's key. Nothing that prints or reflects values shows it.
package struct ModelKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// For headers only.
  let secret: String

  package init(_ secret: String) { self.secret = secret }

  package var description: String { secret.isEmpty ? "no key" : "[key]" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  /// The bytes with every copy of the key taken out: some servers quote it when they refuse it.
  func masking(_ bytes: [UInt8]) -> [UInt8] {
    let key = Array(secret.utf8)
    guard let first = key.first, bytes.count >= key.count else { return bytes }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var i = 0
    while i < bytes.count {
      if bytes[i] == first, i + key.count <= bytes.count, bytes[i..<i + key.count].elementsEqual(key) {
        out += "[key]".utf8
        i += key.count
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    return out
  }
}
