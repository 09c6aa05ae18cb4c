/// Renders nodes into one buffer, within the limits.
struct Renderer {
  /// What a name stands for, innermost first.
  struct Binding {
    /// The variable or the helper of a loop around this place.
    var scoped: Value?
    /// Set by `assign`, `capture`, or as an argument of a snippet; else the data's member, once it was asked for.
    var own: Value?
    /// Whether `own` is not just the data's member.
    var isAssigned = false

    /// What stands for the name from now on, but for loops around it.
    var assigned: Value? {
      get { isAssigned ? own : nil }
      set { (own, isAssigned) = (newValue, newValue != nil) }
    }
  }

  let options: RenderOptions
  /// What outputs are escaped for here.
  var slot: Slot
  let names: [String]
  let data: LiquidValue
  private let nodes: [Node]
  var bindings: [Binding]
  /// Arguments of a snippet that it does not name, which only `[computed]` names can reach.
  var unnamed: [String: Value] = [:]
  /// Set by `increment` and `decrement`; they stand for names that nothing is assigned to.
  var counters: [Int: Int] = [:]
  var out: [UInt8] = []
  var loops: [LoopState] = []
  /// Where the last loop of a label stopped.
  var resumes: [String: Int] = [:]
  var cycles: [CycleKey: Int] = [:]
  var budget: Budget
  /// Whether what was rendered so far depends on the time of its rendering.
  var hasReadClock = false

  init(_ template: Template, data: LiquidValue, options: RenderOptions) {
    self.init(template, data: data, options: options, budget: Budget(options.limits))
  }

  init(_ template: Template, data: LiquidValue, options: RenderOptions, budget: Budget) {
    self.options = options
    slot = options.slot
    self.data = data
    self.budget = budget
    names = template.names.names
    nodes = template.nodes
    bindings = Array(repeating: Binding(), count: names.count)
  }

  mutating func run() throws(LiquidError) -> String {
    out.reserveCapacity(512)
    _ = try render(nodes)
    switch options.slot {
    case .subject: return Escaping.line(out)
    case .url where !Escaping.isHarmlessAddress(out): return ""
    default: return String(decoding: out, as: UTF8.self)
    }
  }

  /// Renders nodes one after the other.
  /// - Returns: how the loop around them goes on.
  mutating func render(_ nodes: [Node]) throws(LiquidError) -> Flow {
    for node in nodes {
      let flow = try render(node)
      guard flow == .next else { return flow }
    }
    return .next
  }

  private mutating func render(_ node: Node) throws(LiquidError) -> Flow {
    switch node {
    case .text(let bytes):
      guard out.count + bytes.count <= options.limits.outputBytesMax else { throw outputLimit(Position()) }
      out.append(contentsOf: bytes)
    case .output(let pipeline):
      try budget.spend(1, at: pipeline.position)
      try write(try evaluate(pipeline), at: pipeline.position)
    case .assign(let name, let pipeline):
      try budget.spend(1, at: pipeline.position)
      let value = try evaluate(pipeline)
      if !pipeline.calls.isEmpty { try budget.keep(value, at: pipeline.position) }
      bindings[name].assigned = detached(value)
    case .capture(let name, let body, let position): return try capture(name, body, position)
    case .branches(let branches, let position): return try choose(branches, position)
    case .cases(let cases): return try choose(cases)
    case .loop(let loop): return try render(loop)
    case .table(let table): try render(table)
    case .cycle(let cycle): try render(cycle)
    case .counter(let name, let step): try count(name, step)
    case .render(let insertion): try render(insertion)
    case .interrupt(let flow): return flow
    case .abort(let reason, let position): throw try aborted(reason, position)
    }
    return .next
  }

  /// Renders the content of a block, which must not be nested too deep.
  mutating func nested(_ nodes: [Node], at position: Position) throws(LiquidError) -> Flow {
    budget.depth += 1
    defer { budget.depth -= 1 }
    guard budget.depth <= options.limits.depthMax else {
      throw LiquidError(.limit, "blocks and snippets are nested deeper than \(options.limits.depthMax)", at: position)
    }
    return try render(nodes)
  }

  /// What cannot be marked as safe is escaped only once, when the captured text is put out.
  static func slot(ofCapturesIn slot: Slot) -> Slot { slot.keepsSafeValues ? slot : .plain }

  private mutating func capture(_ name: Int, _ body: [Node], _ position: Position) throws(LiquidError) -> Flow {
    try budget.spend(1, at: position)
    let outerSlot = slot
    slot = Renderer.slot(ofCapturesIn: slot)
    var outer: [UInt8] = []
    swap(&outer, &out)
    let flow = try nested(body, at: position)
    swap(&outer, &out)
    slot = outerSlot
    let text = String(decoding: outer, as: UTF8.self)
    let value = slot.keepsSafeValues ? Value.safe(text) : .string(text)
    try budget.keep(value, at: position)
    bindings[name].assigned = value
    return flow
  }

  private mutating func choose(_ branches: [Branch], _ position: Position) throws(LiquidError) -> Flow {
    try budget.spend(1, at: position)
    for branch in branches {
      if let condition = branch.condition, try holds(condition) == branch.isNegated { continue }
      return try nested(branch.body, at: position)
    }
    return .next
  }

  private mutating func choose(_ cases: Cases) throws(LiquidError) -> Flow {
    try budget.spend(1, at: cases.position)
    var subject = try evaluate(cases.subject)
    var isMatched = false
    for when in cases.whens {
      if when.isElse, !isMatched {
        let flow = try nested(when.body, at: cases.position)
        guard flow == .next else { return flow }
      }
      try budget.spend(when.values.count, at: cases.position)
      for value in when.values where try areEqual(subject, try evaluate(value), at: cases.position) {
        isMatched = true
        let flow = try nested(when.body, at: cases.position)
        guard flow == .next else { return flow }
        // What was rendered may have changed what is asked for.
        subject = try evaluate(cases.subject)
      }
    }
    return .next
  }

  private mutating func count(_ name: Int, _ step: Int) throws(LiquidError) {
    try budget.spend(1, at: Position())
    var value = counters[name] ?? 0
    if counters[name] == nil, case .int(let initial) = data[names[name]] { value = initial }
    // `decrement` counts before it prints, `increment` after.
    let next = value &+ step
    counters[name] = next
    if !bindings[name].isAssigned { bindings[name].own = nil }
    try write(.int(step < 0 ? next : value), at: Position())
  }

  private mutating func aborted(_ reason: Pipeline?, _ position: Position) throws(LiquidError) -> LiquidError {
    guard let reason else { return LiquidError(.aborted, "", at: position) }
    return LiquidError(.aborted, try text(of: try evaluate(reason), at: position), at: position)
  }
}
