package import TesseraModel

/// What is known of a segment, its placements' arms and what changed lately: all that an agent needs for most answers,
/// worked out without one. The same bytes are shown to the marketer.
package struct SegmentDigest: Sendable, Equatable {
  /// What is believed of an arm here: mean reward, its standard deviation, exposures, probability now.
  package struct ArmState: Sendable, Equatable {
    package let id: String
    package let mean: Double
    package let deviation: Double
    package let exposures: Int
    package let probability: Double

    package init(id: String, mean: Double, deviation: Double, exposures: Int, probability: Double) {
      self.id = id
      // What the agent reads is what counts later: a record gives the same back.
      self.mean = DigestNumber.significant(mean)
      self.deviation = DigestNumber.significant(deviation)
      self.exposures = Int(DigestNumber.significant(Double(exposures)))
      self.probability = DigestNumber.significant(probability)
    }

    var json: JSONValue { [.double(mean), .double(deviation), .integer(exposures), .double(probability)] }

    init?(id: String, json: JSONValue) {
      guard let n = json.elements, n.count == 4 else { return nil }
      self.init(
        id: id, mean: n[0].double ?? 0, deviation: n[1].double ?? 0, exposures: n[2].integer ?? 0,
        probability: n[3].double ?? 0)
    }
  }

  package let segment: Segment
  package let description: String
  package let people: Int
  package let activeLately: Int
  package let messageable: Int
  /// The sums of the last seven days, by name.
  package let funnel: JSONObject
  /// The most material first.
  package let changes: [DigestChange]
  package let arms: [ArmState]
  /// The last look and what it led to; nil for the first.
  package let last: JSONValue?

  /// More changes than these tell an agent nothing that they do not, and more arms are not read.
  package static let changesMax = 12
  package static let armsMax = 16
  /// Smaller segments are never shown to an agent, and cells of fewer people not told: they could speak of single ones.
  package static let peopleMin = 20

  package init(
    segment: Segment, description: String, people: Int, activeLately: Int, messageable: Int, funnel: JSONObject,
    changes: [DigestChange], arms: [ArmState], last: JSONValue?
  ) {
    (self.segment, self.description, self.people) = (segment, description, people)
    (self.activeLately, self.messageable, self.funnel) = (activeLately, messageable, funnel)
    self.changes = Array(changes.prefix(SegmentDigest.changesMax))
    self.arms = Array(arms.prefix(SegmentDigest.armsMax))
    self.last = last
  }

  package func change(_ id: String) -> DigestChange? {
    guard id.first == "e", let n = Int(id.dropFirst()), changes.indices.contains(n - 1) else { return nil }
    return changes[n - 1]
  }

  package func arm(_ id: String) -> ArmState? { arms.first { $0.id == id } }

  /// As the agent reads it. Keys are sorted, so that the same digest has the same bytes.
  package var json: JSONValue {
    var object = JSONObject([
      ("active_24h", .integer(activeLately)),
      ("arms", .object(JSONObject(arms.map { ($0.id, $0.json) }))),
      ("changes", .array(changes.enumerated().map { $1.json(id: "e\($0 + 1)") })),
      ("funnel_7d", .object(funnel)), ("id", .string(segment.id)),
      ("label", .string(QuotedText.clean(description, lengthMax: 400))),
    ])
    if let last { object["last"] = last }
    object["messageable"] = .integer(messageable)
    object["size"] = .integer(people)
    return .object(object)
  }

  package var bytes: [UInt8] { JSONWriter.bytes(json) }
  /// What the agent knew, by content: the key of the audit.
  package var hash: String { ContentHash.of(bytes) }

  /// What the gate compares: the facts without their noise. Equal to the last one looked at means that nothing
  /// material changed.
  package var gateHash: String {
    let keys = Set(changes.map(\.key)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let arms = Set(arms.map(\.id)).sorted()
    return TextEncoding.hexadecimal(
      SHA256.hash(JSONWriter.bytes(["arms": .strings(arms), "changes": .strings(keys)])).prefix(16))
  }
}

extension SegmentDigest {
  /// Reads back what an agent was shown.
  /// - Parameter segment: the one it speaks of; a digest holds its id alone.
  package init?(json: JSONValue, segment: Segment) {
    guard let changes = json["changes"]?.elements, let arms = json["arms"]?.members else { return nil }
    self.init(
      segment: segment, description: json["label"]?.text ?? "", people: json["size"]?.integer ?? 0,
      activeLately: json["active_24h"]?.integer ?? 0, messageable: json["messageable"]?.integer ?? 0,
      funnel: json["funnel_7d"]?.members ?? JSONObject(), changes: changes.compactMap { DigestChange(json: $0) },
      arms: arms.compactMap { ArmState(id: $0.name, json: $0.value) }, last: json["last"])
  }
}
