/// The paths that are known to have a value when a condition holds, or when it does not.
struct Guards {
  var whenTrue: Set<String> = []
  var whenFalse: Set<String> = []

  /// Nothing is known.
  init() {}

  init(_ condition: Condition, paths: (Expression) -> Set<String>) {
    guard var last = condition.terms.last.map({ Guards($0, paths) }) else { return }
    // From the right, as `and` and `or` associate to it.
    for (term, join) in zip(condition.terms.dropLast().reversed(), condition.joins.reversed()) {
      let first = Guards(term, paths)
      switch join {
      case .and:
        last.whenTrue.formUnion(first.whenTrue)
        last.whenFalse.formIntersection(first.whenFalse)
      case .or:
        last.whenTrue.formIntersection(first.whenTrue)
        last.whenFalse.formUnion(first.whenFalse)
      }
    }
    self = last
  }

  private init(_ term: Condition.Term, _ paths: (Expression) -> Set<String>) {
    let (left, right) = (paths(term.left), paths(term.right))
    let isWithNothing = Guards.isNothing(term.left) || Guards.isNothing(term.right)
    switch term.comparison {
    case nil: whenTrue = left
    case .equal:
      if isWithNothing {
        whenFalse = left.union(right)
      } else if left.isEmpty || right.isEmpty {
        // Two paths can be equal because both are missing.
        whenTrue = left.union(right)
      }
    case .notEqual: if isWithNothing { whenTrue = left.union(right) }
    default: whenTrue = left.union(right)
    }
  }

  /// Whether an expression stands for no value at all.
  static func isNothing(_ expression: Expression) -> Bool {
    switch expression {
    case .blank, .empty, .literal(.null), .literal(.bool(false)), .literal(.string("")): true
    default: false
    }
  }
}
