import TesseraModel

/// The parameters of a decision's query, in place. The first of each name counts; one that is wrongly encoded counts as
/// absent. Whoever asks for anything unusual is answered from `QueryBytes`, by the same rules.
struct DecideQuery {
  private(set) var key: UnsafeRawBufferPointer?
  private(set) var token: UnsafeRawBufferPointer?
  private(set) var customer: UnsafeRawBufferPointer?
  private(set) var anonymous: UnsafeRawBufferPointer?
  private(set) var placement: UnsafeRawBufferPointer?
  private var seen: UInt8 = 0

  /// - Parameter scratch: for values that are not as they are sent; must stay as it is while the values are used.
  init(_ query: UnsafeRawBufferPointer, scratch: inout ByteWriter) {
    scratch.clear()
    scratch.reserve(query.count)
    var start = 0
    while start < query.count {
      var (end, equals, isPlain) = (start, -1, true)
      while end < query.count, query[end] != UInt8(ascii: "&") {
        switch query[end] {
        case UInt8(ascii: "="): if equals < 0 { equals = end }
        case UInt8(ascii: "%"), UInt8(ascii: "+"): isPlain = false
        default: break
        }
        end &+= 1
      }
      if equals > start { take(query, start..<equals, equals &+ 1..<end, isPlain: isPlain, &scratch) }
      start = end &+ 1
    }
  }

  private mutating func take(
    _ query: UnsafeRawBufferPointer, _ name: Range<Int>, _ value: Range<Int>, isPlain: Bool,
    _ scratch: inout ByteWriter
  ) {
    let name = UnsafeRawBufferPointer(rebasing: query[name])
    let bit: UInt8
    switch name.count {
    case 3 where DecideQuery.isName(name, "key"): bit = 1
    case 5 where DecideQuery.isName(name, "token"): bit = 2
    case 8 where DecideQuery.isName(name, "customer"): bit = 4
    case 9 where DecideQuery.isName(name, "anonymous"): bit = 8
    case 9 where DecideQuery.isName(name, "placement"): bit = 16
    default: return
    }
    guard seen & bit == 0 else { return }
    seen |= bit
    let raw = UnsafeRawBufferPointer(rebasing: query[value])
    let value = isPlain ? raw : DecideQuery.decoded(raw, &scratch)
    switch bit {
    case 1: key = value
    case 2: token = value
    case 4: customer = value
    case 8: anonymous = value
    default: placement = value
    }
  }

  private static func isName(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    for i in 0..<bytes.count where bytes[i] != name.utf8Start[i] { return false }
    return true
  }

  private static func decoded(
    _ bytes: UnsafeRawBufferPointer, _ scratch: inout ByteWriter
  ) -> UnsafeRawBufferPointer? {
    let start = scratch.count
    var i = 0
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: "%") {
        guard i + 2 < bytes.count, let high = QueryBytes.digit(bytes[i + 1]), let low = QueryBytes.digit(bytes[i + 2])
        else { return nil }
        scratch.append(high << 4 | low)
        i += 3
      } else {
        scratch.append(bytes[i] == UInt8(ascii: "+") ? 32 : bytes[i])
        i += 1
      }
    }
    return UnsafeRawBufferPointer(rebasing: scratch.bytes[start...])
  }

  /// A customer's id as it is kept: of a gid its number, as `Identifier.canonical` has it.
  static func canonical(_ id: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard id.count > 6, isName(UnsafeRawBufferPointer(rebasing: id[..<6]), "gid://") else { return id }
    var start = id.count
    while id[start - 1] != UInt8(ascii: "/") { start &-= 1 }
    var end = start
    while end < id.count, id[end] != UInt8(ascii: "?") {
      guard id[end] >= 48, id[end] <= 57 else { return id }
      end &+= 1
    }
    return end > start ? UnsafeRawBufferPointer(rebasing: id[start..<end]) : id
  }

  /// Whether an id is ASCII without controls and short enough.
  static func isPlain(_ id: UnsafeRawBufferPointer) -> Bool {
    guard !id.isEmpty, id.count <= TextLimit.identifier else { return false }
    for i in 0..<id.count where id[i] < 32 || id[i] >= 127 { return false }
    return true
  }
}
