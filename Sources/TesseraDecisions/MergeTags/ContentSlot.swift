package import Liquid
package import TesseraModel

/// Which escaping a field of a creative's content gets: by where its name says that it goes, and by who reads it.
package enum ContentSlot {
  /// Last words of a name that is an address: `url`, `hero_image`, `ctaLink`, `image_2`.
  private static let addresses: Set<String> = ["url", "uri", "href", "src", "link", "image", "img"]
  /// Last words of a name that is a header line: `email_subject`.
  private static let lines: Set<String> = ["subject", "preheader", "preview"]
  /// Names that are header lines as a whole.
  private static let wholeLines: Set<String> = ["preview_text", "subject_line"]
  /// Last words of a name that is plain text: `body_text`.
  private static let texts: Set<String> = ["text", "sms", "push"]
  /// Channels that show texts as they are.
  private static let plainChannels: Set<String> = [MessageChannel.sms.rawValue, MessageChannel.push.rawValue]

  /// Whether a channel shows texts as they are, and no HTML.
  package static func isPlain(_ channel: String) -> Bool { plainChannels.contains(channel) }

  /// The slots of a creative's fields, in their order.
  package static func slots(_ creative: Creative, _ policy: Policy) -> [Slot] {
    let channels = ContentSlot.channels(creative, policy)
    let isPlain = !channels.isEmpty && channels.allSatisfy(isPlain)
    return creative.content.map { slot(forField: $0.name, isPlain: isPlain) }
  }

  /// - Parameter isPlain: whether what is no address and no header line goes where nobody reads HTML.
  package static func slot(forField name: String, isPlain: Bool = false) -> Slot {
    var words = words(name)
    while let last = words.last, words.count > 1, last.allSatisfy(\.isNumber) { words.removeLast() }
    let last = words.last ?? ""
    if addresses.contains(last) { return .url }
    if lines.contains(last) || wholeLines.contains(words.joined(separator: "_")) { return .subject }
    return isPlain || texts.contains(last) ? .plain : .html
  }

  /// Where a creative goes both as HTML and as plain text, and has texts that would have to be written differently
  /// there: a channel of either kind. Nil for a creative that reads well everywhere.
  package static func conflict(_ creative: Creative, _ policy: Policy) -> (plain: String, html: String)? {
    let channels = ContentSlot.channels(creative, policy)
    guard let plain = channels.filter(isPlain).min(), let html = channels.filter({ !isPlain($0) }).min(),
      creative.content.contains(where: { slot(forField: $0.name) == .html })
    else { return nil }
    return (plain, html)
  }

  private static func channels(_ creative: Creative, _ policy: Policy) -> Set<String> {
    Set(policy.placements.filter { creative.placements.contains($0.id) }.map(\.channel))
  }

  /// `heroImage`, `hero_image` and `hero-image2` are of these words, in small letters; digits are words of their own.
  private static func words(_ name: String) -> [String] {
    var words = [""]
    var before: Character = "_"
    for character in name {
      let isNew =
        (character.isUppercase && before.isLowercase) || (character.isNumber != before.isNumber && before != "_")
      if !character.isLetter && !character.isNumber {
        words.append("")
      } else {
        if isNew { words.append("") }
        words[words.count - 1] += character.lowercased()
      }
      before = character
    }
    return words.filter { !$0.isEmpty }
  }
}
