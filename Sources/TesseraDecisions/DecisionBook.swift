package import TesseraModel
package import TesseraSegments

/// All decisions of one cycle: immutable, versioned, and chained to the book before it by hash.
package struct DecisionBook: Sendable {
  /// A decided segment and what was decided for it.
  package struct Entry: Sendable {
    package let segment: Segment
    package let description: String
    /// How many axes of the relaxation order are relaxed.
    package let level: Int
    /// Active customers who match.
    package let members: Int
    /// Ids of the decisions, in the order of the placements.
    package let decisions: [String]

    package init(segment: Segment, description: String, level: Int, members: Int, decisions: [String]) {
      (self.segment, self.description, self.level) = (segment, description, level)
      (self.members, self.decisions) = (members, decisions)
    }
  }

  package let cycle: Int
  package let at: Instant
  package let previous: String
  package let axes: [String]
  package let placements: [String]
  /// Names of axes in the order in which they are relaxed, with why.
  package let relaxation: [(axis: String, reason: String)]
  package let spendCuts: SpendCuts
  package let entries: [Entry]
  /// The records by id, canonical bytes.
  package let records: [String: [UInt8]]
  package let rolledUpCustomers: Int

  package init(
    cycle: Int, at: Instant, previous: String, axes: [String], placements: [String],
    relaxation: [(axis: String, reason: String)], spendCuts: SpendCuts, entries: [Entry], records: [String: [UInt8]],
    rolledUpCustomers: Int
  ) {
    (self.cycle, self.at, self.previous, self.axes, self.placements) = (cycle, at, previous, axes, placements)
    (self.relaxation, self.spendCuts, self.entries) = (relaxation, spendCuts, entries)
    (self.records, self.rolledUpCustomers) = (records, rolledUpCustomers)
  }

  /// The canonical text: a header line, then a line a segment. The records are covered by their hashes.
  package var bytes: [UInt8] {
    var out = JSONWriter.bytes([
      "format": 1, "cycle": .integer(cycle), "at": .instant(at), "previous": .string(previous), "axes": .strings(axes),
      "placements": .strings(placements), "relaxation": .strings(relaxation.map(\.axis)),
      "reasons": .strings(relaxation.map(\.reason)), "spend_cuts": spendCuts.json,
      "rolled_up_customers": .integer(rolledUpCustomers), "segments": .integer(entries.count),
    ])
    for entry in entries {
      out.append(10)
      JSONWriter.append(
        [
          "segment": .string(entry.segment.id), "values": entry.segment.canonicalJSON,
          "description": .string(entry.description), "level": .integer(entry.level), "members": .integer(entry.members),
          "decisions": .strings(entry.decisions),
        ], to: &out)
    }
    out.append(10)
    return out
  }

  /// SHA-256 of `bytes`, 64 hexadecimal digits: the book's name, and the next one's `previous`.
  package static func hash(of bytes: [UInt8]) -> String { TextEncoding.hexadecimal(SHA256.hash(bytes)) }

  /// Reads a stored book.
  /// - Parameter records: its decision records by id.
  package init?(bytes: [UInt8], records: [String: [UInt8]]) {
    let lines = bytes.split(separator: 10).map { Array($0) }
    guard let first = lines.first, let header = try? JSONParser.parse(first), header["format"]?.integer == 1,
      let cycle = header["cycle"]?.integer, let at = header["at"]?.text.flatMap({ try? Instant(parsing: $0) }),
      let axes = header["axes"]?.elements?.compactMap(\.text),
      let order = header["relaxation"]?.elements?.compactMap(\.text),
      let cuts = header["spend_cuts"].flatMap({ SpendCuts(json: $0) })
    else { return nil }
    var entries: [Entry] = []
    for line in lines.dropFirst() {
      guard let json = try? JSONParser.parse(line),
        let values = json["values"]?.elements?.compactMap({ $0.text.flatMap { AxisValue(canonical: $0) } }),
        values.count == axes.count
      else { return nil }
      entries.append(
        Entry(
          segment: Segment(axes: axes, values: values), description: json["description"]?.text ?? "",
          level: json["level"]?.integer ?? 0, members: json["members"]?.integer ?? 0,
          decisions: json["decisions"]?.elements?.compactMap(\.text) ?? []))
    }
    let reasons = header["reasons"]?.elements?.compactMap(\.text) ?? []
    self.init(
      cycle: cycle, at: at, previous: header["previous"]?.text ?? "", axes: axes,
      placements: header["placements"]?.elements?.compactMap(\.text) ?? [],
      relaxation: order.enumerated().map { (axis: $1, reason: $0 < reasons.count ? reasons[$0] : "") }, spendCuts: cuts,
      entries: entries, records: records, rolledUpCustomers: header["rolled_up_customers"]?.integer ?? 0)
  }
}
