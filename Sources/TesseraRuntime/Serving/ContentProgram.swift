import Liquid
import TesseraDecisions
import TesseraModel

/// What an action says, with everything bound that is known when the book is made: constant bytes of the answer, and
/// the person's few tags between them.
final class ContentProgram: Sendable {
  /// How a text is escaped for its field, the JSON string around it included.
  enum Escape: UInt8 {
    case plain, subject, html, url

    init?(_ slot: Slot) {
      switch slot {
      case .plain: self = .plain
      case .subject: self = .subject
      case .html, .attribute: self = .html
      case .url: self = .url
      case .json: return nil
      }
    }
  }

  /// Where a tag's text comes from.
  struct Source: Equatable {
    var field: RowFields.Field
    /// For fields that are lists of products: which of them, and which of its texts.
    var place: Int32 = 0
    var text: Int32 = -1
  }

  /// What a text asks of a person and has no fallback for.
  enum Need: Equatable {
    case source(Source)
    /// What only the person's data as a whole can tell.
    case path(TagPath)
  }

  /// One of some needs is enough, and none is asked for where something that a condition asks for is missing.
  struct Alternatives: Equatable {
    let oneOf: [Need]
    let onlyWith: [TagPath]
  }

  enum Step {
    /// So many bytes from a place of the constants.
    case bytes(start: Int, count: Int)
    case tag(Source, Escape, fallbackStart: Int, fallbackCount: Int)
    /// Before and after a field that must be looked at as a whole.
    case begin
    case end(Escape, field: Int)
    /// A field whose residue is more than text and plain tags.
    case render(field: Int)
  }

  /// A field whose residue may have to be rendered.
  struct Field {
    let template: Template
    let slot: Slot
  }

  let steps: [Step]
  let constants: [UInt8]
  let fields: [Field]
  /// What is bound, for residues that must be rendered.
  let bound: [(String, LiquidValue)]
  /// `segment` where it was left open, because the segment relaxed what the person may have.
  let openSegment: LiquidObject?
  /// The axes that were left open.
  let openAxes: [String]
  /// What must have a text.
  let needs: [Alternatives]
  /// Whether something is missing that is the same for everyone: then it is shown to nobody.
  let hasHole: Bool
  /// Whether all that is to be read may come to nothing for some people.
  let mayBeBlank: Bool
  /// Whether a text may come to an error, or call itself off, for some people, or all of them to nothing.
  let mayFail: Bool

  init(
    steps: [Step], constants: [UInt8], fields: [Field], bound: [(String, LiquidValue)], openSegment: LiquidObject?,
    openAxes: [String], needs: [Alternatives], hasHole: Bool, mayBeBlank: Bool
  ) {
    (self.steps, self.constants, self.fields) = (steps, constants, fields)
    (self.bound, self.openSegment, self.openAxes) = (bound, openSegment, openAxes)
    (self.needs, self.hasHole, self.mayBeBlank) = (needs, hasHole, mayBeBlank)
    mayFail = mayBeBlank || fields.contains { $0.template.mayFail }
  }

  /// Everything a program is run with beside the row.
  struct Surroundings {
    let shelf: Shelf
    let options: (Slot) -> RenderOptions
  }
}

extension ContentProgram {
  /// Whether everything that is asked of a person is there.
  /// - Parameter row: nil where nothing of the person may be filled in.
  func isWhole(_ row: RowFields?, _ shelf: Shelf) -> Bool {
    needs.allSatisfy { need in
      need.oneOf.contains { ContentProgram.isFilled($0, row, shelf) }
        || need.onlyWith.contains { !ContentProgram.isFilled(.path($0), row, shelf) }
    }
  }

  private static func isFilled(_ need: Need, _ row: RowFields?, _ shelf: Shelf) -> Bool {
    switch need {
    case .source(let source):
      // Blanks alone leave the same hole.
      var isBlank = true
      _ = withText(source, row, shelf) { isBlank = BlankText.isBlank($0) }
      return !isBlank
    case .path(let path): return row.map { path.isFilled(in: MergeData.customer($0, shelf, nil)) } ?? false
    }
  }

  /// Whether each text that may fail does not for this person, and there is something to read.
  func succeeds(_ row: RowFields?, _ around: Surroundings) -> Bool {
    var isBlank = mayBeBlank
    for (i, field) in fields.enumerated() where field.template.mayFail || (isBlank && field.slot != .url) {
      guard let text = rendered(i, row, around) else { return false }
      if field.slot != .url, !BlankText.isBlank(text.utf8) { isBlank = false }
    }
    return !isBlank
  }

  /// Writes `content`.
  /// - Parameter row: nil where nothing of the person may be filled in.
  /// - Returns: false if a text came to nothing; what was written then is of no use.
  func run(_ row: RowFields?, _ around: Surroundings, to out: inout ByteWriter) -> Bool {
    var fieldStart = 0
    var succeeds = true
    // Whether a subject holds what a header line may not.
    var isBroken = false
    constants.withUnsafeBytes { constants in
      for step in steps {
        switch step {
        case .bytes(let start, let count):
          out.append(UnsafeRawBufferPointer(rebasing: constants[start..<start + count]))
        case .tag(let source, let escape, let start, let count):
          let isFilled = ContentProgram.withText(source, row, around.shelf) { text in
            if escape == .subject, !ContentProgram.isLine(text) { isBroken = true }
            ContentProgram.append(text, escape, to: &out)
          }
          if !isFilled { out.append(UnsafeRawBufferPointer(rebasing: constants[start..<start + count])) }
        case .begin: (fieldStart, isBroken) = (out.count, false)
        case .end(let escape, let field):
          if escape == .subject ? isBroken : !ContentProgram.isHarmless(out.bytes, from: fieldStart) {
            out.truncate(to: fieldStart)
            succeeds = render(field, row, around, to: &out) && succeeds
          }
        case .render(let field): succeeds = render(field, row, around, to: &out) && succeeds
        }
      }
    }
    return succeeds
  }

  /// - Returns: whether there is a text that is not empty.
  private static func withText(
    _ source: Source, _ row: RowFields?, _ shelf: Shelf, _ body: (UnsafeRawBufferPointer) -> Void
  ) -> Bool {
    guard let row else { return false }
    if source.text < 0 {
      guard let text = row.field(source.field), !text.isEmpty else { return false }
      body(text)
      return true
    }
    guard let number = row.product(source.field, at: Int(source.place)), let product = shelf[number],
      let text = product.text(Int(source.text)), !text.isEmpty
    else { return false }
    text.withUnsafeBytes(body)
    return true
  }

  /// - Returns: false if there is no text.
  private func render(_ field: Int, _ row: RowFields?, _ around: Surroundings, to out: inout ByteWriter) -> Bool {
    guard var text = rendered(field, row, around) else { return false }
    text.withUTF8 { out.append(escaped: UnsafeRawBufferPointer($0)) }
    return true
  }

  /// A residue with all the data; nil where it fails for this person, or calls itself off.
  private func rendered(_ field: Int, _ row: RowFields?, _ around: Surroundings) -> String? {
    let options = around.options(fields[field].slot)
    let person = row.map { MergeData.customer($0, around.shelf, options.timeZone) } ?? .object([:])
    var data = bound + [("customer", person)]
    if var segment = openSegment {
      if case .object(let own) = person { for axis in openAxes { segment[axis] = own[axis] } }
      data.append(("segment", .object(segment)))
    }
    return try? fields[field].template.render(.object(LiquidObject(data)), options: options)
  }

  /// Whether an address is seen to be harmless by how it begins. If not, the template looks at it closely.
  private static func isHarmless(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    let field = bytes[start...]
    guard let first = field.first else { return true }
    if [UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#")].contains(first) { return true }
    return field.starts(with: "https://".utf8) || field.starts(with: "http://".utf8)
  }

  /// Whether a text has nothing that a header line may not have.
  static func isLine(_ text: UnsafeRawBufferPointer) -> Bool {
    for i in 0..<text.count {
      let byte = text[i]
      if byte >= 0x20, byte < 0x7F { continue }
      guard byte >= 0x80 else { return false }
      // U+0080 to U+009F, and U+2028 and U+2029 among others.
      let second = i + 1 < text.count ? text[i + 1] : 0
      if (byte == 0xC2 && second < 0xA0) || (byte == 0xE2 && second == 0x80) { return false }
    }
    return true
  }

  private static func append(_ text: UnsafeRawBufferPointer, _ escape: Escape, to out: inout ByteWriter) {
    if escape == .url { return appendAddress(text, to: &out) }
    guard escape == .html else { return out.append(escaped: text) }
    var start = 0
    for i in 0..<text.count {
      let byte = text[i]
      // One comparison passes nearly every byte of a usual text.
      if byte > UInt8(ascii: ">"), byte != UInt8(ascii: "\\") { continue }
      guard let entity = Escaping.entity(for: byte) else {
        if byte >= 0x20, byte != UInt8(ascii: "\\") { continue }
        out.append(UnsafeRawBufferPointer(rebasing: text[start..<i]))
        out.append(escaped: UnsafeRawBufferPointer(rebasing: text[i...i]))
        start = i + 1
        continue
      }
      out.append(UnsafeRawBufferPointer(rebasing: text[start..<i]))
      out.append(entity)
      start = i + 1
    }
    out.append(UnsafeRawBufferPointer(rebasing: text[start...]))
  }

  /// Everything that JSON would escape has become a code, so that what is left can be copied.
  private static func appendAddress(_ text: UnsafeRawBufferPointer, to out: inout ByteWriter) {
    var start = 0
    for i in 0..<text.count {
      guard let code = Escaping.addressCode(for: text[i]) else { continue }
      out.append(UnsafeRawBufferPointer(rebasing: text[start..<i]))
      out.append(code)
      start = i + 1
    }
    out.append(UnsafeRawBufferPointer(rebasing: text[start...]))
  }
}
