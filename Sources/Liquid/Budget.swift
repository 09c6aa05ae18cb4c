/// What a rendering has left of its limits, snippets included.
struct Budget {
  /// A step is 256 bytes of text.
  static let stepShift = 8

  private let limits: RenderLimits
  private var steps = 0
  private var assignedBytes = 0
  /// How many blocks and snippets stand around what is rendered now.
  var depth = 0

  init(_ limits: RenderLimits) { self.limits = limits }

  /// Counts work before it is done.
  @inline(__always)
  mutating func spend(_ count: Int, at position: Position) throws(LiquidError) {
    let (sum, overflow) = steps.addingReportingOverflow(count)
    guard !overflow, sum <= limits.stepsMax else {
      throw LiquidError(.limit, "rendering takes more than \(limits.stepsMax) steps", at: position)
    }
    steps = sum
  }

  /// Counts the work of reading texts: a step for so many bytes of them that it takes as long as another step.
  @inline(__always)
  mutating func spend(reading value: Value, at position: Position) throws(LiquidError) {
    switch value {
    case .data(.string(let text)), .safe(let text): try spend(text.utf8.count >> Budget.stepShift, at: position)
    default: break
    }
  }

  /// Counts the bytes of a value that is kept under a name.
  mutating func keep(_ value: Value, at position: Position) throws(LiquidError) {
    switch value {
    case .safe(let text): assignedBytes += text.utf8.count
    case .data(let data): add(data, depth: 0)
    case .range, .blank, .empty, .loop: assignedBytes += 1
    }
    guard assignedBytes <= limits.assignedBytesMax else {
      throw LiquidError(.limit, "assigned values have more than \(limits.assignedBytesMax) bytes", at: position)
    }
  }

  private mutating func add(_ value: LiquidValue, depth: Int) {
    guard assignedBytes <= limits.assignedBytesMax else { return }
    assignedBytes += 1
    switch value {
    case .string(let text): assignedBytes += text.utf8.count
    case .array(let elements) where depth < limits.depthMax: for element in elements { add(element, depth: depth + 1) }
    case .object(let object) where depth < limits.depthMax: for member in object { add(member.value, depth: depth + 1) }
    default: break
    }
  }
}
