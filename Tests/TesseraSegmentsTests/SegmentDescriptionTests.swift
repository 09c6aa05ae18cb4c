import TesseraModel
import TesseraSegments
import Testing

@Suite struct SegmentDescriptionTests {
  static let space = AxisSpace()

  private func segment(_ values: [String: AxisValue], otherwise: AxisValue = .any) -> Segment {
    let axes = SegmentDescriptionTests.space.names
    return Segment(axes: axes, values: axes.map { values[$0] ?? otherwise })
  }

  static let example: [String: AxisValue] = [
    "visits": .word("returning"), "tenure": .word("under-60d"), "orders": .word("one"),
    "brand": .name("the north face"),
    "researching": .name("jackets"), "basket": .word("researched"), "price-sensitivity": .word("coupons"),
  ]

  @Test func theExampleEveryReaderCanTrace() throws {
    let text = SegmentDescription.sentence(segment(SegmentDescriptionTests.example)) {
      $0.text == "the north face" ? "The North Face" : $0.text
    }
    let parts = text.split(separator: " (any ", maxSplits: 1).map(String.init)
    #expect(
      parts.first
        == "returning visitor who joined less than 60 days ago, has ordered once, leans to The North Face, "
        + "has been researching jackets for the last 7 days and has one in the basket, buys with discount codes")
    #expect(parts.last == "last order, spend, reach)")
  }

  @Test func relaxedAxesAreSaid() {
    #expect(SegmentDescription.sentence(segment([:])) == "everyone")
    let all = segment(SegmentDescriptionTests.example, otherwise: .word("none"))
    #expect(!SegmentDescription.sentence(all).contains("any"))
    let one = SegmentDescription.sentence(segment(["orders": .word("one")]))
    #expect(one.hasPrefix("visitor who has ordered once (any "))
  }

  /// Values that say nothing of anyone and leave no trace in the sentence.
  static let empty: [String: String] = [
    "tenure": "unknown", "last-order": "never", "brand": "none", "researching": "none", "basket": "empty",
    "price-sensitivity": "unknown", "spend": "none", "reach": "none",
  ]

  /// Two segments that differ in one value that says something never read alike, whatever the other axes say.
  @Test func everyValueIsToldFromEveryOther() {
    var random = SplitMix64(seed: 3)
    let axes = SegmentDescriptionTests.space.axes
    func values(_ axis: any Axis) -> [AxisValue] {
      axis.words.map { AxisValue.word($0) }
        + (axis.nameSource == nil ? [] : [.name("none"), .name("nike"), .name("any")])
    }
    for _ in 0..<60 {
      let base = axes.map { axis in random.oneIn(4) ? AxisValue.any : random.pick(values(axis)) }
      for (i, axis) in axes.enumerated() {
        var seen: [String: AxisValue] = [:]
        for value in values(axis) {
          var other = base
          other[i] = value
          let text = SegmentDescription.sentence(Segment(axes: SegmentDescriptionTests.space.names, values: other))
          #expect(seen[text] == nil, "\(axis.name): \(value) and \(String(describing: seen[text])) read: \(text)")
          seen[text] = value
          if SegmentDescriptionTests.empty[axis.name] != value.text || value == .name("none") {
            other[i] = .any
            let relaxed = SegmentDescription.sentence(Segment(axes: SegmentDescriptionTests.space.names, values: other))
            #expect(relaxed != text)
          }
        }
      }
    }
  }

  @Test func brandCalledNoneIsNotNoBrand() {
    let named = segment(["brand": .name("none")])
    let word = segment(["brand": .word("none")])
    #expect(named.id != word.id)
    #expect(named != word)
    #expect(SegmentDescription.sentence(named) != SegmentDescription.sentence(word))
    #expect(ContextCode(named) != ContextCode(word))
  }
}
