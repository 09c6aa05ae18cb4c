package import TesseraModel

/// What is remembered of a segment between cycles: what the agent last knew and said, and what of it is in force.
package struct SegmentMemory: Sendable, Equatable {
  /// T of the last look; nil before the first.
  package var lookedAt: Instant?
  package var gateHash = ""
  /// Keys of the changes that it was shown.
  package var changes: Set<String> = []
  package var summary = ""
  package var run = ""
  package var author = ""
  /// In force until they expire.
  package var items: [AcceptedAnswer.Item] = []
  /// Of each arm at the last look, to see shifts.
  package var arms: [String: SegmentDigest.ArmState] = [:]
  /// T of the last cycle that decided for it: memories of segments that are gone are dropped.
  package var seenAt: Instant

  /// After this without a decision a segment is forgotten.
  package static let keptFor = 14 * Instant.day

  package init(seenAt: Instant) { self.seenAt = seenAt }

  /// What has not expired.
  package func live(at instant: Instant) -> [AcceptedAnswer.Item] {
    items.filter { item in
      let until = item.effect?.expiresAt ?? item.claim.madeAt?.adding(Int64(item.claim.horizonHours) * Instant.hour)
      return until.map { $0 > instant } ?? false
    }
  }

  package var json: JSONValue {
    let arms = arms.sorted { $0.key < $1.key }.map { id, arm -> (String, JSONValue) in
      (id, [.double(arm.mean), .double(arm.deviation), .integer(arm.exposures), .double(arm.probability)])
    }
    return [
      "looked_at": lookedAt.map { .instant($0) } ?? .null, "gate": .string(gateHash),
      "changes": .strings(changes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }),
      "summary": .string(summary), "run": .string(run), "author": .string(author), "items": .array(items.map(\.json)),
      "arms": .object(JSONObject(arms)), "seen_at": .instant(seenAt),
    ]
  }

  package init?(json: JSONValue) {
    guard let seen = json["seen_at"]?.text.flatMap({ try? Instant(parsing: $0) }) else { return nil }
    seenAt = seen
    lookedAt = json["looked_at"]?.text.flatMap { try? Instant(parsing: $0) }
    gateHash = json["gate"]?.text ?? ""
    changes = Set((json["changes"]?.elements ?? []).compactMap(\.text))
    (summary, run, author) = (json["summary"]?.text ?? "", json["run"]?.text ?? "", json["author"]?.text ?? "")
    items = (json["items"]?.elements ?? []).compactMap { AcceptedAnswer.Item(json: $0) }
    for member in json["arms"]?.members ?? JSONObject() {
      guard let n = member.value.elements, n.count == 4 else { continue }
      arms[member.name] = SegmentDigest.ArmState(
        id: member.name, mean: n[0].double ?? 0, deviation: n[1].double ?? 0, exposures: n[2].integer ?? 0,
        probability: n[3].double ?? 0)
    }
  }
}

/// The memory of all segments, by id, and who was switched off.
package struct AgentMemory: Sendable, Equatable {
  package var segments: [String: SegmentMemory] = [:]
  /// Why an author was switched off: for good, until a new trial begins.
  package var off: [String: String] = [:]

  package init() {}

  package var bytes: [UInt8] {
    JSONWriter.bytes([
      "off": .object(JSONObject(off.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      "segments": .object(JSONObject(segments.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })),
    ])
  }

  package init?(bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes), let members = json["segments"]?.members else { return nil }
    for member in members { segments[member.name] = SegmentMemory(json: member.value) }
    for member in json["off"]?.members ?? JSONObject() { off[member.name] = member.value.text }
  }

  /// Forgets segments that have not been decided for in a long time.
  package mutating func forget(at instant: Instant) {
    segments = segments.filter { $0.value.seenAt.age(at: instant) < SegmentMemory.keptFor }
  }
}
