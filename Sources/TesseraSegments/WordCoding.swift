import Synchronization
import TesseraModel

/// Keys as words, by bits where they fit, else by number in a table.
final class WordCoding: Sendable {
  private let packing: KeyPacking?
  private let table: Mutex<(numbers: [SegmentKey: UInt64], keys: [SegmentKey])>

  init(_ packing: KeyPacking?) {
    self.packing = packing
    table = Mutex(([:], []))
  }

  /// Whether keys do not fit a word.
  var isWide: Bool { packing == nil }

  func isPacking(_ other: KeyPacking) -> Bool { packing == other }

  /// Puts a code of spend into a word.
  func spend(_ space: AxisSpace) -> (_ word: UInt64, _ code: UInt16) -> UInt64 {
    guard let axis = space.comparedIndex else { return { word, _ in word } }
    if let packing { return { word, code in packing.word(word, axis, code) } }
    return { word, code in
      var key = self.key(word)
      key[axis] = code
      return self.word(key)
    }
  }

  @inline(__always)
  func word(_ key: SegmentKey) -> UInt64 {
    if let packing { return packing.word(key) }
    return table.withLock { table in
      if let known = table.numbers[key] { return known }
      table.keys.append(key)
      table.numbers[key] = UInt64(table.keys.count)
      return UInt64(table.keys.count)
    }
  }

  func key(_ word: UInt64) -> SegmentKey {
    if let packing { return packing.key(word) }
    return table.withLock { $0.keys[Int(word) - 1] }
  }
}
