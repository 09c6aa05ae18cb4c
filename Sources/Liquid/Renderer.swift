/// Writes a tree's text for one set of data.
struct Renderer {
  private let data: LiquidValue
  private let options: RenderOptions
  private var assigned: [String: LiquidValue] = [:]
  private(set) var out = ""

  init(data: LiquidValue, options: RenderOptions) { (self.data, self.options) = (data, options) }

  mutating func render(_ nodes: [Node]) throws(LiquidError) {
    for node in nodes {
      switch node {
      case .text(let text): out += text
      case .output(let expression, _):
        let value = evaluate(expression)
        let isSafe = expression.calls.last?.filter == .escape && options.slot != .url && options.slot != .json
        out += isSafe ? value.text : Escaping.escaped(value.text, for: options.slot)
      case .assign(let name, let expression): assigned[name] = evaluate(expression)
      case .choice(let branches):
        if let branch = branches.first(where: { $0.condition.map(holds) ?? true }) { try render(branch.body) }
      }
      guard out.utf8.count <= options.limits.outputBytesMax else {
        throw LiquidError("the output is longer than \(options.limits.outputBytesMax) bytes")
      }
    }
  }

  private func evaluate(_ expression: Expression) -> LiquidValue {
    expression.calls.reduce(evaluate(expression.operand)) { value, call in
      call.filter.apply(value, call.arguments.map(evaluate), options)
    }
  }

  private func evaluate(_ operand: Operand) -> LiquidValue {
    switch operand {
    case .literal(let value): return value
    case .path(let steps):
      var value = data
      for (i, step) in steps.enumerated() {
        switch step {
        case .name(let name):
          if i == 0, let own = assigned[name] { value = own } else { value = value[name] }
        case .index(let index): value = value[index]
        }
      }
      return value
    }
  }

  private func holds(_ condition: Condition) -> Bool {
    switch condition {
    case .value(let operand): evaluate(operand).isTrue
    case .and(let a, let b): holds(a) && holds(b)
    case .or(let a, let b): holds(a) || holds(b)
    case .not(let a): !holds(a)
    case .comparison(let a, let comparison, let b): Renderer.compare(evaluate(a), comparison, evaluate(b))
    }
  }

  private static func compare(_ a: LiquidValue, _ comparison: Condition.Comparison, _ b: LiquidValue) -> Bool {
    switch comparison {
    case .equal: return isEqual(a, b)
    case .notEqual, .alsoNotEqual: return !isEqual(a, b)
    case .contains:
      if case .array(let elements) = a { return elements.contains { isEqual($0, b) } }
      return !b.text.isEmpty && a.text.contains(b.text)
    case .less, .greater, .atMost, .atLeast:
      guard let x = a.number, let y = b.number else { return false }
      switch comparison {
      case .less: return x < y
      case .greater: return x > y
      case .atMost: return x <= y
      default: return x >= y
      }
    }
  }

  private static func isEqual(_ a: LiquidValue, _ b: LiquidValue) -> Bool {
    switch (a, b) {
    case (.int(let x), .double(let y)), (.double(let y), .int(let x)): Double(x) == y
    default: a == b
    }
  }
}
