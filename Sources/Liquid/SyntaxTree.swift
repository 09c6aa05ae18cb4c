/// A parsed template: values only, so that it can be examined and rewritten.
indirect enum Node: Sendable, Equatable {
  case text(String)
  case output(Expression, Place)
  case assign(String, Expression)
  /// Branches in order; a branch without a condition is the `else`.
  case choice([Branch])

  struct Branch: Sendable, Equatable {
    let condition: Condition?
    let body: [Node]
  }
}

/// An operand with the filters applied to it.
struct Expression: Sendable, Equatable {
  struct Call: Sendable, Equatable {
    let filter: Filter
    let arguments: [Operand]
  }

  let operand: Operand
  let calls: [Call]
}

/// A literal or a path into the data.
enum Operand: Sendable, Equatable {
  enum Step: Sendable, Equatable {
    case name(String)
    case index(Int)
  }

  case literal(LiquidValue)
  case path([Step])
}

/// What `if` asks.
indirect enum Condition: Sendable, Equatable {
  enum Comparison: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case alsoNotEqual = "<>"
    case less = "<"
    case greater = ">"
    case atMost = "<="
    case atLeast = ">="
    case contains
  }

  case value(Operand)
  case comparison(Operand, Comparison, Operand)
  case and(Condition, Condition)
  case or(Condition, Condition)
  case not(Condition)
}
