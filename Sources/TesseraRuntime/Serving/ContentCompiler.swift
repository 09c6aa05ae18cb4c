import Liquid
import TesseraDecisions
import TesseraModel

/// Makes programs of templates: binds what is known, evaluates what can be, and puts the rest into bytes and tags.
final class ContentCompiler: Sendable {
  /// A text of a creative, parsed.
  struct ParsedField {
    let name: String
    let template: Template
    let slot: Slot
    /// What it cannot do without. An address can do without anything: one that is empty is no link.
    let needs: [TagNeed]
    /// Whether it is there to be read: no address, and more than blanks.
    let isToBeRead: Bool

    init(name: String, source: String, template: Template, slot: Slot) {
      (self.name, self.template, self.slot) = (name, template, slot)
      isToBeRead = slot != .url && !BlankText.isBlank(source.utf8)
      needs = slot == .url ? [] : TagNeed.all(template)
    }
  }

  let policy: Policy
  let timeZone: ShopTimeZone
  let shop: LiquidValue
  private static let openAxes = ["brand", "researching"]

  init(policy: Policy) {
    self.policy = policy
    timeZone = TimeZoneOffset.clocks(policy.shop.timeZone)
    shop = TagData.shop(policy.shop)
  }

  /// A template that does not parse was refused when the configuration was read; here it would only leave the field
  /// out.
  func parsed(_ creative: Creative) -> [ParsedField] {
    zip(creative.content, ContentSlot.slots(creative, policy)).compactMap { field, slot in
      guard let template = try? Template(field.template) else { return nil }
      return ParsedField(name: field.name, source: field.template, template: template, slot: slot)
    }
  }

  func options(_ slot: Slot, now: Instant) -> RenderOptions {
    RenderOptions(
      slot: slot, nowMilliseconds: now.milliseconds, timeZone: timeZone, moneyFormat: policy.shop.moneyFormat,
      currency: policy.shop.currency)
  }

  /// - Parameters:
  ///   - segment: `segment` for merge tags, without the axes that are relaxed.
  ///   - relaxed: axes that a person may fill in.
  func program(
    _ fields: [ParsedField], segment: LiquidObject, relaxed: [String], offer: LiquidValue, product: LiquidValue
  ) -> ContentProgram {
    let open = ContentCompiler.openAxes.filter(relaxed.contains)
    let known: [(String, LiquidValue)] = [("offer", offer), ("product", product), ("shop", shop)]
    let closed = known + [("segment", .object(segment))]
    var building = Building()
    var needsSegment = false
    building.text("{")
    for (i, field) in fields.enumerated() {
      if i > 0 { building.text(",") }
      building.text(JSONWriter.text(.string(field.name)) + ":\"")
      let isOpen = !open.isEmpty && ContentCompiler.asks(field.template, for: open)
      needsSegment = needsSegment || isOpen
      let bound = isOpen ? known : closed
      // The clock is left for the moment of the request: a residue asks for it where it matters.
      let options = options(field.slot, now: Instant(milliseconds: 0))
      let data = LiquidValue.object(LiquidObject(bound))
      let names = Set(bound.map(\.0))
      let residue = field.template.partiallyEvaluated(with: data, bound: names, options: options)
      if field.isToBeRead { building.isToBeRead = true }
      building.field(residue, field.slot, residue.pieces(with: data, bound: names, options: options), open: open)
      building.text("\"")
      for need in field.needs { building.add(need, of: closed, open: open) }
    }
    building.text("}")
    return ContentProgram(
      steps: building.finished, constants: building.constants, fields: building.fields,
      bound: needsSegment ? known : closed, openSegment: needsSegment ? segment : nil,
      openAxes: open, needs: building.needs, hasHole: building.hasHole || building.isBlank,
      mayBeBlank: building.mayBeBlank)
  }

  /// Whether a template asks for axes of the segment, or for the segment as a whole.
  static func asks(_ template: Template, for axes: [String]) -> Bool {
    template.references.contains { reference in
      let parts = reference.path.split(whereSeparator: { $0 == "." || $0 == "[" })
      guard parts.first == "segment" else { return false }
      return parts.count < 2 || !reference.path.hasPrefix("segment.") || axes.contains(String(parts[1]))
    }
  }

  /// Whether anything of a template differs from segment to segment.
  static func asksForSegment(_ fields: [ParsedField]) -> Bool {
    fields.contains {
      $0.template.references.contains { $0.path.split(whereSeparator: { ".[".contains($0) }).first == "segment" }
    }
  }
}

/// A program in the making.
private struct Building {
  var steps: [ContentProgram.Step] = []
  var constants: [UInt8] = []
  var fields: [ContentProgram.Field] = []
  private(set) var needs: [ContentProgram.Alternatives] = []
  private(set) var hasHole = false
  /// Whether there is something that people are to read, whether some of it is there for all, and whether some of it
  /// only a rendering can tell.
  var isToBeRead = false
  private var saysSomething = false
  private var mustBeRendered = false
  /// Whether nothing is left to read, for everybody; and for some, perhaps.
  var isBlank: Bool { isToBeRead && !saysSomething && !mustBeRendered }
  var mayBeBlank: Bool { isToBeRead && !saysSomething && mustBeRendered }
  /// Where the constants begin that no step has taken yet.
  private var taken = 0

  var finished: [ContentProgram.Step] {
    var copy = self
    copy.flush()
    return copy.steps
  }

  mutating func text(_ text: String) { constants += text.utf8 }

  private mutating func flush() {
    if constants.count > taken { steps.append(.bytes(start: taken, count: constants.count - taken)) }
    taken = constants.count
  }

  private mutating func step(_ step: ContentProgram.Step) {
    flush()
    steps.append(step)
  }

  private mutating func escaped(_ bytes: [UInt8]) { JSONWriter.appendEscaped(bytes, to: &constants) }

  mutating func field(_ residue: Template, _ slot: Slot, _ pieces: [TemplatePiece]?, open: [String]) {
    let escape = ContentProgram.Escape(slot)
    let isConstant = pieces?.allSatisfy { if case .text = $0 { true } else { false } } ?? false
    let sources = pieces.flatMap { Building.sources($0, open: open) }
    let options = RenderOptions(slot: slot)
    if isConstant, let text = try? residue.render(.object([:]), options: options) {
      if slot != .url, !BlankText.isBlank(text.utf8) { saysSomething = true }
      return escaped(Array(text.utf8))
    }
    // A tag is filled where it is needed, and elsewhere has its fallback.
    if slot != .url { if sources == nil { mustBeRendered = true } else { saysSomething = true } }
    fields.append(ContentProgram.Field(template: residue, slot: slot))
    guard let pieces, let sources, let escape else { return step(.render(field: fields.count - 1)) }
    let isLookedAt = escape == .subject || escape == .url
    // The template's own text in a subject may have to become one line.
    let isLine = pieces.allSatisfy { piece in
      switch piece {
      case .text(let bytes), .tag(_, let bytes): bytes.withUnsafeBytes { ContentProgram.isLine($0) }
      }
    }
    if escape == .subject, !isLine { return step(.render(field: fields.count - 1)) }
    if isLookedAt { step(.begin) }
    for (piece, source) in zip(pieces, sources) {
      switch (piece, source) {
      case (.tag(_, let fallback), let source?):
        flush()
        let start = constants.count
        escaped(fallback)
        taken = constants.count
        steps.append(.tag(source, escape, fallbackStart: start, fallbackCount: constants.count - start))
      case (.text(let bytes), _): escaped(bytes)
      default: break
      }
    }
    if isLookedAt { step(.end(escape, field: fields.count - 1)) }
  }

  /// Where each piece's text comes from, nil for text of its own; nil for all if there is one that only the template
  /// itself can tell.
  private static func sources(_ pieces: [TemplatePiece], open: [String]) -> [ContentProgram.Source?]? {
    var out: [ContentProgram.Source?] = []
    for piece in pieces {
      switch piece {
      case .text: out.append(nil)
      case .tag(let path, _):
        guard let source = source(path, open: open) else { return nil }
        out.append(source)
      }
    }
    return out
  }

  /// Notes what a text cannot do without, unless what is known has it.
  mutating func add(_ need: TagNeed, of known: [(String, LiquidValue)], open: [String]) {
    var sources: [ContentProgram.Need] = []
    for path in need.paths {
      if let source = Building.source(path.text, open: open) {
        sources.append(.source(source))
      } else if path.root == "customer" {
        sources.append(.path(path))
      } else if path.isFilled(in: known.first { $0.0 == path.root }?.1 ?? .null) {
        return
      }
    }
    // Conditions on what is the same for all are known already.
    let guards = need.guards.filter { $0.root == "customer" }
    let isBehind = need.guards.contains { path in
      path.root != "customer" && !path.isFilled(in: known.first { $0.0 == path.root }?.1 ?? .null)
    }
    if isBehind { return }
    let alternatives = ContentProgram.Alternatives(oneOf: sources, onlyWith: guards)
    if sources.isEmpty, guards.isEmpty {
      hasHole = true
    } else if !needs.contains(alternatives) {
      needs.append(alternatives)
    }
  }

  private static func source(_ path: String, open: [String]) -> ContentProgram.Source? {
    switch path {
    case "customer.first_name": return .init(field: .firstName)
    case "customer.last_name": return .init(field: .lastName)
    case "customer.brand": return .init(field: .brand)
    case "customer.researching": return .init(field: .researching)
    case "segment.brand" where open.contains("brand"): return .init(field: .brand)
    case "segment.researching" where open.contains("researching"): return .init(field: .researching)
    default: break
    }
    let lists: [(String, RowFields.Field)] = [
      ("customer.last_viewed", .lastViewed), ("customer.basket", .basket),
      ("customer.last_order.products", .orderedProducts),
    ]
    for (prefix, field) in lists where path.hasPrefix(prefix) {
      var rest = path.dropFirst(prefix.count)
      var place: Int32 = 0
      if field != .lastViewed {
        guard rest.first == "[", let close = rest.firstIndex(of: "]"), let index = Int32(rest.dropFirst()[..<close]),
          index >= 0
        else { continue }
        place = index
        rest = rest[rest.index(after: close)...]
      }
      guard rest.first == ".", let text = Shelf.Product.Text(rawValue: String(rest.dropFirst())) else { continue }
      return .init(field: field, place: place, text: Int32(Shelf.Product.Text.allCases.firstIndex(of: text) ?? 0))
    }
    return nil
  }
}
