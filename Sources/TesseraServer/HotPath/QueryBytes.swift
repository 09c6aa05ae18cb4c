/// Reads a query string's parameters from bytes.
struct QueryBytes {
  private let query: [UInt8]

  init(_ query: [UInt8]) { self.query = query }

  /// The first value of a parameter, decoded; nil if it is absent or wrongly encoded.
  func value(_ name: StaticString) -> [UInt8]? {
    let count = name.utf8CodeUnitCount
    var start = 0
    while start < query.count {
      let end = query[start...].firstIndex(of: UInt8(ascii: "&")) ?? query.count
      let isName = name.withUTF8Buffer { buffer in
        start + count < end && query[start + count] == UInt8(ascii: "=")
          && query[start..<start + count].elementsEqual(buffer)
      }
      if isName { return QueryBytes.decoded(query[(start + count + 1)..<end]) }
      start = end + 1
    }
    return nil
  }

  /// Percent-decoded; nil for what is wrongly encoded.
  /// - Parameter hasPlus: whether a plus stands for a space, as it does in queries and not in paths.
  static func decoded(_ bytes: ArraySlice<UInt8>, hasPlus: Bool = true) -> [UInt8]? {
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return Array(bytes) }
    var out: [UInt8] = []
    var i = bytes.startIndex
    while i < bytes.endIndex {
      let b = bytes[i]
      if b == UInt8(ascii: "%") {
        guard i + 2 < bytes.endIndex, let high = digit(bytes[i + 1]), let low = digit(bytes[i + 2]) else { return nil }
        out.append(high << 4 | low)
        i += 3
      } else {
        out.append(hasPlus && b == UInt8(ascii: "+") ? 32 : b)
        i += 1
      }
    }
    return out
  }

  static func digit(_ b: UInt8) -> UInt8? {
    switch b {
    case 48...57: b - 48
    case 65...70: b - 55
    case 97...102: b - 87
    default: nil
    }
  }
}
