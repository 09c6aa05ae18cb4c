import Liquid
import Testing

@Suite struct LiquidValueTests {
  @Test func objectsKeepTheirOrder() throws {
    let object = LiquidObject([("z", 1), ("a", 2), ("z", 3)])
    #expect(object.map(\.key) == ["z", "a"])
    #expect(object["z"] == 3)
    let literal: LiquidObject = ["b": 1, "a": 2]
    #expect(literal.map(\.key) == ["b", "a"])
    let dictionary: [String: LiquidValue] = ["b": 1, "a": 2]
    #expect(try render("{% for m in o %}{{ m[0] }}{% endfor %}", ["o": .object(dictionary)]) == "ab")
  }

  @Test func objectsChangeWithoutTouchingTheirCopies() {
    var object: LiquidObject = ["a": 1, "b": 2]
    let copy = object
    object["a"] = nil
    object["c"] = 3
    #expect(object.map(\.key) == ["b", "c"])
    #expect(copy.count == 2)
    #expect(object != copy)
    #expect(LiquidObject(["a": 1, "b": 2]) == LiquidObject([("b", 2), ("a", 1)]))
  }

  @Test func largeObjectsFindTheirMembers() {
    let object = LiquidObject((0..<100).map { ("k\($0)", .int($0)) })
    #expect(object["k99"] == 99)
    #expect(object["k100"] == nil)
    #expect(LiquidValue.object(object)["k5"] == 5)
  }

  @Test func valuesAreReadBySubscripts() {
    let value: LiquidValue = [1, ["a": nil], 2.5, "x", true]
    #expect(value[0] == 1)
    #expect(value[-1] == true)
    #expect(value[9] == .null)
    #expect(value[.min] == .null)
    #expect(value["a"] == .null)
    #expect(value[1]["a"] == .null)
  }
}
