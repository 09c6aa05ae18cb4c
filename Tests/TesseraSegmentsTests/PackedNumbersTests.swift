import Testing

@testable import TesseraSegments

/// Numbers in bytes: the two writers agree, and what they wrote is read.
@Suite struct PackedNumbersTests {
  /// Around every border between lengths, and some of each length.
  private static let numbers: [UInt64] = {
    var random = SplitMix64(seed: 7)
    var out: [UInt64] = [0, 1, .max]
    for bit in 0..<64 {
      let border = UInt64(1) << UInt64(bit)
      out += [border - 1, border, border + 1]
      for _ in 0..<20 { out.append(border | UInt64.random(in: 0...(border - 1), using: &random)) }
    }
    return out
  }()

  /// Seven bits to a byte, the lowest first, as the format says.
  private static func spelt(_ number: UInt64) -> [UInt8] {
    var (rest, out) = (number, [UInt8]())
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return out + [UInt8(rest)]
  }

  private static func pointed(_ numbers: [UInt64]) -> [UInt8] {
    let room = numbers.count * 10 + PackedPointer.slack
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { memory in
      memory.initialize(repeating: 0xFF)
      var sink = PackedPointer(memory)
      for number in numbers { sink.add(number) }
      return Array(memory[..<sink.count])
    }
  }

  @Test func bothWritersSpellAsTheFormatSays() {
    var writer = PackedWriter()
    for number in PackedNumbersTests.numbers { writer.add(number) }
    let expected = PackedNumbersTests.numbers.flatMap(PackedNumbersTests.spelt)
    #expect(writer.bytes == expected)
    #expect(PackedNumbersTests.pointed(PackedNumbersTests.numbers) == expected)
  }

  @Test func whatWasWrittenIsReadWhereverItEnds() {
    for number in PackedNumbersTests.numbers {
      // Little, enough, and much room behind it; what stands there is another number's.
      for behind in [0, 1, 7, 8, 9, 16] {
        let spelt = PackedNumbersTests.spelt(number)
        let bytes = [0x85, 0x01] + spelt + [UInt8](repeating: 0xFF, count: behind)
        bytes.withUnsafeBufferPointer { bytes in
          var reader = PackedReader(bytes, from: 0, count: 2 + spelt.count)
          #expect(reader.number() == 133)
          #expect(reader.number() == number)
          #expect(reader.isAtEnd)
        }
      }
    }
  }
}
