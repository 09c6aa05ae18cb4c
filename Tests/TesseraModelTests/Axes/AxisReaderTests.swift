import TesseraModel
import Testing

/// Every mistake in a definition is named where it is, with what to write instead.
@Suite struct AxisReaderTests {
  static let orders = try? AxisReader.definition(
    ["axis": "orders", "count": "orders", "cuts": [1, 4], "values": ["none", "some", "many"]], path: "", box: [])
  static let box = [orders].compactMap { $0 } + [AxisDefinition.builtin("basket", words: ["empty", "filled"])]

  private func read(_ text: String) throws -> [AxisDefinition] {
    try AxisReader.definitions(try JSONParser.parse(text), box: AxisReaderTests.box)
  }

  private func message(_ text: String) -> String {
    do { return "accepted: \(try read(text).map(\.name))" } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("[]", "axes: name at least one axis"),
    ("\"orders\"", "axes: must be a list"),
    ("[\"order\"]", "axes[0]: there is no axis \"order\" in the box; did you mean \"orders\"?"),
    ("[\"orders\", \"orders\"]", "axes[1]: the axis \"orders\" is there twice"),
    ("[{\"axis\": \"basket\", \"cuts\": [1]}]", "axes[0]: \"basket\" is made of code and cannot be changed"),
    ("[{\"axis\": \"My Axis\", \"count\": \"orders\"}]", "axes[0].axis: must be of small letters"),
    ("[{\"axis\": \"a\", \"count\": \"order\"}]", "axes[0].count: must be one of events"),
    ("[{\"axis\": \"a\", \"count\": \"orders\", \"share\": \"lines\"}]", "axes[0].share: an axis has one measure"),
    ("[{\"axis\": \"a\", \"count\": \"orders\"}]", "axes[0].cuts: say where one value ends"),
    ("[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [2, 2]}]", "axes[0].cuts: must rise"),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [\"3d\"]}]",
      "axes[0].cuts: must be a whole number, not \"3d\""
    ),
    ("[{\"axis\": \"a\", \"last\": \"orders\", \"cuts\": [3]}]", "axes[0].cuts: must be a time like 30d"),
    ("[{\"axis\": \"a\", \"last\": \"orders\", \"cuts\": [\"3d\"]}]", "axes[0].none: is missing"),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [3], \"none\": \"x\"}]",
      "axes[0].none: has no meaning here"
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [3], \"values\": [\"few\"]}]",
      "axes[0].values: 1 cuts part 2 values, but there are 1"
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [3], \"half_life\": \"3d\"}]",
      "axes[0].half_life: has no meaning beside count"
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [3], \"values\": [\"any\", \"x\"]}]",
      "axes[0].values: \"any\" cannot be a value"
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"window\": \"soon\", \"cuts\": [3]}]",
      "axes[0].window: must be a time like 30d, 12h or 45m, not \"soon\""
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"where\": {\"discounted\": true}, \"cuts\": [3]}]",
      "axes[0].where.discounted: there is no such setting"
    ),
    (
      "[{\"axis\": \"a\", \"share\": \"lines\", \"cuts\": [\"30%\"], \"none\": \"x\"}]",
      "axes[0].where: a share needs to know of which lines"
    ),
    (
      "[{\"axis\": \"a\", \"share\": \"lines\", \"where\": {\"discounted\": true}, \"cuts\": [\"130%\"]}]",
      "axes[0].cuts: must be a share like 35% or 0.35, not \"130%\""
    ),
    ("[{\"axis\": \"a\", \"top\": \"brands\"}]", "axes[0].top: must be one of brand, category, tier"),
    ("[{\"axis\": \"a\", \"top\": \"brand\"}]", "axes[0].weights: say what counts"),
    (
      "[{\"axis\": \"a\", \"top\": \"brand\", \"weights\": {\"line\": 99}}]",
      "axes[0].weights.line: must be a whole number from -20 to 20"
    ),
    (
      "[{\"axis\": \"a\", \"sum\": \"units\", \"percentiles\": [50]}]",
      "axes[0].percentiles: compare sums of money"
    ),
    (
      "[{\"axis\": \"a\", \"sum\": \"revenue\", \"percentiles\": [50]}, {\"axis\": \"b\", \"sum\": \"revenue\", \"percentiles\": [9]}]",
      "axes[1].percentiles: one axis can compare people by percentiles, and \"a\" does"
    ),
    ("[{\"axis\": \"a\", \"rules\": [{\"value\": \"x\", \"no\": \"orders\"}]}]", "axes[0].rules: the last rule is"),
    (
      "[{\"axis\": \"a\", \"rules\": [{\"value\": \"x\"}, {\"value\": \"y\"}]}]",
      "axes[0].rules[0]: this rule always holds"
    ),
    (
      "[{\"axis\": \"a\", \"rules\": [{\"value\": \"x\", \"count\": \"orders\"}, {\"value\": \"y\"}]}]",
      "axes[0].rules[0]: a rule compares once"
    ),
    (
      "[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [1], \"says\": {\"loads\": \"has loads\"}}]",
      "axes[0].says.loads: there is no value \"loads\""
    ),
  ])
  func mistakesAreNamed(text: String, expected: String) {
    let message = message(text)
    #expect(message.hasPrefix(expected), "\(message)")
  }

  @Test func fifteenAxesAtMost() {
    let axes = (0..<16).map { "{\"axis\": \"a\($0)\", \"count\": \"orders\", \"cuts\": [1]}" }
    #expect(message("[\(axes.prefix(15).joined(separator: ","))]").hasPrefix("accepted"))
    #expect(message("[\(axes.joined(separator: ","))]") == "axes[15]: a store has at most 15 axes")
  }

  @Test func boxedAxesCanBeChanged() throws {
    let axes = try read("[{\"axis\": \"orders\", \"cuts\": [2], \"values\": [\"few\", \"many\"]}, \"basket\"]")
    #expect(axes.map(\.words) == [["few", "many"], ["empty", "filled"]])
    // What is recorded says everything, and reads as the same again without the box.
    let again = try AxisReader.definition(axes[0].json, path: "", box: [])
    #expect(again == axes[0] && again.form == axes[0].form)
    #expect(try read("[{\"axis\": \"basket\"}]").map(\.words) == [["empty", "filled"]])
  }

  @Test func valuesNameThemselves() throws {
    let axis = try read("[{\"axis\": \"a\", \"last\": \"orders\", \"cuts\": [\"7d\", \"30d\"], \"none\": \"never\"}]")[
      0]
    #expect(axis.words == ["never", "under-7d", "under-30d", "over-30d"])
    #expect(try read("[{\"axis\": \"a\", \"count\": \"orders\", \"cuts\": [1]}]")[0].words == ["under-1", "1-or-more"])
  }
}
