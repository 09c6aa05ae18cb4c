import TesseraModel

/// Names of brands or categories as small numbers, in order of arrival; it grows and never forgets.
package struct Vocabulary: Sendable {
  package private(set) var names: [String] = []
  /// The spelling to show for each name: of all spellings seen the first by bytes, so that it does not depend on the
  /// order of arrival.
  package private(set) var spellings: [String] = []
  private var index: [ByteKey: UInt16] = [:]

  /// Axis codes have 16 bits, of which 0 and 1 are taken; no store has more brands.
  package static let countMax = 65_000

  package init() {}

  /// The number of a name, entered if it is new; nil for a blank name or when the vocabulary is full.
  package mutating func intern(_ raw: String) -> UInt16? {
    guard let name = NameNormalization.normalized(raw) else { return nil }
    if let known = index[ByteKey(name)] {
      if NameNormalization.precedes(raw, spellings[Int(known)]) { spellings[Int(known)] = raw }
      return known
    }
    guard names.count < Vocabulary.countMax else { return nil }
    let code = UInt16(names.count)
    names.append(name)
    spellings.append(raw)
    index[ByteKey(name)] = code
    return code
  }

  /// The number of a normalised name that is known.
  package func code(of name: String) -> UInt16? { index[ByteKey(name)] }
}
