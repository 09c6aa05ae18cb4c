import Testing

@testable import TesseraModel

/// Bytes written at once are the bytes of the value built first.
struct ByteWriterJSONTests {
  private func bytes(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var out = ByteWriter(capacity: 16)
    write(&out)
    return Array(out.bytes)
  }

  @Test func numbers() {
    var random = SplitMix64(seed: 5)
    var numbers: [Double] = [
      0, -0.0, 1, -1, 0.1, -0.25, 1e-4, 0.0001, 0.000099999, 0.000100001, 999_999.999999999, 1_234_567.123456789, 1e15,
      1e15 + 2, -1e16, 1e300, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, .pi, 1.0 / 3, 0.999999999,
      1.000000001,
    ]
    for _ in 0..<20_000 {
      numbers.append(Double(bitPattern: random.next()))
      numbers.append((Double(random.next() % 2_000_000_000_000) - 1e12) / 1e9)
      numbers.append(Double(random.next() % 1_000_000_000) / 1e9)
      numbers.append(Double(random.next() % 1_000_000_000_000_000) / 1e9)
    }
    for number in numbers {
      #expect(bytes { $0.append(number: number) } == JSONWriter.bytes(.double(number)), "\(number)")
    }
  }

  @Test func propensities() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<20_000 {
      let propensity = random.next() % (Propensity.one + 1)
      let rounded = (Propensity.double(propensity) * 1e9).rounded() / 1e9
      #expect(bytes { $0.append(propensity: propensity) } == JSONWriter.bytes(.double(rounded)))
    }
    #expect(bytes { $0.append(propensity: Propensity.one) } == Array("1".utf8))
    #expect(bytes { $0.append(propensity: 0) } == Array("0".utf8))
  }

  @Test func stringsAndLists() {
    let texts = ["", "plain", "a \"quoted\" \\ line\n\r\t\u{1}</script>", "größer 🐟"]
    let value = JSONValue.array(texts.map { .string($0) })
    #expect(bytes { $0.append(list: texts) { $0.append(quoted: $1) } } == JSONWriter.bytes(value))
    #expect(bytes { $0.append(json: value) } == JSONWriter.bytes(value))
    #expect(bytes { $0.append(list: [Int]()) { $0.append(decimal: $1) } } == Array("[]".utf8))
  }
}
