extension Renderer {
  /// The filters that look at elements.
  mutating func overElements(_ application: Application) throws(LiquidError) -> Value {
    if application.filter == .split { return try split(application) }
    let elements = try elements(of: application.input, application)
    try budget.spend(elements.count >> 2, at: application.position)
    for element in elements { try budget.spend(reading: .data(element), at: application.position) }
    switch application.filter {
    case .join: return try joined(elements, application)
    case .reverse: return .data(.array(elements.reversed()))
    case .concat: return try concatenated(elements, application)
    case .sort, .sortNatural: return try sorted(elements, application)
    case .sum: return try sum(elements, application)
    case .map: return try mapped(elements, application)
    case .uniq: return try unique(elements, application)
    case .compact: return try compacted(elements, application)
    default: return try filtered(elements, application)
    }
  }

  /// The elements of an array, of arrays in it, of a range; anything else is the only element, and nil is none.
  private mutating func elements(of value: Value, _ application: Application) throws(LiquidError) -> [LiquidValue] {
    switch value {
    case .data(.array(let elements)):
      guard elements.contains(where: { if case .array = $0 { true } else { false } }) else { return elements }
      var flat: [LiquidValue] = []
      try flatten(elements, into: &flat, depth: 0, application)
      return flat
    case .range(let low, let high):
      let count = LoopItems(value).count
      // Counted before it is written out, so that no range is too large.
      try budget.spend(count, at: application.position)
      return count == 0 ? [] : (low...high).map { .int($0) }
    case .data(.null), .loop: return []
    case .blank, .empty: return [.string("")]
    case .safe(let text): return [.string(text)]
    case .data(let other): return [other]
    }
  }

  private mutating func flatten(
    _ elements: [LiquidValue], into flat: inout [LiquidValue], depth: Int, _ application: Application
  ) throws(LiquidError) {
    guard depth < options.limits.depthMax else {
      throw LiquidError(.limit, "arrays are nested deeper than \(options.limits.depthMax)", at: application.position)
    }
    for element in elements {
      if case .array(let inner) = element {
        try budget.spend(1, at: application.position)
        try flatten(inner, into: &flat, depth: depth + 1, application)
      } else {
        flat.append(element)
      }
    }
  }

  private mutating func joined(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    let glueValue = application.first ?? .safe(" ")
    let glue = try text(of: glueValue, at: application.position)
    let isSafe = slot.keepsSafeValues && glueValue.isSafe
    var writer = ValueText(limits: options.limits)
    for (i, element) in elements.enumerated() {
      if i > 0 { writer.append(glue) }
      if isSafe, !element.isPlainNumber {
        writer.append(Escaping.html(try text(of: .data(element), at: application.position)))
      } else {
        writer.append(element)
      }
      if let message = writer.passedLimit { throw LiquidError(.limit, message, at: application.position) }
    }
    return isSafe ? .safe(writer.text) : .string(writer.text)
  }

  private mutating func concatenated(
    _ elements: [LiquidValue], _ application: Application
  ) throws(LiquidError) -> Value {
    guard case .data(.array(let others)) = application.first else { throw application.failure("expected an array") }
    try budget.spend(elements.count + others.count, at: application.position)
    return .data(.array(elements + others))
  }

  private mutating func split(_ application: Application) throws(LiquidError) -> Value {
    let position = application.position
    let input = try text(of: application.input, at: position)
    let pattern = try text(of: application.first ?? .null, at: position)
    let bytes = Array(input.utf8)
    var parts: [LiquidValue] = []
    if pattern.isEmpty {
      try budget.spend(bytes.count, at: position)
      parts = input.unicodeScalars.map { .string(String(Character($0))) }
    } else if pattern == " " {
      parts = input.utf8.split(whereSeparator: \.isStripped).map { .string(String(Substring($0))) }
      try budget.spend(parts.count, at: position)
    } else {
      let separator = Array(pattern.utf8)
      var start = 0
      while let found = TextSearch.first(separator, in: bytes, from: start) {
        try budget.spend(1, at: position)
        parts.append(.string(String(decoding: bytes[start..<found], as: UTF8.self)))
        start = found + separator.count
      }
      parts.append(.string(String(decoding: bytes[start...], as: UTF8.self)))
      while parts.last == .string("") { parts.removeLast() }
    }
    return .data(.array(parts))
  }
}

extension LiquidValue {
  fileprivate var isPlainNumber: Bool {
    switch self {
    case .int, .double, .bool: true
    default: false
    }
  }
}
