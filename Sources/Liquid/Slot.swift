/// Where an output goes, which decides how every output is escaped.
///
/// But for line breaks of a subject the template's own text is never escaped. In `html` and `attribute` neither are
/// string literals and values that a filter such as `escape` made safe; every other slot escapes all values.
public enum Slot: String, Sendable, CaseIterable {
  /// Text between tags: `&`, `<`, `>`, `"` and `'` become entities.
  case html
  /// The value of a quoted attribute: escaped like `html`.
  case attribute
  /// An address by itself, such as a member of an answer in JSON: what no address has becomes a percent code and `&`
  /// stays. The rendering is empty unless it is relative or http, https, mailto or tel.
  case url
  /// Nothing is escaped.
  case plain
  /// A header line: control characters and line breaks become spaces, in the template's own text as well.
  case subject
  /// The inside of a JSON string.
  case json

  /// Whether values can be marked as safe, so that they are not escaped twice.
  var keepsSafeValues: Bool { self == .html || self == .attribute }
}
