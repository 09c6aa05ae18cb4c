/// A parsed template. Parse once, render often and from any thread.
///
/// All names of tags and filters, all arguments and the nesting of blocks are checked when the template is made, so
/// that a mistake is found when it is saved and never when it is sent.
public struct Template: Sendable, Equatable {
  let nodes: [Node]
  let names: NameTable
  /// The places where the template asks for its data, in the order of its text.
  public let references: [TagReference]

  /// Parses a template.
  ///
  /// Only the template's size and nesting count among the limits here.
  /// - Throws: ``LiquidError`` of kind `syntax` or `limit` with the place of the first mistake.
  public init(_ source: String, limits: RenderLimits = RenderLimits()) throws(LiquidError) {
    guard source.utf8.count <= limits.templateBytesMax else {
      throw LiquidError(
        .limit, "the template has \(source.utf8.count) bytes, expected at most \(limits.templateBytesMax)",
        at: Position())
    }
    var parser = TemplateParser(SourceText(source), limits: limits)
    self.init(nodes: try parser.template(), names: parser.names)
  }

  init(nodes: [Node], names: NameTable) {
    self.nodes = nodes
    self.names = names
    references = ReferenceCollector.references(in: nodes, names: names.names)
  }

  /// Renders the template with data, whose members are the template's variables.
  ///
  /// The same template, data and options always make the same text.
  /// - Throws: ``LiquidError`` of kind `evaluation` when the data does not fit, of kind `limit` when a limit is passed,
  ///   and of kind `aborted` when the template calls the message off.
  public func render(_ data: LiquidValue, options: RenderOptions) throws(LiquidError) -> String {
    var renderer = Renderer(self, data: data, options: options)
    return try renderer.run()
  }
}
