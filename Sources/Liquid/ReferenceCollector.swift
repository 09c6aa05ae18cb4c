/// Finds the places where nodes ask for data, and whether they cope without.
struct ReferenceCollector {
  private let names: [String]
  /// Names that stand for something the template made itself.
  private var local: Set<Int> = []
  /// Names that stand for a path as it is: what is asked of them is asked of it.
  private var aliases: [Int: String] = [:]
  /// Paths that a condition around this place has asked for.
  private var guarded: Set<String> = []
  private var found: [TagReference] = []

  private init(_ names: [String]) { self.names = names }

  static func references(in nodes: [Node], names: [String]) -> [TagReference] {
    var collector = ReferenceCollector(names)
    collector.visit(nodes, isWhole: true)
    return collector.found
  }

  /// - Parameter isWhole: whether these are all of a template.
  private mutating func visit(_ nodes: [Node], isWhole: Bool = false) {
    for (i, node) in nodes.enumerated() {
      let gap = TextGap(before: i == 0 ? nil : nodes[i - 1], after: i + 1 == nodes.count ? nil : nodes[i + 1])
      switch node {
      // Left out where only a mark of punctuation follows, it leaves the hole that an empty tag would.
      case .branches(let branches, _)
      where branches.last?.condition != nil && gap.isBeforeMark(atStart: isWhole && i == 0):
        visit(branches, isGap: true)
      // A list in the middle of a sentence is a part of it.
      case .loop(let loop) where loop.otherwise.isEmpty && gap.isWithinLine: visit(loop, isGap: true)
      default: visit(node)
      }
    }
  }

  private mutating func visit(_ node: Node) {
    switch node {
    case .text, .interrupt: break
    case .counter(let name, _): define(name)
    case .output(let pipeline): visit(pipeline)
    case .abort(let pipeline, _): if let pipeline { visit(pipeline) }
    case .assign(let name, let pipeline):
      if pipeline.calls.isEmpty, let path = paths(pipeline.head).first, isPlain(pipeline.head) {
        aliases[name] = path
        return
      }
      visit(pipeline)
      define(name)
    case .capture(let name, let body, _):
      visit(body)
      define(name)
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

  private mutating func define(_ name: Int) {
    local.insert(name)
    aliases[name] = nil
  }

  /// Whether a path has no step that is worked out.
  private func isPlain(_ expression: Expression) -> Bool {
    guard case .path(let path) = expression else { return true }
    return !path.steps.contains { if case .computed = $0 { true } else { false } }
  }

  /// - Parameter isGap: whether nothing in its place is a hole, so that what it asks for is needed.
  private mutating func visit(_ branches: [Branch], isGap: Bool = false) {
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
      let guards = isGap ? Guards() : Guards(condition) { paths($0) }
      visit(branch.body, guardedBy: failed.union(branch.isNegated ? guards.whenFalse : guards.whenTrue))
      failed.formUnion(branch.isNegated ? guards.whenTrue : guards.whenFalse)
    }
  }

  private mutating func visit(_ loop: Loop, isGap: Bool = false) {
    visit(loop.collection, hasFallback: !isGap)
    if let limit = loop.limit { visit(limit, hasFallback: true) }
    if case .expression(let offset) = loop.offset { visit(offset, hasFallback: true) }
    visit(loop.body, scoped: [loop.variable, loop.helper], guardedBy: paths(loop.collection))
    visit(loop.otherwise)
  }

  private mutating func visit(_ body: [Node], scoped: [Int] = [], guardedBy asked: Set<String> = []) {
    let (outer, around) = (local, guarded)
    for name in scoped { define(name) }
    guarded.formUnion(asked)
    visit(body)
    guarded = around
    // What the body assigned stays; its loop's own names do not.
    local.subtract(Set(scoped).subtracting(outer))
  }

  private mutating func visit(_ pipeline: Pipeline) {
    // What comes before the last `default` is coped without, the arguments of earlier ones too.
    let last = pipeline.calls.lastIndex { call in
      call.filter == .default && call.arguments.first.map { !Guards.isNothing($0) && !isBlank($0) } ?? false
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

  /// Whether an expression is a text of nothing but blanks.
  private func isBlank(_ expression: Expression) -> Bool {
    if case .literal(.string(let text)) = expression { text.allSatisfy(\.isWhitespace) } else { false }
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
    case .variable(let name, _): return aliases[name].map { [$0] } ?? (local.contains(name) ? [] : [names[name]])
    case .path(let path):
      guard case .name(let name) = path.root else { return [] }
      if aliases[name] == nil, local.contains(name) { return [] }
      var text = aliases[name] ?? names[name]
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

/// What stands before and after a node that may come to nothing.
private struct TextGap {
  private let before: [UInt8]?
  private let after: [UInt8]?

  /// - Parameters:
  ///   - before: the node before; nil at the start.
  ///   - after: the node behind; nil at the end.
  init(before: Node?, after: Node?) {
    func text(_ node: Node?) -> [UInt8]? { if case .text(let bytes)? = node { bytes } else { nil } }
    (self.before, self.after) = (text(before), text(after))
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
  private static let marks = Set(",.!?;:".utf8)

  /// Whether a mark of punctuation would follow on a blank, or begin the text.
  func isBeforeMark(atStart: Bool) -> Bool {
    guard let next = after?.first, TextGap.marks.contains(next) else { return false }
    return atStart || before?.last.map { TextGap.blanks.contains($0) } ?? false
  }

  /// Whether words stand on both sides in the same line.
  var isWithinLine: Bool {
    guard let before, let after, before.last == 0x20, after.first == 0x20 else { return false }
    func isWord(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x80 || ($0 | 0x20) &- 0x61 < 26 } ?? false }
    return isWord(before.last { $0 != 0x20 }) && isWord(after.first { $0 != 0x20 })
  }
}
