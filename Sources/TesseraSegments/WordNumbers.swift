/// Words as small numbers, in order of arrival: open addressing, four bytes a slot. A store has far fewer segments than
/// people, so a number takes half the room of a word, and counting by numbers is counting in an array.
struct WordNumbers: Sendable {
  /// The word of each number; number 0 is the word 0, which is nobody.
  private(set) var words: [UInt64] = [0]
  /// Numbers, 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 1_024)

  init() {}

  /// The number of a word, entered if it is new.
  @inline(__always)
  mutating func number(of word: UInt64) -> UInt32 {
    if word == 0 { return 0 }
    var slot = WordNumbers.start(word) & (slots.count - 1)
    while slots[slot] != 0 {
      if words[Int(slots[slot])] == word { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return enter(word)
  }

  /// The same numbers for words spelt otherwise.
  func respelt(_ spell: (UInt64) -> UInt64) -> WordNumbers {
    var out = WordNumbers()
    out.slots = [UInt32](repeating: 0, count: slots.count)
    for word in words.dropFirst() {
      let new = spell(word)
      out.place(new, UInt32(out.words.count))
      out.words.append(new)
    }
    return out
  }

  @inline(__always)
  private static func start(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }

  @inline(never)
  private mutating func enter(_ word: UInt64) -> UInt32 {
    if (words.count + 1) * 2 > slots.count { grow() }
    let number = UInt32(words.count)
    words.append(word)
    place(word, number)
    return number
  }

  private mutating func place(_ word: UInt64, _ number: UInt32) {
    var slot = WordNumbers.start(word) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = number
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 4)
    for (number, word) in words.enumerated().dropFirst() { place(word, UInt32(number)) }
  }
}
