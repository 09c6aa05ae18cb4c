/// A parsed template. Parse once, render often.
///
/// What it knows so far: output with filters, `assign`, `if`/`elsif`/`else`, `unless`, `comment`, `raw`, white-space control. Any template and any data
/// end in text or an error, never a trap.
public struct Template: Sendable, Equatable {
  let nodes: [Node]
  /// The data the template asks for, in the order of its text.
  public let references: [TagReference]

  /// - Throws: `LiquidError` with the place of the first mistake.
  public init(_ source: String, limits: RenderLimits = RenderLimits()) throws(LiquidError) {
    guard source.utf8.count <= limits.templateBytesMax else {
      throw LiquidError("the template is longer than \(limits.templateBytesMax) bytes")
    }
    var parser = try TemplateParser(source, limits: limits)
    nodes = try parser.parse()
    references = TagReference.all(in: nodes)
  }

  /// Renders with data.
  /// - Throws: `LiquidError` when a limit is passed.
  public func render(_ data: LiquidValue, options: RenderOptions) throws(LiquidError) -> String {
    var renderer = Renderer(data: data, options: options)
    try renderer.render(nodes)
    return renderer.out
  }
}

/// A place where a template asks for data.
public struct TagReference: Sendable, Equatable {
  /// Such as `customer.first_name`.
  public let path: String
  /// Whether a `default` with something in it stands in when the data is missing.
  public let hasFallback: Bool
  /// From 1.
  public let line: Int
  /// From 1.
  public let column: Int

  static func all(in nodes: [Node]) -> [TagReference] {
    nodes.flatMap { node -> [TagReference] in
      switch node {
      case .output(let expression, let place):
        guard case .path(let steps) = expression.operand else { return [] }
        let hasFallback = expression.calls.contains { call in
          call.filter == .default
            && call.arguments.first.map { $0 != .literal(.null) && $0 != .literal(.string("")) } ?? false
        }
        return [
          TagReference(path: Operand.text(steps), hasFallback: hasFallback, line: place.line, column: place.column)
        ]
      case .choice(let branches): return branches.flatMap { all(in: $0.body) }
      case .text, .assign: return []
      }
    }
  }
}

extension Operand {
  static func text(_ steps: [Step]) -> String {
    var out = ""
    for step in steps {
      switch step {
      case .name(let name): out += out.isEmpty ? name : "." + name
      case .index(let i): out += "[\(i)]"
      }
    }
    return out
  }
}
