/// An id or a name as the key of a table. Swift takes texts for equal that merely look alike (composed and decomposed
/// letters); ids and names are told apart by their bytes, here as in the database.
package struct ByteKey: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (a: ByteKey, b: ByteKey) -> Bool {
    var (a, b) = (a.text, b.text)
    guard a.utf8.count == b.utf8.count else { return false }
    return a.withUTF8 { a in b.withUTF8 { b in a.elementsEqual(b) } }
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
