/// A cycle that goes on from one place to the next: a named group by its value, an unnamed one by its spelling.
enum CycleKey: Hashable {
  case named(String)
  case unnamed(String)
}

extension Renderer {
  mutating func render(_ cycle: Cycle) throws(LiquidError) {
    try budget.spend(1, at: cycle.position)
    var key = CycleKey.unnamed(cycle.key)
    if let group = cycle.group {
      let value = try evaluate(group)
      // Texts and what prints alike are different groups.
      try budget.spend(reading: value, at: cycle.position)
      key = .named((value.text == nil ? "-" : "+") + (try text(of: value, at: cycle.position)))
    }
    let turn = cycles[key] ?? 0
    // A group may have fewer values here than where it was started.
    if turn < cycle.values.count { try write(try evaluate(cycle.values[turn]), at: cycle.position) }
    cycles[key] = turn + 1 >= cycle.values.count ? 0 : turn + 1
  }

  mutating func render(_ insertion: Insertion) throws(LiquidError) {
    try budget.spend(1, at: insertion.position)
    guard let snippet = options.snippets[insertion.snippet] else {
      throw LiquidError(
        .evaluation, "there is no snippet '\(insertion.snippet)', expected the name of one", at: insertion.position)
    }
    try budget.spend(insertion.arguments.count >> 2, at: insertion.position)
    var arguments: [(String, Value)] = []
    for argument in insertion.arguments {
      arguments.append((argument.name, detached(try evaluate(argument.value))))
    }
    switch insertion.subject {
    case .none: try render(snippet, insertion, arguments, loop: nil)
    case .with(let subject):
      let value = detached(try evaluate(subject))
      if !value.isNull { arguments.append((insertion.alias, value)) }
      try render(snippet, insertion, arguments, loop: nil)
    case .each(let subject):
      let value = detached(try evaluate(subject))
      guard value.isIterable else {
        if !value.isNull { arguments.append((insertion.alias, value)) }
        return try render(snippet, insertion, arguments, loop: nil)
      }
      let items = LoopItems(value)
      var state = LoopState(label: insertion.snippet, length: items.count, isInsertion: true)
      for i in 0..<items.count {
        try budget.spend(1, at: insertion.position)
        state.index = i
        try render(snippet, insertion, arguments + [(insertion.alias, items[i])], loop: state)
      }
    }
  }

  /// Renders a snippet with nothing but the data and its arguments.
  private mutating func render(
    _ snippet: Template, _ insertion: Insertion, _ arguments: [(String, Value)], loop: LoopState?
  ) throws(LiquidError) {
    budget.depth += 1
    defer { budget.depth -= 1 }
    guard budget.depth <= options.limits.depthMax else {
      throw LiquidError(
        .limit, "blocks and snippets are nested deeper than \(options.limits.depthMax)", at: insertion.position)
    }
    try budget.spend((snippet.names.names.count + arguments.count) >> 3, at: insertion.position)
    var inner = Renderer(snippet, data: data, options: options, budget: budget)
    inner.slot = slot
    if let loop {
      inner.loops.append(loop)
      if let number = snippet.names.existingNumber(of: "forloop") { inner.bindings[number].assigned = .loop(0) }
    }
    for (name, value) in arguments {
      if let number = snippet.names.existingNumber(of: name) {
        inner.bindings[number].assigned = value
      } else {
        inner.unnamed[name] = value
      }
    }
    swap(&inner.out, &out)
    do {
      _ = try inner.render(snippet.nodes)
    } catch {
      throw error.inside(snippet: insertion.snippet)
    }
    swap(&inner.out, &out)
    let depth = budget.depth
    budget = inner.budget
    budget.depth = depth
  }
}

extension Value {
  /// Whether `render … for` makes a rendering of each element.
  fileprivate var isIterable: Bool {
    switch self {
    case .data(.array), .data(.object), .range: true
    default: false
    }
  }
}

extension LiquidError {
  /// The same failure, told from the template that renders the snippet. A reason to abort stays as it is.
  fileprivate func inside(snippet: String) -> LiquidError {
    guard kind != .aborted, !message.hasPrefix("in the snippet") else { return self }
    return LiquidError(
      kind, "in the snippet '\(snippet)': \(message)", at: Position(line: UInt32(line), column: UInt32(column)))
  }
}
