import TesseraModel
import Testing

@Suite struct SegmentTests {
  @Test func idsTellBrandNoneFromNoBrand() {
    let word = Segment(axes: ["brand"], values: [.word("none")])
    let name = Segment(axes: ["brand"], values: [.name("none")])
    let any = Segment(axes: ["brand"], values: [.any])
    let named = Segment(axes: ["brand"], values: [.name("any")])
    #expect(Set([word, name, any, named].map(\.id)).count == 4)
    #expect(Set([word, name, any, named].map { ContextCode($0) }).count == 4)
    #expect(word.id.utf8.count == 18)
    #expect(any.relaxed == ["brand"] && named.relaxed == [])
  }

  @Test func idsDependOnAxesAndValuesAlone() {
    let a = Segment(axes: ["a", "b"], values: [.word("x"), .any])
    #expect(a.id == Segment(axes: ["a", "b"], values: [.word("x"), .any]).id)
    #expect(a.id != Segment(axes: ["b", "a"], values: [.word("x"), .any]).id)
    #expect(a.id != Segment(axes: ["a", "b"], values: [.any, .word("x")]).id)
  }

  @Test func canonicalSpellingsComeBack() {
    for value in [
      AxisValue.any, .word("none"), .word(""), .name("none"), .name("*"), .name("~x"), .name("=x"), .name(""),
    ] {
      #expect(AxisValue(canonical: value.canonical) == value)
    }
    for bad in ["", "**", "none", "any"] { #expect(AxisValue(canonical: bad) == nil) }
  }

  @Test func contextsNest() {
    let fine = ContextCode(codes: [1, 2, 3])
    #expect(fine.isWithin(ContextCode(codes: [0, 2, 0])))
    #expect(fine.isWithin(fine))
    #expect(!fine.isWithin(ContextCode(codes: [0, 1, 0])))
    #expect(!ContextCode(codes: [0, 2, 0]).isWithin(fine))
    #expect(!fine.isWithin(ContextCode(codes: [1, 2])))
  }
}
