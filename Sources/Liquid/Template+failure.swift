extension Template {
  /// Whether rendering may come to no text though the template is sound: it can call itself off, asks for a snippet,
  /// or has a filter that some data are an error for. Limits aside, a template without these always gives a text.
  public var mayFail: Bool { Template.mayFail(nodes) }

  /// Whether it asks for snippets, which whoever renders it must have.
  public var asksForSnippets: Bool { Template.asksForSnippets(nodes) }

  private static func asksForSnippets(_ nodes: [Node]) -> Bool {
    nodes.contains { node in
      switch node {
      case .render: true
      case .capture(_, let body, _): asksForSnippets(body)
      case .branches(let branches, _): branches.contains { asksForSnippets($0.body) }
      case .cases(let cases): cases.whens.contains { asksForSnippets($0.body) }
      case .loop(let loop): asksForSnippets(loop.body) || asksForSnippets(loop.otherwise)
      case .table(let table): asksForSnippets(table.body)
      case .text, .interrupt, .counter, .cycle, .output, .assign, .abort: false
      }
    }
  }

  private static func mayFail(_ nodes: [Node]) -> Bool { nodes.contains { mayFail($0) } }

  private static func mayFail(_ node: Node) -> Bool {
    switch node {
    case .text, .interrupt, .counter, .cycle: false
    case .output(let pipeline), .assign(_, let pipeline): mayFail(pipeline)
    case .capture(_, let body, _): mayFail(body)
    case .branches(let branches, _): branches.contains { mayFail($0.body) }
    case .cases(let cases): cases.whens.contains { mayFail($0.body) }
    case .loop(let loop): mayFail(loop.body) || mayFail(loop.otherwise)
    case .table(let table): mayFail(table.body)
    case .abort, .render: true
    }
  }

  private static func mayFail(_ pipeline: Pipeline) -> Bool { pipeline.calls.contains { failing.contains($0.filter) } }

  private static let failing: Set<Filter> = [
    .base64Decode, .base64URLSafeDecode, .compact, .dividedBy, .find, .findIndex, .has, .map, .modulo, .reject, .sort,
    .sortNatural, .sum, .uniq, .urlDecode, .where,
  ]
}
