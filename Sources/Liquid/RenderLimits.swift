/// Bounds that no template and no data can pass; passing one is a ``LiquidError`` of kind `limit`.
public struct RenderLimits: Sendable, Equatable {
  /// A template's size in bytes.
  public var templateBytesMax = 65_536
  /// The size in bytes of a rendering, and of every text that is made on the way to it.
  public var outputBytesMax = 262_144
  /// The work of a rendering: tags rendered, turns of loops, elements that are written and that filters look at.
  public var stepsMax = 100_000
  /// Blocks within blocks, snippets within snippets, brackets within brackets, and the depth of data that is printed or
  /// compared. Above 200 counts as 200, which keeps the stack safe.
  public var nestingMax = 100
  /// The size in bytes of all values that a rendering assigns and captures.
  public var assignedBytesMax = 262_144

  /// Makes limits, each with its default.
  public init(
    templateBytesMax: Int = 65_536, outputBytesMax: Int = 262_144, stepsMax: Int = 100_000, nestingMax: Int = 100,
    assignedBytesMax: Int = 262_144
  ) {
    self.templateBytesMax = templateBytesMax
    self.outputBytesMax = outputBytesMax
    self.stepsMax = stepsMax
    self.nestingMax = nestingMax
    self.assignedBytesMax = assignedBytesMax
  }

  /// The nesting that is really allowed: deeper recursion could pass the end of a thread's stack.
  var depthMax: Int { Swift.min(nestingMax, 200) }
}
