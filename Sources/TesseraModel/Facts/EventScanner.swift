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
    case .at: return set(&event.at, quoted().flatMap { instant($0) })
    case .customer:
      // Known ids may not start with the mark of anonymous visitors.
      guard let id = identifier(), id.utf8.first != UInt8(ascii: "~") else { return false }
      event.customer = id
    case .anonymous: event.anonymous = identifier()
    case .product: event.product = identifier()
    case .quantity: event.quantity = digits().flatMap { $0.count <= 6 ? Int(text($0)) : nil }
    case .value: event.value = digits(withPoint: true).flatMap { Money(decimal: text($0)) }
    case .receipt: event.receipt = quoted().flatMap { $0.count <= TextLimit.field ? text($0) : nil }
    }
    switch member {
    case .anonymous: return event.anonymous != nil
    case .product: return event.product != nil
    case .quantity: return event.quantity != nil
    case .value: return event.value != nil
    case .receipt: return event.receipt != nil
    default: return true
    }
  }

  private func set<T>(_ field: inout T, _ value: T?) -> Bool {
    guard let value else { return false }
    field = value
    return true
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
    let isLong = range.count >= 6 && bytes[range.lowerBound] == UInt8(ascii: "g")
    if isLong, text(range).utf8.starts(with: "gid://".utf8) { return nil }
    return text(range)
  }

  /// `2026-05-01T10:00:00Z`, with or without `.250`.
  private func instant(_ range: Range<Int>) -> Instant? {
    guard range.count == 20 || range.count == 24 else { return nil }
    let t = range.lowerBound
    func number(_ start: Int, _ count: Int) -> Int64? {
      var out: Int64 = 0
      for k in t + start..<t + start + count {
        guard bytes[k] >= 48, bytes[k] <= 57 else { return nil }
        out = out * 10 + Int64(bytes[k] - 48)
      }
      return out
    }
    func isMark(_ place: Int, _ mark: UInt8) -> Bool { bytes[t + place] == mark }
    let hyphen = UInt8(ascii: "-")
    let colon = UInt8(ascii: ":")
    guard isMark(4, hyphen), isMark(7, hyphen), isMark(10, UInt8(ascii: "T")), isMark(13, colon), isMark(16, colon),
      isMark(range.count - 1, UInt8(ascii: "Z")), range.count == 20 || isMark(19, UInt8(ascii: ".")),
      let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
      let minute = number(14, 2), let second = number(17, 2),
      let thousandths = range.count == 20 ? 0 : number(20, 3)
    else { return nil }
    // Days that not every month has, leap seconds and years far away are for the reader of all spellings.
    guard 1970...2100 ~= year, 1...12 ~= month, 1...28 ~= day, hour < 24, minute < 60, second < 60 else {
      return try? Instant(parsing: text(range))
    }
    let days = Instant.days(year: year, month: month, day: day)
    let time = hour * Instant.hour + minute * Instant.minute + second * Instant.second + thousandths
    return Instant(milliseconds: days * Instant.day + time)
  }
}
