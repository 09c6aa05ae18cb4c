/// A literal, a path into the data, or a range.
enum Expression: Sendable, Equatable {
  case literal(LiquidValue)
  case blank
  case empty
  case variable(Int, Position)
  case path(Path)
  indirect case range(Expression, Expression, Position)
}

/// A variable and the way on from it. A class, so that an expression is small and copied without copying its parts.
final class Path: Sendable, Equatable {
  enum Root: Sendable, Equatable {
    case name(Int)
    case computed(Expression)
  }

  enum Step: Sendable, Equatable {
    /// `.name`, with what it means on values that have no such member.
    case name(String, Member)
    /// `["name"]`
    case key(String)
    /// `[0]`
    case index(Int)
    /// `[other]`
    case computed(Expression)
  }

  let root: Root
  let steps: [Step]
  let position: Position

  init(root: Root, steps: [Step], position: Position) {
    (self.root, self.steps, self.position) = (root, steps, position)
  }

  static func == (left: Path, right: Path) -> Bool {
    left === right || (left.root == right.root && left.steps == right.steps && left.position == right.position)
  }
}

/// What a name after a dot means on arrays, texts and the helpers of loops. Resolved when parsing.
enum Member: String, Sendable {
  case none = ""
  case size, first, last
  case length, name, index, index0, rindex, rindex0, parentloop
  case col, col0
  case colFirst = "col_first"
  case colLast = "col_last"
  case row

  init(_ name: String) { self = Member(rawValue: name) ?? .none }
}

/// A value and the filters that it goes through.
struct Pipeline: Sendable, Equatable {
  var head: Expression
  var calls: [FilterCall]
  var position: Position
}

/// A filter with its arguments. A class, as a path is.
final class FilterCall: Sendable, Equatable {
  let filter: Filter
  let arguments: [Expression]
  /// The named argument of `default`.
  let allowFalse: Expression?
  let position: Position

  init(filter: Filter, arguments: [Expression], allowFalse: Expression?, position: Position) {
    (self.filter, self.arguments, self.allowFalse, self.position) = (filter, arguments, allowFalse, position)
  }

  static func == (left: FilterCall, right: FilterCall) -> Bool {
    left === right
      || (left.filter == right.filter && left.arguments == right.arguments && left.allowFalse == right.allowFalse
        && left.position == right.position)
  }
}

/// What `if` asks: terms joined by `and` and `or`, which associate to the right whatever they are.
struct Condition: Sendable, Equatable {
  enum Comparison: Sendable, Equatable {
    case equal, notEqual, less, greater, atMost, atLeast, contains
  }

  enum Join: Sendable, Equatable {
    case and, or
  }

  struct Term: Sendable, Equatable {
    var left: Expression
    /// Nil: the left side alone is asked for.
    var comparison: Comparison?
    var right: Expression
    var position: Position
  }

  var terms: [Term]
  /// One less than there are terms.
  var joins: [Join]
}
