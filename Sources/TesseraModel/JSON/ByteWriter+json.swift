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
    var text = value.description
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
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
