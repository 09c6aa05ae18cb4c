/// Replaces nodes by the text that they render to, where nothing but final data decides it.
struct PartialEvaluator {
  private let template: Template
  private let data: LiquidValue
  private let options: RenderOptions
  /// Tells what nothing but final data decides: names that are never given another meaning by the template.
  private let closedness: Closedness
  /// What outputs are escaped for here.
  private var slot: Slot

  init(_ template: Template, data: LiquidValue, bound: Set<String>, options: RenderOptions) {
    self.template = template
    self.data = data
    self.options = options
    let bindings = Bindings(template.nodes)
    let names = template.names.names
    closedness = Closedness(
      final: Set(names.indices.filter { bound.contains(names[$0]) && !bindings.names.contains($0) }),
      resumed: bindings.resumed)
    slot = options.slot
  }

  mutating func residue(of nodes: [Node]) -> [Node] {
    var residue: [Node] = []
    for node in nodes {
      for part in self.residue(of: node) {
        // Neighbouring texts become one.
        if case .text(let more) = part, case .text(let text)? = residue.last {
          residue[residue.count - 1] = .text(text + more)
        } else {
          residue.append(part)
        }
      }
    }
    return residue
  }

  private mutating func residue(of node: Node) -> [Node] {
    if case .text = node { return [node] }
    if closedness.isClosed(node), let text = rendered([node]) {
      return text.isEmpty ? [] : [.text(text)]
    }
    switch node {
    case .branches(let branches, let position): return residue(of: branches, position)
    case .capture(let name, let body, let position):
      let outer = slot
      slot = Renderer.slot(ofCapturesIn: slot)
      defer { slot = outer }
      return [.capture(name: name, body: residue(of: body), position)]
    case .cases(var cases):
      for i in cases.whens.indices { cases.whens[i].body = residue(of: cases.whens[i].body) }
      return [.cases(cases)]
    case .loop(var loop):
      loop.body = residue(of: loop.body)
      loop.otherwise = residue(of: loop.otherwise)
      return [.loop(loop)]
    case .table(var table):
      table.body = residue(of: table.body)
      return [.table(table)]
    default: return [node]
    }
  }

  /// Arms that cannot be taken are left out, and an arm that must be taken takes the place of all.
  private mutating func residue(of branches: [Branch], _ position: Position) -> [Node] {
    var kept: [Branch] = []
    for var branch in branches {
      var isCertain = branch.condition == nil
      if let condition = branch.condition, closedness.isClosed(condition) {
        var renderer = Renderer(template, data: data, options: options)
        guard let holds = try? renderer.holds(condition) else { return [.branches(branches, position)] }
        if holds == branch.isNegated { continue }
        isCertain = true
      }
      branch.body = residue(of: branch.body)
      if isCertain {
        if kept.isEmpty { return branch.body }
        branch.condition = nil
        branch.isNegated = false
      }
      kept.append(branch)
      if isCertain { break }
    }
    return kept.isEmpty ? [] : [.branches(kept, position)]
  }

  private func rendered(_ nodes: [Node]) -> [UInt8]? {
    var renderer = Renderer(template, data: data, options: options)
    renderer.slot = slot
    // What asked for the clock is not final.
    guard let flow = try? renderer.render(nodes), flow == .next, !renderer.hasReadClock else { return nil }
    return renderer.out
  }
}
