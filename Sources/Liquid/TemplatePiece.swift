/// A part of a residue that is nothing but text and plain tags: what a server can fill in by copying bytes.
public enum TemplatePiece: Sendable, Equatable {
  /// Text as it is rendered.
  case text([UInt8])
  /// The text at a path, such as `customer.first_name` or `customer.basket[0].title`, escaped for the slot; where it is
  /// missing or empty, the fallback, which is escaped already.
  case tag(path: String, fallback: [UInt8])
}

extension Template {
  /// The template in pieces, if all it has is text, plain paths, and `default` with what is final.
  ///
  /// What is known of the values is only that they are texts: for numbers, lists and objects the template itself must
  /// be rendered, and so it must where a slot looks at the whole, as those for addresses and subjects do.
  /// - Returns: nil for anything else.
  public func pieces(with data: LiquidValue, bound: Set<String>, options: RenderOptions) -> [TemplatePiece]? {
    var members: [(String, LiquidValue)] = []
    if case .object(let object) = data { members = object.filter { bound.contains($0.key) }.map { ($0.key, $0.value) } }
    let final = LiquidValue.object(LiquidObject(members))
    var pieces: [TemplatePiece] = []
    for node in nodes {
      switch node {
      case .text(let bytes): pieces.append(.text(bytes))
      case .output(let pipeline):
        guard let path = plainPath(pipeline.head, bound), let fallback = fallback(pipeline, final, bound, options)
        else {
          return nil
        }
        pieces.append(.tag(path: path, fallback: fallback))
      default: return nil
      }
    }
    return pieces
  }

  private func plainPath(_ expression: Expression, _ bound: Set<String>) -> String? {
    guard case .path(let path) = expression, case .name(let root) = path.root, !bound.contains(names.names[root]) else {
      return nil
    }
    var text = names.names[root]
    for step in path.steps {
      switch step {
      case .name(let name, _): text += "." + name
      // A key can have any character, so that it could be spelled like another path.
      case .key: return nil
      case .index(let index): text += "[\(index)]"
      case .computed: return nil
      }
    }
    return text
  }

  /// What `default` filters leave of a missing value; nil if there are other filters or their values are not final.
  private func fallback(
    _ pipeline: Pipeline, _ final: LiquidValue, _ bound: Set<String>, _ options: RenderOptions
  ) -> [UInt8]? {
    if pipeline.calls.isEmpty { return [] }
    let missing = Pipeline(head: .literal(.null), calls: pipeline.calls, position: pipeline.position)
    let closedness = Closedness(
      final: Set(names.names.indices.filter { bound.contains(names.names[$0]) }), resumed: [])
    guard pipeline.calls.allSatisfy({ $0.filter == .default && $0.allowFalse == nil }),
      closedness.isClosed(.output(missing))
    else { return nil }
    var renderer = Renderer(self, data: final, options: options)
    guard (try? renderer.render([.output(missing)])) == .next, !renderer.hasReadClock else { return nil }
    return renderer.out
  }
}
