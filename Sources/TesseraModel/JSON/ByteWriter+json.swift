/// JSON as `JSONWriter` spells it, without a value being built first.
extension ByteWriter {
  /// A string in its quotes.
  package mutating func append(quoted text: String) {
    append("\"")
    var text = text
    text.withUTF8 { append(escaped: UnsafeRawBufferPointer($0)) }
    append("\"")
  }

  /// As `JSONValue.double` spells it: whole numbers without a point, what is no number as null.
  package mutating func append(number value: Double) {
    guard value.isFinite else { return append("null") }
    if value == value.rounded(), abs(value) < 1e15 { return append(decimal: Int(value)) }
    // Up to fifteen digits are their own shortest form; below 10⁻⁴ it has an exponent.
    let billionths = (value.magnitude * 1e9).rounded()
    guard billionths >= 100_000, billionths < 1e15, billionths / 1e9 == value.magnitude else {
      var text = value.description
      return text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }
    if value < 0 { append("-") }
    append(billionths: UInt64(billionths))
  }

  /// So many billionths, without closing zeros; not a whole number.
  private mutating func append(billionths count: UInt64) {
    append(decimal: Int(count / 1_000_000_000))
    append(".")
    var (rest, digits) = (count % 1_000_000_000, 9)
    while rest % 10 == 0 { (rest, digits) = (rest / 10, digits - 1) }
    write(room: digits) { room in
      for i in stride(from: digits - 1, through: 0, by: -1) {
        room.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: i, as: UInt8.self)
        rest /= 10
      }
      return digits
    }
  }

  /// A probability in units of 2⁻³², rounded to nine decimals.
  package mutating func append(propensity: UInt64) {
    append(number: (Propensity.double(min(propensity, Propensity.one)) * 1e9).rounded() / 1e9)
  }

  /// What stands before a value, such as its name, and the value.
  package mutating func append(_ before: StaticString, quoted text: String) {
    append(before)
    append(quoted: text)
  }

  package mutating func append(_ before: StaticString, number value: Double) {
    append(before)
    append(number: value)
  }

  package mutating func append(_ before: StaticString, decimal value: Int) {
    append(before)
    append(decimal: value)
  }

  package mutating func append(_ before: StaticString, json value: JSONValue) {
    append(before)
    append(json: value)
  }

  /// An array of whatever `write` spells.
  package mutating func append<Element>(
    list elements: some Sequence<Element>, _ write: (inout ByteWriter, Element) -> Void
  ) {
    append("[")
    var isFirst = true
    for element in elements {
      if !isFirst { append(",") }
      isFirst = false
      write(&self, element)
    }
    append("]")
  }

  /// A value that was built.
  package mutating func append(json value: JSONValue) { append(JSONWriter.bytes(value)) }
}
