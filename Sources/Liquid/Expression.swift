/// A literal, a path into the data, or a range.
indirect enum Expression: Sendable, Equatable {
  case literal(LiquidValue)
  case blank
  case empty
  case variable(Int, Position)
  case path(Path)
  case range(Expression, Expression, Position)
}

/// A variable and the way on from it.
struct Path: Sendable, Equatable {
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

  var root: Root
  var steps: [Step]
  var position: Position
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

/// A filter with its arguments.
struct FilterCall: Sendable, Equatable {
  var filter: Filter
  var arguments: [Expression]
  /// The named argument of `default`.
  var allowFalse: Expression?
  var position: Position
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
