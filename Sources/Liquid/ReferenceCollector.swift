/// Finds the places where nodes ask for data, and whether they cope without.
struct ReferenceCollector {
  private let names: [String]
  /// Names that stand for something the template made itself.
  private var local: Set<Int> = []
  /// Paths that a condition around this place has asked for.
  private var guarded: Set<String> = []
  private var found: [TagReference] = []

  private init(_ names: [String]) { self.names = names }

  static func references(in nodes: [Node], names: [String]) -> [TagReference] {
    var collector = ReferenceCollector(names)
    collector.visit(nodes)
    return collector.found
  }

  private mutating func visit(_ nodes: [Node]) { for node in nodes { visit(node) } }

  private mutating func visit(_ node: Node) {
    switch node {
    case .text, .interrupt: break
    case .counter(let name, _): local.insert(name)
    case .output(let pipeline): visit(pipeline)
    case .abort(let pipeline, _): if let pipeline { visit(pipeline) }
    case .assign(let name, let pipeline):
      visit(pipeline)
      local.insert(name)
    case .capture(let name, let body, _):
      visit(body)
      local.insert(name)
    case .branches(let branches, _): visit(branches)
    case .cases(let cases):
      visit(cases.subject, hasFallback: true)
      for when in cases.whens {
        for value in when.values { visit(value, hasFallback: true) }
        let asked = when.isElse || when.values.contains { Guards.isNothing($0) } ? [] : paths(cases.subject)
        visit(when.body, guardedBy: asked)
      }
    case .loop(let loop): visit(loop)
    case .table(let table):
      for expression in [table.collection, table.columns, table.limit, table.offset] {
        if let expression { visit(expression, hasFallback: true) }
      }
      visit(table.body, scoped: [table.variable, table.helper])
    case .cycle(let cycle): for value in cycle.values + [cycle.group].compactMap({ $0 }) { visit(value) }
    case .render(let insertion):
      switch insertion.subject {
      case .none: break
      case .with(let value), .each(let value): visit(value)
      }
      for argument in insertion.arguments { visit(argument.value) }
    }
  }

  private mutating func visit(_ branches: [Branch]) {
    var failed: Set<String> = []
    for branch in branches {
      guard let condition = branch.condition else {
        visit(branch.body, guardedBy: failed)
        continue
      }
      for term in condition.terms {
        visit(term.left, hasFallback: true)
        visit(term.right, hasFallback: true)
      }
      let guards = Guards(condition) { paths($0) }
      visit(branch.body, guardedBy: failed.union(branch.isNegated ? guards.whenFalse : guards.whenTrue))
      failed.formUnion(branch.isNegated ? guards.whenTrue : guards.whenFalse)
    }
  }

  private mutating func visit(_ loop: Loop) {
    visit(loop.collection, hasFallback: true)
    if let limit = loop.limit { visit(limit, hasFallback: true) }
    if case .expression(let offset) = loop.offset { visit(offset, hasFallback: true) }
    visit(loop.body, scoped: [loop.variable, loop.helper], guardedBy: paths(loop.collection))
    visit(loop.otherwise)
  }

  private mutating func visit(_ body: [Node], scoped: [Int] = [], guardedBy asked: Set<String> = []) {
    let (outer, around) = (local, guarded)
    local.formUnion(scoped)
    guarded.formUnion(asked)
    visit(body)
    guarded = around
    // What the body assigned stays; its loop's own names do not.
    local.subtract(Set(scoped).subtracting(outer))
  }

  private mutating func visit(_ pipeline: Pipeline) {
    // What comes before the last `default` is coped without, the arguments of earlier ones too.
    let last = pipeline.calls.lastIndex { call in
      call.filter == .default && call.arguments.first.map { !Guards.isNothing($0) } ?? false
    }
    visit(pipeline.head, hasFallback: last != nil)
    var before = paths(pipeline.head).sorted()
    for (i, call) in pipeline.calls.enumerated() {
      let isDefault = call.filter == .default
      for argument in call.arguments {
        visit(argument, hasFallback: isDefault && i < last ?? 0, insteadOf: isDefault ? before : [])
        if isDefault { before += paths(argument).sorted() }
      }
    }
  }

  private mutating func visit(_ expression: Expression, hasFallback: Bool = false, insteadOf: [String] = []) {
    switch expression {
    case .literal, .blank, .empty: break
    case .range(let low, let high, _):
      visit(low, hasFallback: hasFallback)
      visit(high, hasFallback: hasFallback)
    case .variable(_, let position): add(expression, position, hasFallback, insteadOf)
    case .path(let path):
      if case .computed(let name) = path.root {
        visit(name)
      } else {
        add(expression, path.position, hasFallback, insteadOf)
      }
      for case .computed(let step) in path.steps { visit(step) }
    }
  }

  private mutating func add(
    _ expression: Expression, _ position: Position, _ hasFallback: Bool, _ insteadOf: [String]
  ) {
    for path in paths(expression) {
      found.append(
        TagReference(
          path: path, hasFallback: hasFallback || guarded.contains(path), insteadOf: insteadOf,
          onlyWith: guarded.filter { ReferenceCollector.holds(path, under: $0) }.sorted(), line: Int(position.line),
          column: Int(position.column)))
    }
  }

  /// Whether a path is part of one that a condition has asked for, or of one whose size it has.
  private static func holds(_ path: String, under guarded: String) -> Bool {
    let above = guarded.hasSuffix(".size") ? String(guarded.dropLast(5)) : guarded
    return path.hasPrefix(above + ".") || path.hasPrefix(above + "[")
  }

  /// The path of an expression that asks for data; none for others.
  private func paths(_ expression: Expression) -> Set<String> {
    switch expression {
    case .variable(let name, _): return local.contains(name) ? [] : [names[name]]
    case .path(let path):
      guard case .name(let name) = path.root, !local.contains(name) else { return [] }
      var text = names[name]
      for step in path.steps {
        switch step {
        case .name(let name, _), .key(let name): text += "." + name
        case .index(let index): text += "[\(index)]"
        case .computed: return [text]
        }
      }
      return [text]
    default: return []
    }
  }
}
