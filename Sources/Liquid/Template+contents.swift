extension Template {
  /// Whether rendering may come to no text though the template is sound: it can call itself off, asks for a snippet,
  /// or has a filter that some data are an error for. Limits and numbers beyond all bounds aside, a template without
  /// these always gives a text.
  public var mayFail: Bool {
    Template.contains(nodes) { node in
      switch node {
      case .abort, .render: true
      case .output(let pipeline), .assign(_, let pipeline):
        pipeline.calls.contains { Template.failing.contains($0.filter) }
      default: false
      }
    }
  }

  /// Whether it asks for snippets, which whoever renders it must have.
  public var asksForSnippets: Bool {
    Template.contains(nodes) { if case .render = $0 { true } else { false } }
  }

  /// The pieces of text that stand in it as they are, in the order of the template.
  public var constants: [String] { Template.constants(nodes) }

  private static func constants(_ nodes: [Node]) -> [String] {
    nodes.flatMap { node in
      if case .text(let bytes) = node { return [String(decoding: bytes, as: UTF8.self)] }
      return bodies(of: node).flatMap { constants($0) }
    }
  }

  /// Whether something holds of one of the nodes, or of one inside of them.
  private static func contains(_ nodes: [Node], where holds: (Node) -> Bool) -> Bool {
    nodes.contains { holds($0) || bodies(of: $0).contains { contains($0, where: holds) } }
  }

  private static func bodies(of node: Node) -> [[Node]] {
    switch node {
    case .capture(_, let body, _): [body]
    case .branches(let branches, _): branches.map(\.body)
    case .cases(let cases): cases.whens.map(\.body)
    case .loop(let loop): [loop.body, loop.otherwise]
    case .table(let table): [table.body]
    case .text, .interrupt, .counter, .cycle, .output, .assign, .abort, .render: []
    }
  }

  private static let failing: Set<Filter> = [
    .base64Decode, .base64URLSafeDecode, .compact, .dividedBy, .find, .findIndex, .has, .map, .modulo, .reject, .sort,
    .sortNatural, .sum, .uniq, .urlDecode, .where,
  ]
}
