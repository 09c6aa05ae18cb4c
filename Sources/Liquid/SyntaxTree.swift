/// A parsed template's parts: values only, so that they can be examined and rewritten.
///
/// Variables are numbers into the template's table of names, so that rendering never looks a name up twice.
indirect enum Node: Sendable, Equatable {
  case text([UInt8])
  case output(Pipeline)
  case assign(name: Int, value: Pipeline)
  case capture(name: Int, body: [Node], Position)
  case branches([Branch], Position)
  case cases(Cases)
  case loop(Loop)
  case table(Table)
  case cycle(Cycle)
  case counter(name: Int, step: Int)
  case render(Insertion)
  case interrupt(Flow)
  case abort(Pipeline?, Position)
}

/// How rendering goes on after a node.
enum Flow: Sendable, Equatable {
  case next, breakLoop, continueLoop
}

/// One arm of `if` or `unless`; without a condition it is the `else`.
struct Branch: Sendable, Equatable {
  var condition: Condition?
  /// `unless` takes its first arm when the condition does not hold.
  var isNegated = false
  var body: [Node]
}

/// `case`: every value of every `when` that equals the subject renders its body.
struct Cases: Sendable, Equatable {
  struct When: Sendable, Equatable {
    /// Empty for `else`.
    var values: [Expression]
    var isElse: Bool
    var body: [Node]
  }

  var subject: Expression
  var whens: [When]
  var position: Position
}

/// `for`.
struct Loop: Sendable, Equatable {
  enum Offset: Sendable, Equatable {
    case none
    case expression(Expression)
    /// `offset: continue`: where the last loop of the same name stopped.
    case resume
  }

  var variable: Int
  /// The name `forloop`.
  var helper: Int
  /// The variable and the collection as they are spelled, which is what `offset: continue` goes by.
  var label: String
  var collection: Expression
  var limit: Expression?
  var offset: Offset
  var isReversed: Bool
  var body: [Node]
  var otherwise: [Node]
  var position: Position
}

/// `tablerow`.
struct Table: Sendable, Equatable {
  var variable: Int
  /// The name `tablerowloop`.
  var helper: Int
  var collection: Expression
  var columns: Expression?
  var limit: Expression?
  var offset: Expression?
  var body: [Node]
  var position: Position
}

/// `cycle`.
struct Cycle: Sendable, Equatable {
  /// The group, when it is named.
  var group: Expression?
  /// What tells an unnamed group from others.
  var key: String
  var values: [Expression]
  var position: Position
}

/// `render`: a snippet with arguments of its own.
struct Insertion: Sendable, Equatable {
  enum Subject: Sendable, Equatable {
    case none
    case with(Expression)
    case each(Expression)
  }

  var snippet: String
  var subject: Subject
  var alias: String
  var arguments: [Argument]
  var position: Position

  struct Argument: Sendable, Equatable {
    var name: String
    var value: Expression
  }
}
