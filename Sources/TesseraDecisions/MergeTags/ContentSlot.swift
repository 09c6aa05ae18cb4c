package import Liquid

/// Which escaping a field of a creative's content gets, by its name.
package enum ContentSlot {
  /// `url`, `image` and names that end so are addresses; `subject`, `preheader` and `sms` are plain lines; everything
  /// else is HTML text.
  package static func slot(forField name: String) -> Slot {
    if ["url", "link", "image"].contains(name) || name.hasSuffix("_url") { return .url }
    if ["subject", "preheader"].contains(name) { return .subject }
    if ["text", "sms", "push"].contains(name) || name.hasSuffix("_text") { return .plain }
    return .html
  }
}
