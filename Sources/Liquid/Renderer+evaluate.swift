extension Renderer {
  mutating func evaluate(_ pipeline: Pipeline) throws(LiquidError) -> Value {
    var value = try evaluate(pipeline.head)
    if pipeline.calls.isEmpty { return value }
    try budget.spend(reading: value, at: pipeline.position)
    for call in pipeline.calls {
      value = try apply(call, to: value)
      try budget.spend(reading: value, at: call.position)
      // Filters that make texts longer must not do so again and again.
      if let text = value.text, text.utf8.count > options.limits.outputBytesMax {
        throw LiquidError(
          .limit, "the filter '\(call.filter.rawValue)' makes more than \(options.limits.outputBytesMax) bytes",
          at: call.position)
      }
    }
    return value
  }

  mutating func evaluate(_ expression: Expression) throws(LiquidError) -> Value {
    switch expression {
    case .literal(.string(let text)): .safe(text)
    case .literal(let value): .data(value)
    case .blank: .blank
    case .empty: .empty
    case .variable(let name, _): variable(name)
    case .path(let path): try evaluate(path)
    case .range(let low, let high, let position):
      .range(try bound(try evaluate(low), at: position), try bound(try evaluate(high), at: position))
    }
  }

  mutating func variable(_ name: Int) -> Value {
    if let value = bindings[name].scoped { return value }
    if let value = bindings[name].own { return value }
    if !counters.isEmpty, let counter = counters[name] { return .int(counter) }
    let value = Value.data(data[names[name]])
    bindings[name].own = value
    return value
  }

  private mutating func evaluate(_ path: Path) throws(LiquidError) -> Value {
    var value: Value
    switch path.root {
    case .name(let name): value = variable(name)
    case .computed(let expression):
      guard let name = try evaluate(expression).text else { return .null }
      try budget.spend((name.utf8.count + names.count) >> 4, at: path.position)
      if let number = names.firstIndex(of: name) {
        value = variable(number)
      } else {
        value = unnamed[name] ?? .data(data[name])
      }
    }
    if path.steps.count > 16 { try budget.spend(path.steps.count >> 4, at: path.position) }
    for step in path.steps {
      switch step {
      case .name(let name, let member):
        // The size of a text must be counted.
        if member == .size { try budget.spend(reading: value, at: path.position) }
        value = self.member(of: value, name, member)
      case .key(let name): value = self.member(of: value, name, .none)
      case .index(let index): value = element(of: value, index)
      case .computed(let expression):
        switch try evaluate(expression) {
        case .data(.int(let index)): value = element(of: value, index)
        case let key:
          try budget.spend(reading: key, at: path.position)
          value = key.text.map { self.member(of: value, $0, .none) } ?? .null
        }
      }
    }
    return value
  }

  private func member(of value: Value, _ name: String, _ member: Member) -> Value {
    switch value {
    case .data(.object(let object)):
      if let found = object[name] { return .data(found) }
      if member == .size { return .int(object.count) }
      if member == .first { return object.first.map { .data(.array([.string($0.key), $0.value])) } ?? .null }
    case .data(.array(let elements)):
      switch member {
      case .size: return .int(elements.count)
      case .first: return elements.first.map { .data($0) } ?? .null
      case .last: return elements.last.map { .data($0) } ?? .null
      default: break
      }
    case .data(.string(let text)), .safe(let text):
      if member == .size { return .int(text.unicodeScalars.count) }
    case .range(let low, let high):
      switch member {
      case .size: return .int(LoopItems(value).count)
      case .first: return low > high ? .null : .int(low)
      case .last: return low > high ? .null : .int(high)
      default: break
      }
    case .loop(let number):
      return loops.indices.contains(number)
        ? loops[number].member(member == .none ? Member(name) : member) ?? .null : .null
    default: break
    }
    return .null
  }

  private func element(of value: Value, _ index: Int) -> Value {
    guard case .data(let data) = value else { return .null }
    return .data(data[index])
  }

  /// A value that may outlive the loop that it comes from.
  func detached(_ value: Value) -> Value {
    guard case .loop(let number) = value else { return value }
    return loops.indices.contains(number) ? .data(loops[number].snapshot) : .null
  }

  private mutating func bound(_ value: Value, at position: Position) throws(LiquidError) -> Int {
    switch value {
    case .data(.int(let bound)): return bound
    case .data(.null), .blank, .empty: return 0
    case .data(.string(let text)), .safe(let text):
      try budget.spend(reading: value, at: position)
      return Number.leadingInteger(in: text)
    default: return try integer(value, at: position)
    }
  }
}

extension Renderer {
  /// Whether a condition holds. `and` and `or` associate to the right: whatever decides first, decides.
  mutating func holds(_ condition: Condition) throws(LiquidError) -> Bool {
    for (i, term) in condition.terms.enumerated() {
      let result = try holds(term)
      guard i < condition.joins.count, result == (condition.joins[i] == .and) else { return result }
    }
    return false
  }

  private mutating func holds(_ term: Condition.Term) throws(LiquidError) -> Bool {
    try budget.spend(1, at: term.position)
    let left = try evaluate(term.left)
    guard let comparison = term.comparison else { return left.isTrue }
    let right = try evaluate(term.right)
    switch comparison {
    case .equal: return try areEqual(left, right, at: term.position)
    case .notEqual: return try !areEqual(left, right, at: term.position)
    case .contains: return try contains(left, right, at: term.position)
    case .less, .greater, .atMost, .atLeast:
      try budget.spend(reading: left, at: term.position)
      return try isOrdered(left, comparison, right, at: term.position)
    }
  }

  mutating func areEqual(_ left: Value, _ right: Value, at position: Position) throws(LiquidError) -> Bool {
    var work = 0
    let result = Value.areEqual(left, right, depthMax: options.limits.depthMax, work: &work)
    try budget.spend(work >> Budget.stepShift, at: position)
    guard let isEqual = result else {
      throw LiquidError(.limit, "the data is nested deeper than \(options.limits.depthMax)", at: position)
    }
    return isEqual
  }

  private mutating func contains(_ left: Value, _ right: Value, at position: Position) throws(LiquidError) -> Bool {
    guard right.isTrue else { return false }
    switch left {
    case .data(.string(let text)), .safe(let text):
      let part = try self.text(of: right, at: position)
      try budget.spend(reading: left, at: position)
      return TextSearch.contains(text, part)
    case .data(.array(let elements)):
      // `blank` and `empty` ask for a quality; no element is one.
      guard case .data = right.asData else { return false }
      try budget.spend(elements.count >> 4, at: position)
      for element in elements where try areEqual(.data(element), right, at: position) { return true }
      return false
    case .data(.object(let object)): return right.text.map { object[$0] != nil } ?? false
    case .range(let low, let high):
      switch right {
      case .data(.int(let value)): return value >= low && value <= high
      case .data(.double(let value)): return value >= Double(low) && value <= Double(high)
      default: return false
      }
    default: return false
    }
  }

  private mutating func isOrdered(
    _ left: Value, _ comparison: Condition.Comparison, _ right: Value, at position: Position
  ) throws(LiquidError) -> Bool {
    if let a = left.text, let b = right.text {
      switch comparison {
      case .less: return a.utf8.lexicographicallyPrecedes(b.utf8)
      case .greater: return b.utf8.lexicographicallyPrecedes(a.utf8)
      case .atMost: return !b.utf8.lexicographicallyPrecedes(a.utf8)
      default: return !a.utf8.lexicographicallyPrecedes(b.utf8)
      }
    }
    if case .data(.int(let a)) = left, case .data(.int(let b)) = right {
      switch comparison {
      case .less: return a < b
      case .greater: return a > b
      case .atMost: return a <= b
      default: return a >= b
      }
    }
    if let a = left.double, let b = right.double {
      switch comparison {
      case .less: return a < b
      case .greater: return a > b
      case .atMost: return a <= b
      default: return a >= b
      }
    }
    let isTextAndNumber = (left.text != nil && right.double != nil) || (left.double != nil && right.text != nil)
    guard !isTextAndNumber else {
      throw LiquidError(
        .evaluation, "a text and a number cannot be compared, expected two of the same sort", at: position)
    }
    return false
  }
}

extension Value {
  /// The value with a safe text as any other.
  fileprivate var asData: Value { if case .safe(let text) = self { .string(text) } else { self } }

  /// The number, when it is one.
  fileprivate var double: Double? {
    switch self {
    case .data(.int(let value)): Double(value)
    case .data(.double(let value)): value
    default: nil
    }
  }
}
