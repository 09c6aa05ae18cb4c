/// Tells whether nodes depend on nothing but final data and change nothing that others could see.
struct Closedness {
  /// What is known around a node.
  private struct Scope {
    /// The variables of the loops inside of the node.
    var variables: Set<Int> = []
    /// The helpers of these loops.
    var helpers: Set<Int> = []
    /// Whether a `break` ends a loop that is itself inside of the node.
    var isInLoop = false

    func adding(variable: Int, helper: Int) -> Scope {
      var scope = self
      scope.variables.insert(variable)
      scope.helpers.insert(helper)
      scope.isInLoop = true
      return scope
    }
  }

  /// The names that stand for final data.
  let final: Set<Int>
  /// The labels of loops that another loop goes on from.
  let resumed: Set<String>

  func isClosed(_ node: Node) -> Bool { isClosed(node, scope: Scope()) }

  func isClosed(_ condition: Condition) -> Bool { isClosed(condition, scope: Scope()) }

  private func isClosed(_ nodes: [Node], scope: Scope) -> Bool {
    nodes.allSatisfy { isClosed($0, scope: scope) }
  }

  private func isClosed(_ node: Node, scope: Scope) -> Bool {
    switch node {
    case .text: true
    case .output(let pipeline): isClosed(pipeline, scope: scope)
    case .branches(let branches, _):
      branches.allSatisfy { branch in
        branch.condition.map { isClosed($0, scope: scope) } ?? true && isClosed(branch.body, scope: scope)
      }
    case .cases(let cases):
      isClosed(cases.subject, scope: scope)
        && cases.whens.allSatisfy { when in
          when.values.allSatisfy { isClosed($0, scope: scope) } && isClosed(when.body, scope: scope)
        }
    case .table(let table):
      [table.collection, table.columns, table.limit, table.offset].allSatisfy { expression in
        expression.map { isClosed($0, scope: scope) } ?? true
      } && isClosed(table.body, scope: scope.adding(variable: table.variable, helper: table.helper))
    case .loop(let loop): isClosed(loop, scope: scope)
    case .interrupt: scope.isInLoop
    // These keep something under a name, see more than this template, or end it.
    case .assign, .capture, .cycle, .counter, .render, .abort: false
    }
  }

  private func isClosed(_ loop: Loop, scope: Scope) -> Bool {
    if resumed.contains(loop.label) { return false }
    switch loop.offset {
    case .none: break
    case .resume: return false
    case .expression(let offset): if !isClosed(offset, scope: scope) { return false }
    }
    return isClosed(loop.collection, scope: scope) && loop.limit.map { isClosed($0, scope: scope) } ?? true
      && isClosed(loop.body, scope: scope.adding(variable: loop.variable, helper: loop.helper))
      && isClosed(loop.otherwise, scope: scope)
  }

  private func isClosed(_ condition: Condition, scope: Scope) -> Bool {
    condition.terms.allSatisfy { isClosed($0.left, scope: scope) && isClosed($0.right, scope: scope) }
  }

  private func isClosed(_ pipeline: Pipeline, scope: Scope) -> Bool {
    isClosed(pipeline.head, scope: scope)
      && pipeline.calls.allSatisfy { call in
        call.arguments.allSatisfy { isClosed($0, scope: scope) }
          && call.allowFalse.map { isClosed($0, scope: scope) } ?? true
      }
  }

  private func isClosed(_ expression: Expression, scope: Scope) -> Bool {
    switch expression {
    case .literal, .blank, .empty: true
    case .variable(let name, _): isKnown(name, scope)
    case .range(let low, let high, _): isClosed(low, scope: scope) && isClosed(high, scope: scope)
    case .path(let path): isClosed(path, scope: scope)
    }
  }

  private func isKnown(_ name: Int, _ scope: Scope) -> Bool {
    final.contains(name) || scope.variables.contains(name) || scope.helpers.contains(name)
  }

  private func isClosed(_ path: Path, scope: Scope) -> Bool {
    guard case .name(let name) = path.root, isKnown(name, scope) else { return false }
    return path.steps.allSatisfy { step in
      // The loop around the outermost one is not part of the node.
      switch step {
      case .name(let member, _), .key(let member): member != Member.parentloop.rawValue
      case .index: true
      case .computed(let key): !scope.helpers.contains(name) && isClosed(key, scope: scope)
      }
    }
  }
}

/// The names that nodes give a meaning of their own, anywhere in a template.
struct Bindings {
  private(set) var names: Set<Int> = []
  /// The labels of loops that go on from where another stopped.
  private(set) var resumed: Set<String> = []

  init(_ nodes: [Node]) { add(nodes) }

  private mutating func add(_ nodes: [Node]) {
    for node in nodes {
      switch node {
      case .assign(let name, _), .counter(let name, _): names.insert(name)
      case .capture(let name, let body, _):
        names.insert(name)
        add(body)
      case .branches(let branches, _): for branch in branches { add(branch.body) }
      case .cases(let cases): for when in cases.whens { add(when.body) }
      case .loop(let loop):
        names.formUnion([loop.variable, loop.helper])
        if loop.offset == .resume { resumed.insert(loop.label) }
        add(loop.body)
        add(loop.otherwise)
      case .table(let table):
        names.formUnion([table.variable, table.helper])
        add(table.body)
      case .text, .output, .cycle, .render, .interrupt, .abort: break
      }
    }
  }
}
