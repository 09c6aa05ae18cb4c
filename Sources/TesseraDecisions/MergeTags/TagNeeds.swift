package import Liquid
package import TesseraModel

/// Paths of which one must have something to write: a tag without a fallback, and what it stands in for.
package struct TagNeed: Hashable, Sendable {
  /// The tag itself is the last.
  package let paths: [TagPath]
  /// Conditions around the tag ask for these, of which it is a part: without one of them it is not written.
  package let guards: [TagPath]

  /// What a template cannot do without, in order: first as it is read, then as it was rendered.
  package static func all(_ template: Template) -> [TagNeed] {
    let read = template.references.filter { !$0.hasFallback }.map { reference in
      TagNeed(
        paths: (reference.insteadOf + [reference.path]).map { TagPath($0) },
        guards: reference.onlyWith.map { TagPath($0) })
    }
    return read + RenderedNeeds(template).found
  }
}

/// What the texts of a policy's creatives ask for and cannot do without: tags with neither a `default` behind nor a
/// condition around them. Addresses are no texts: an empty one is no link, and pages leave it out.
package struct TagNeeds: Sendable {
  /// What is asked of persons, in order of the text; each stands for a bit of what a member has.
  package let paths: [TagPath]
  /// The texts of a creative that cannot do without something.
  private let byCreative: [String: [(template: Template, needs: [TagNeed])]]

  /// Bits that a recorded number holds without a sign.
  package static let pathsMax = 60

  package init(_ policy: Policy) {
    var asked: [String: [(template: Template, needs: [TagNeed])]] = [:]
    for creative in policy.creatives {
      let texts = TagNeeds.templates(creative, policy).map { (template: $0, needs: TagNeed.all($0)) }.filter {
        !$0.needs.isEmpty
      }
      if !texts.isEmpty { asked[creative.id] = texts }
    }
    let all = asked.values.joined().flatMap(\.needs)
    let person = Set(all.flatMap { $0.paths + $0.guards }.compactMap(TagNeeds.ofPerson))
    let sorted = person.sorted { NameNormalization.precedes($0.text, $1.text) }
    paths = Array(sorted.prefix(TagNeeds.pathsMax))
    byCreative = asked
  }

  /// Where a person must give what is asked for; the segment's brand and category, where it has none, are theirs.
  private static func ofPerson(_ path: TagPath) -> TagPath? {
    switch path.text {
    case "segment.brand": TagPath("customer.brand")
    case "segment.researching": TagPath("customer.researching")
    default: path.root == "customer" ? path : nil
    }
  }

  private static func templates(_ creative: Creative, _ policy: Policy) -> [Template] {
    zip(creative.content, ContentSlot.slots(creative, policy)).filter { $1 != .url }.compactMap {
      try? Template($0.0.template)
    }
  }

  subscript(creative: String) -> [TagNeed] { (byCreative[creative] ?? []).flatMap(\.needs) }

  /// The bit of what a person must give for a path; nil where it is not asked for.
  func bit(_ path: TagPath) -> UInt64? {
    TagNeeds.ofPerson(path).flatMap { paths.firstIndex(of: $0) }.map { 1 << UInt64($0) }
  }

  /// How the first text with a hole would read for somebody who has only some of the paths; what is theirs is masked.
  /// - Parameter data: what does not depend on the person.
  func look(_ id: String, having mask: UInt64, missing: TagNeed, _ data: LiquidObject) -> String? {
    var (data, person) = (data, LiquidValue.object([:]))
    for (i, path) in paths.enumerated() where mask & 1 << UInt64(i) != 0 {
      person = path.filling(person, with: TagNeeds.masked)
    }
    data["customer"] = person
    for (template, needs) in byCreative[id] ?? [] where needs.contains(missing) {
      guard let text = try? template.render(.object(data), options: RenderOptions(slot: .plain)) else { continue }
      let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return line.count > TagNeeds.lookMax ? line.prefix(TagNeeds.lookMax) + "…" : line
    }
    return nil
  }

  private static let masked = "•••"
  private static let lookMax = 80
}
