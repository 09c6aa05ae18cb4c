/// Where a loop is.
struct LoopState {
  var label: String
  var length: Int
  var index = 0
  /// The number of the loop around it.
  var parent: Int?
  /// Set for `tablerow` only.
  var columns: Int?
  /// Whether it is `render … for`, which is no parent to the loops of its snippet.
  var isInsertion = false

  func member(_ member: Member) -> Value? {
    switch member {
    case .length: return .int(length)
    case .name: return columns == nil ? .string(label) : nil
    case .index: return .int(index + 1)
    case .index0: return .int(index)
    case .rindex: return .int(length - index)
    case .rindex0: return .int(length - index - 1)
    case .first: return .bool(index == 0)
    case .last: return .bool(index == length - 1)
    case .parentloop: return columns == nil ? parent.map { .loop($0) } ?? .null : nil
    default: return columns.flatMap { tableMember(member, columns: $0) }
    }
  }

  private func tableMember(_ member: Member, columns: Int) -> Value? {
    let column = columns > 0 ? index % columns : index
    switch member {
    case .col: return .int(column + 1)
    case .col0: return .int(column)
    case .colFirst: return .bool(column == 0)
    case .colLast: return .bool(column + 1 == columns)
    case .row: return .int(columns > 0 ? index / columns + 1 : 1)
    default: return nil
    }
  }

  /// The loop as data, for values that outlive it.
  var snapshot: LiquidValue {
    let members: [Member] = [.length, .index, .index0, .rindex, .rindex0, .first, .last, .col, .row]
    return .object(
      LiquidObject(
        members.compactMap { member in
          guard case .data(let value)? = self.member(member) else { return nil }
          return (member.rawValue, value)
        }))
  }
}

/// The elements that a loop goes through, cut to its offset and limit; a range is never written out.
struct LoopItems {
  private enum Source {
    case array([LiquidValue])
    case object(LiquidObject)
    case range(Int)
    case single(LiquidValue)
  }

  private let source: Source
  private var start = 0
  private(set) var count: Int

  init(_ value: Value) {
    switch value {
    case .data(.array(let elements)): (source, count) = (.array(elements), elements.count)
    case .data(.object(let object)): (source, count) = (.object(object), object.count)
    case .data(.string(let text)), .safe(let text):
      (source, count) = (.single(.string(text)), text.isEmpty ? 0 : 1)
    case .range(let low, let high):
      let (distance, overflow) = high.subtractingReportingOverflow(low)
      (source, count) = (.range(low), low > high ? 0 : overflow ? Int.max : distance &+ (distance == .max ? 0 : 1))
    default: (source, count) = (.array([]), 0)
    }
  }

  /// Keeps the elements from an offset to a limit. A text is one element whatever they are.
  mutating func cut(from offset: Int, limit: Int?) {
    if case .single = source { return }
    var end = count
    if let limit {
      let (sum, overflow) = offset.addingReportingOverflow(limit)
      if !overflow || limit < 0 { end = Swift.max(Swift.min(end, overflow ? 0 : sum), 0) }
    }
    start = Swift.min(Swift.max(offset, 0), count)
    count = Swift.max(end - start, 0)
  }

  subscript(_ i: Int) -> Value {
    switch source {
    case .array(let elements): .data(elements[start + i])
    case .object(let object): .data(.array([.string(object[start + i].key), object[start + i].value]))
    case .range(let low): .int(low + start + i)
    case .single(let value): .data(value)
    }
  }
}

extension Renderer {
  mutating func render(_ loop: Loop) throws(LiquidError) -> Flow {
    try budget.spend(1, at: loop.position)
    var offset = 0
    switch loop.offset {
    case .none: break
    case .resume: offset = resumes[loop.label] ?? 0
    case .expression(let expression): offset = try optionalInteger(expression, at: loop.position) ?? 0
    }
    var items = LoopItems(try evaluate(loop.collection))
    let limit = try loop.limit.flatMap { limit throws(LiquidError) in
      try optionalInteger(limit, at: loop.position)
    }
    items.cut(from: offset, limit: limit)
    resumes[loop.label] = offset.addingReportingOverflow(items.count).partialValue
    guard items.count > 0 else { return try nested(loop.otherwise, at: loop.position) }

    let outer = (bindings[loop.variable].scoped, bindings[loop.helper].scoped)
    defer { (bindings[loop.variable].scoped, bindings[loop.helper].scoped) = outer }
    loops.append(LoopState(label: loop.label, length: items.count, parent: parentLoop))
    defer { loops.removeLast() }
    let number = loops.count - 1
    for i in 0..<items.count {
      try budget.spend(1, at: loop.position)
      bindings[loop.helper].scoped = .loop(number)
      bindings[loop.variable].scoped = items[loop.isReversed ? items.count - 1 - i : i]
      if try nested(loop.body, at: loop.position) == .breakLoop { break }
      loops[number].index += 1
    }
    return .next
  }

  /// The `for` around this place.
  private var parentLoop: Int? { loops.lastIndex { $0.columns == nil && !$0.isInsertion } }

  mutating func render(_ table: Table) throws(LiquidError) {
    try budget.spend(1, at: table.position)
    let collection = try evaluate(table.collection)
    guard collection.isTrue else { return }
    let offset = try table.offset.map { offset throws(LiquidError) in try looseInteger(offset, at: table.position) }
    let limit = try table.limit.map { limit throws(LiquidError) in try looseInteger(limit, at: table.position) }
    var items = LoopItems(collection)
    items.cut(from: offset ?? 0, limit: limit)
    let columns = try table.columns.map { cols throws(LiquidError) in try looseInteger(cols, at: table.position) }
    let state = LoopState(label: "", length: items.count, columns: columns ?? items.count)

    let outer = (bindings[table.variable].scoped, bindings[table.helper].scoped)
    defer { (bindings[table.variable].scoped, bindings[table.helper].scoped) = outer }
    loops.append(state)
    defer { loops.removeLast() }
    try writeMarkup("<tr class=\"row1\">\n", at: table.position)
    for i in 0..<items.count {
      try budget.spend(1, at: table.position)
      loops[loops.count - 1].index = i
      bindings[table.helper].scoped = .loop(loops.count - 1)
      bindings[table.variable].scoped = items[i]
      try writeCell(table, loops[loops.count - 1])
      let flow = try nested(table.body, at: table.position)
      try writeMarkup("</td>", at: table.position)
      if flow == .breakLoop { break }
      let now = loops[loops.count - 1]
      if now.member(.colLast)?.isTrue == true, i < items.count - 1, case .data(.int(let row))? = now.member(.row) {
        try writeMarkup("</tr>\n<tr class=\"row\(row + 1)\">", at: table.position)
      }
    }
    try writeMarkup("</tr>\n", at: table.position)
  }

  private mutating func writeCell(_ table: Table, _ state: LoopState) throws(LiquidError) {
    guard case .data(.int(let column))? = state.member(.col) else { return }
    try writeMarkup("<td class=\"col\(column)\">", at: table.position)
  }

  /// A text of the language's own, which is never escaped.
  private mutating func writeMarkup(_ text: String, at position: Position) throws(LiquidError) {
    guard out.count + text.utf8.count <= options.limits.outputBytesMax else { throw outputLimit(position) }
    out.append(contentsOf: text.utf8)
  }
}
