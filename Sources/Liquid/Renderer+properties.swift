extension Renderer {
  /// What asking an element for a property comes to.
  enum Property {
    case value(LiquidValue)
    /// Nil, booleans and fractions have no properties; filters then give up quietly.
    case none
    /// The element has properties, but none by such a key.
    case mismatch
  }

  func property(_ key: Value, of element: LiquidValue) -> Property {
    switch element {
    case .object(let object): return .value(key.text.flatMap { object[$0] } ?? .null)
    case .string(let text):
      // A text has those texts as properties that are part of it.
      if let part = key.text { return .value(TextSearch.contains(text, part) ? .string(part) : .null) }
      guard let index = Renderer.index(key) else { return .mismatch }
      let scalars = Array(text.unicodeScalars.prefix(1 << 16))
      let place = index < 0 ? index &+ scalars.count : index
      return .value(scalars.indices.contains(place) ? .string(String(Character(scalars[place]))) : .null)
    case .int(let number):
      // Ruby's whole numbers have their bits as properties.
      guard let index = Renderer.index(key) else { return .mismatch }
      return .value(.int(index < 0 ? 0 : Int((number >> Swift.min(index, 63)) & 1)))
    case .array(let elements):
      guard let index = Renderer.index(key) else { return .mismatch }
      return .value(LiquidValue.array(elements)[index])
    case .null, .bool, .double: return .none
    }
  }

  private static func index(_ key: Value) -> Int? {
    switch key {
    case .data(.int(let index)): index
    case .data(.double(let number)): number.wholePart
    default: nil
    }
  }

  private func mismatch(_ application: Application) -> LiquidError {
    let key = application.first?.text ?? "nil"
    return application.failure("an element has no property '\(key)', expected an object")
  }

  /// `where`, `reject`, `find`, `find_index` and `has`.
  mutating func filtered(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    let filter = application.filter
    var kept: [LiquidValue] = []
    if let key = application.first, !key.isNull {
      for (i, element) in elements.enumerated() {
        guard let isMatch = try matches(element, key, application) else { return .null }
        switch filter {
        case .where: if isMatch { kept.append(element) }
        case .reject: if !isMatch { kept.append(element) }
        case .find: if isMatch { return .data(element) }
        case .findIndex: if isMatch { return .int(i) }
        default: if isMatch { return .bool(true) }
        }
      }
    }
    if application.first?.isNull != false, filter != .reject, elements.contains(where: \.isIndexed) {
      throw mismatch(application)
    }
    switch filter {
    case .where, .reject: return .data(.array(kept))
    case .has: return .bool(false)
    default: return .null
    }
  }

  /// Whether an element's property has the value asked for, or counts as true. Nil: it can have none.
  private mutating func matches(_ element: LiquidValue, _ key: Value, _ application: Application) throws(LiquidError)
    -> Bool?
  {
    switch property(key, of: element) {
    case .none: return nil
    case .mismatch: throw mismatch(application)
    case .value(let value):
      guard let wanted = application.second, !wanted.isNull else { return Value.data(value).isTrue }
      return try areEqual(.data(value), wanted, at: application.position)
    }
  }

  mutating func mapped(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    var values: [LiquidValue] = []
    values.reserveCapacity(elements.count)
    for element in elements {
      switch property(application.first ?? .null, of: element) {
      case .value(let value): values.append(value)
      case .none: values.append(.null)
      case .mismatch: throw mismatch(application)
      }
    }
    return .data(.array(values))
  }

  mutating func compacted(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    guard let key = application.first, !key.isNull else { return .data(.array(elements.filter { $0 != .null })) }
    var kept: [LiquidValue] = []
    for element in elements {
      switch property(key, of: element) {
      case .value(let value): if value != .null { kept.append(element) }
      case .none: return .null
      case .mismatch: throw mismatch(application)
      }
    }
    return .data(.array(kept))
  }

  mutating func unique(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    if elements.count < 2 { return .data(.array(elements)) }
    var seen: Set<[UInt8]> = []
    var kept: [LiquidValue] = []
    for element in elements {
      var subject = element
      if let key = application.first, !key.isNull {
        switch property(key, of: element) {
        case .value(let value): subject = value
        case .none: return .null
        case .mismatch: throw mismatch(application)
        }
      }
      // Ruby's notation tells any two different values apart, 1 and 1.0 among them.
      var writer = ValueText(limits: options.limits)
      writer.inspect(subject, depth: 0)
      try budget.spend(writer.bytes.count >> Budget.stepShift, at: application.position)
      if let message = writer.passedLimit { throw LiquidError(.limit, message, at: application.position) }
      if seen.insert(writer.bytes).inserted { kept.append(element) }
    }
    return .data(.array(kept))
  }

  mutating func sum(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    var total: Number? = .int(0)
    for element in elements {
      var value = element
      if let key = application.first, !key.isNull {
        switch property(key, of: element) {
        case .value(let found): value = found
        case .none: value = .int(0)
        case .mismatch: throw mismatch(application)
        }
      }
      try budget.spend(reading: .data(value), at: application.position)
      if let sum = total { total = Renderer.sum(sum, number(.data(value))) }
    }
    guard let value = total?.value else { throw application.failure("the result is too large a number") }
    return .data(value)
  }
}

extension LiquidValue {
  /// Whether its properties are numbers only.
  fileprivate var isIndexed: Bool {
    switch self {
    case .int, .array: true
    default: false
    }
  }
}
