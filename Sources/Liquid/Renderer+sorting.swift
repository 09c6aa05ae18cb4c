extension Renderer {
  /// Sorted by themselves or by a property; nil goes last.
  mutating func sorted(_ elements: [LiquidValue], _ application: Application) throws(LiquidError) -> Value {
    // Comparisons are counted as the work that sorting is.
    try budget.spend(elements.count, at: application.position)
    var keyed: [(key: LiquidValue, element: LiquidValue)] = []
    keyed.reserveCapacity(elements.count)
    for element in elements {
      var key = element
      if let name = application.first, !name.isNull {
        switch property(name, of: element) {
        case .value(let value): key = value
        case .none: return .null
        case .mismatch:
          // A single element is in order, whatever it is.
          if elements.count == 1 { return .data(.array(elements)) }
          throw application.failure("an element has no such property, expected an object")
        }
      }
      try budget.spend(reading: .data(key), at: application.position)
      keyed.append((key, element))
    }
    if application.filter == .sortNatural { return try naturally(sorted: keyed, application) }
    var isIncompatible = false
    keyed.sort { a, b in
      guard let isBefore = Renderer.isBefore(a.key, b.key) else {
        isIncompatible = true
        return false
      }
      return isBefore
    }
    if isIncompatible { throw application.failure("values of different sorts cannot be compared") }
    return .data(.array(keyed.map(\.element)))
  }

  /// Nil: the values have no order.
  private static func isBefore(_ left: LiquidValue, _ right: LiquidValue) -> Bool? {
    switch (left, right) {
    case (.string(let a), .string(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.int(let a), .int(let b)): a < b
    case (.int(let a), .double(let b)): Double(a) < b
    case (.double(let a), .int(let b)): a < Double(b)
    case (.double(let a), .double(let b)): a < b
    case (_, .null): left != .null
    case (.null, _): false
    case (.bool(let a), .bool(let b)): a == b ? false : nil
    default: nil
    }
  }

  /// By their texts, without regard to the case of ASCII letters.
  private mutating func naturally(
    sorted keyed: [(key: LiquidValue, element: LiquidValue)], _ application: Application
  ) throws(LiquidError) -> Value {
    var folded: [(key: [UInt8]?, element: LiquidValue)] = []
    folded.reserveCapacity(keyed.count)
    for (key, element) in keyed {
      let text = key == .null ? nil : try text(of: .data(key), at: application.position)
      folded.append((text.map { $0.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }, element))
    }
    folded.sort { a, b in
      guard let left = a.key else { return false }
      guard let right = b.key else { return true }
      return left.lexicographicallyPrecedes(right)
    }
    return .data(.array(folded.map(\.element)))
  }
}
