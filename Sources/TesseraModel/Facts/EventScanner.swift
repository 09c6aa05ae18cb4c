/// Reads an event that is spelt plainly straight from its bytes, without a JSON value between: as nearly all are that
/// come a line each. Plain is: `JSONWriter`'s spelling, the members of an event but for `properties`, ASCII, no
/// escapes. Whatever is not plain, or not right, is left to `Event(json:)`, which knows all spellings and says what is
/// wrong.
package struct EventScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var i = 0
  private var found: UInt16 = 0

  private enum Member: UInt16, CaseIterable {
    case id, type, at, customer, anonymous, product, quantity, value, receipt

    var name: StaticString {
      switch self {
      case .id: "id"
      case .type: "type"
      case .at: "at"
      case .customer: "customer"
      case .anonymous: "anonymous"
      case .product: "product"
      case .quantity: "quantity"
      case .value: "value"
      case .receipt: "receipt"
      }
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// - Parameter bytes: of one event, without white space around it.
  /// - Returns: nil where it is not plain, or not an event.
  package static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Event? {
    var scanner = EventScanner(bytes)
    return scanner.event()
  }

  private mutating func event() -> Event? {
    guard take(UInt8(ascii: "{")) else { return nil }
    var event = Event(id: "", type: "", at: Instant(milliseconds: 0))
    repeat {
      guard let name = quoted(), take(UInt8(ascii: ":")), let member = member(name), !has(member) else { return nil }
      found |= 1 << member.rawValue
      guard read(member, into: &event) else { return nil }
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")), i == bytes.count, has(.id), has(.type), has(.at) else { return nil }
    return has(.customer) || has(.anonymous) ? event : nil
  }

  private func has(_ member: Member) -> Bool { found & 1 << member.rawValue != 0 }

  private func member(_ name: Range<Int>) -> Member? {
    for member in Member.allCases where member.name.utf8CodeUnitCount == name.count {
      let start = member.name.utf8Start
      if name.indices.allSatisfy({ bytes[$0] == start[$0 - name.lowerBound] }) { return member }
    }
    return nil
  }

  private mutating func read(_ member: Member, into event: inout Event) -> Bool {
    switch member {
    case .id: return set(&event.id, identifier())
    case .type: return set(&event.type, quoted().flatMap { identifier($0) })
    // The reader of all spellings: there is one for times.
    case .at: return set(&event.at, quoted().flatMap { try? Instant(parsing: text($0)) })
    case .customer:
      // Known ids may not start with the mark of anonymous visitors.
      return set(&event.customer, identifier()) && event.customer?.utf8.first != UInt8(ascii: "~")
    case .anonymous: return set(&event.anonymous, identifier())
    case .product: return set(&event.product, identifier())
    case .quantity: return set(&event.quantity, digits().flatMap { $0.count <= 6 ? Int(text($0)) : nil })
    case .value: return set(&event.value, digits(withPoint: true).flatMap { Money(decimal: text($0)) })
    case .receipt: return set(&event.receipt, quoted().flatMap { $0.count <= TextLimit.field ? text($0) : nil })
    }
  }

  private func set<T>(_ field: inout T, _ value: T?) -> Bool {
    guard let value else { return false }
    field = value
    return true
  }

  private func set<T>(_ field: inout T?, _ value: T?) -> Bool {
    field = value
    return value != nil
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard i < bytes.count, bytes[i] == byte else { return false }
    i += 1
    return true
  }

  /// The inside of a text of printable ASCII without escapes; none of it is `<`, which the writer escapes.
  private mutating func quoted() -> Range<Int>? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = i
    while i < bytes.count {
      let b = bytes[i]
      if b == UInt8(ascii: "\"") {
        i += 1
        return start..<i - 1
      }
      guard b >= 32, b < 127, b != UInt8(ascii: "\\"), b != UInt8(ascii: "<") else { return nil }
      i += 1
    }
    return nil
  }

  /// A number without sign and exponent, in JSON's spelling.
  private mutating func digits(withPoint: Bool = false) -> Range<Int>? {
    let start = i
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
    guard i > start, bytes[start] != 48 || i == start + 1 else { return nil }
    guard withPoint, take(UInt8(ascii: ".")) else { return start..<i }
    let point = i
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
    return i > point ? start..<i : nil
  }

  private mutating func identifier() -> String? {
    guard i < bytes.count else { return nil }
    return (bytes[i] == UInt8(ascii: "\"") ? quoted() : digits()).flatMap { identifier($0) }
  }

  /// An identifier that is its own canonical spelling.
  private func identifier(_ range: Range<Int>) -> String? {
    guard !range.isEmpty, range.count <= TextLimit.identifier else { return nil }
    let text = text(range)
    return text.utf8.starts(with: "gid:".utf8) ? nil : text
  }
}
