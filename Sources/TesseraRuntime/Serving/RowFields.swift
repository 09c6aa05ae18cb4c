import TesseraModel
import TesseraSegments

/// What the hot path knows of one subject, as packed bytes: a head, the micro-segment's codes and the receipt's codes
/// of it, the name, and then fields of a number, a length and bytes each. Numbers are little endian.
struct RowFields {
  /// The fields that merge tags are filled from.
  enum Field: UInt8, CaseIterable {
    case firstName = 1
    case lastName, brand, researching
    /// JSON.
    case traits
    /// Numbers of products, four bytes each.
    case lastViewed, basket, orderedProducts
    case orderID
    /// Milliseconds, eight bytes.
    case orderedAt
    /// The customer that a visitor is.
    case alias
  }

  /// The hash (8), channels (1), axes (1), length of the name (2).
  static let headLength = 12
  private static let fieldHead = 4

  let bytes: UnsafeRawBufferPointer

  var hash: UInt64 { bytes.loadUnaligned(as: UInt64.self) }
  /// Message channels that may be used now: bit 0 email, 1 SMS, 2 push.
  var channels: UInt8 { bytes[8] }
  private var axes: Int { Int(bytes[9]) }
  private var nameLength: Int { Int(bytes.loadUnaligned(fromByteOffset: 10, as: UInt16.self)) }
  private var nameStart: Int { RowFields.headLength + 4 * axes }

  /// As in receipts and hashes: the customer's id, or `~` and the anonymous id.
  var name: UnsafeRawBufferPointer { part(nameStart, nameLength) }

  var key: SegmentKey {
    var key = SegmentKey()
    withUnsafeMutableBytes(of: &key.codes) { $0.copyMemory(from: part(RowFields.headLength, min(32, 2 * axes))) }
    return key
  }

  /// The micro-segment's codes in receipts, two bytes each.
  var context: UnsafeRawBufferPointer { part(RowFields.headLength + 2 * axes, 2 * axes) }

  /// The bytes of a field; nil without it.
  func field(_ field: Field) -> UnsafeRawBufferPointer? {
    var place = nameStart + nameLength
    while place + RowFields.fieldHead <= bytes.count {
      let head = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      let length = Int(head >> 8)
      place += RowFields.fieldHead
      if UInt8(truncatingIfNeeded: head) == field.rawValue { return part(place, length) }
      place += length
    }
    return nil
  }

  /// The number of a product in a field's list.
  func product(_ field: Field, at i: Int) -> Int32? {
    guard let list = self.field(field), i >= 0, 4 * i + 4 <= list.count else { return nil }
    return list.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)
  }

  private func part(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
    guard start + count <= bytes.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
  }

  static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    var i = 0
    while i &+ 8 <= a.count {
      guard a.loadUnaligned(fromByteOffset: i, as: UInt64.self) == b.loadUnaligned(fromByteOffset: i, as: UInt64.self)
      else { return false }
      i &+= 8
    }
    while i < a.count {
      guard a[i] == b[i] else { return false }
      i &+= 1
    }
    return true
  }

  /// Packs a row.
  struct Builder: ~Copyable {
    private var out = ByteWriter(capacity: 512)

    init(name: UnsafeRawBufferPointer, hash: UInt64, key: SegmentKey, context: ContextCode, channels: UInt8) {
      out.append(littleEndian: hash)
      out.append(channels)
      out.append(UInt8(context.codes.count))
      out.append(littleEndian: UInt16(name.count))
      for axis in context.codes.indices { out.append(littleEndian: key[axis]) }
      for code in context.codes { out.append(littleEndian: code) }
      out.append(name)
    }

    /// The row so far; valid until the next change.
    var bytes: UnsafeRawBufferPointer { out.bytes }

    /// A field that would not fit is left out, as if nothing were known.
    mutating func add(_ field: Field, _ value: UnsafeRawBufferPointer) {
      if makesRoom(field, value.count) { out.append(value) }
    }

    mutating func add(_ field: Field, _ value: String) {
      var value = value
      value.withUTF8 { add(field, UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ field: Field, _ value: ArraySlice<UInt8>) { value.withUnsafeBytes { add(field, $0) } }

    /// Writes a field's head, if the field fits.
    private mutating func makesRoom(_ field: Field, _ count: Int) -> Bool {
      guard out.count + count + RowFields.fieldHead <= RowTable.rowMax else { return false }
      out.append(littleEndian: UInt32(field.rawValue) | UInt32(count) << 8)
      return true
    }

    mutating func add(_ field: Field, products: some Collection<Int32>) {
      guard !products.isEmpty, makesRoom(field, 4 * products.count) else { return }
      for product in products { out.append(littleEndian: product) }
    }

    mutating func add(_ field: Field, milliseconds: Int64) {
      if makesRoom(field, 8) { out.append(littleEndian: milliseconds) }
    }
  }
}
