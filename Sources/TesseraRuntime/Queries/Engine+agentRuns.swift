import Synchronization
import TesseraAgents
import TesseraBandits
package import TesseraModel
import TesseraStorage

extension Engine {
  /// Looks in a line each, the newest first.
  /// - Parameters:
  ///   - cursor: where an earlier answer ended.
  ///   - cycle: only those of a cycle.
  package func agentRuns(
    cursor: String?, cycle: Int? = nil, limit: Int
  ) async throws(EngineError) -> (rows: [JSONValue], next: String?) {
    do throws(StorageError) {
      let place = cursor.flatMap(RunPlace.init(cursor:)) ?? cycle.map { .from(cycle: $0) }
      let found = try await agents.runs.runs(after: place, limit: limit + 1)
      let wanted = found.prefix { run in cycle.map { run.cycle == $0 } ?? true }
      let shown = wanted.prefix(limit)
      let next = wanted.count > limit ? shown.last.map { RunPlace(cycle: $0.cycle, id: $0.id).cursor } : nil
      return (shown.compactMap { Engine.record($0).map(Engine.line) }, next)
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// The looks at a segment, the newest first.
  package func agentRuns(ofSegment id: String, limit: Int) async throws(EngineError) -> [JSONValue] {
    do throws(StorageError) {
      return try await agents.runs.runs(ofSegment: id, limit: limit).compactMap { Engine.record($0).map(Engine.line) }
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// One look as a story: its record, what it knew, what it changed and whether it was right so far.
  /// - Parameter isRaw: with the bytes that went to the model and came back, as text.
  package func agentRun(_ id: String, isRaw: Bool) async throws(EngineError) -> JSONValue {
    do throws(StorageError) {
      guard let stored = try await agents.runs.run(id), let run = Engine.record(stored) else {
        throw StorageError("")
      }
      var object = run.json.members ?? JSONObject()
      object["analyst"] = .string(run.author)
      object["cost"] = AgentTally.dollars(Double(run.cost) / 1e9)
      object["tokens_cached"] = .integer(run.usage.cacheRead)
      let hashes = run.segments.map(\.digest) + (run.shop.isEmpty ? [] : [run.shop])
      let blobs = try await agents.runs.blobs(hashes)
      let digests = run.segments.map { ($0.segment, Engine.parsed(blobs[$0.digest])) }
      object["digests"] = .object(JSONObject(digests))
      object["arms"] = Engine.arms(blobs[run.shop]) ?? ArmTable(policy).json
      object["changed"] = .array(try await changed(run))
      object["scores"] = .array(try await scores(run))
      if isRaw { object["bytes"] = .array(try await bytes(run)) }
      return .object(object)
    } catch {
      if error.message.isEmpty { throw Engine.noRun(id) }
      throw EngineError(.storage, error.message)
    }
  }

  private static func noRun(_ id: String) -> EngineError {
    EngineError(.notFound, "there is no look \(id.prefix(40)); looks are kept for thirty days of hours")
  }

  private static func record(_ stored: StoredRun) -> AgentRunRecord? {
    (try? JSONParser.parse(stored.record)).flatMap { AgentRunRecord(json: $0) }
  }

  private static func parsed(_ bytes: [UInt8]?) -> JSONValue { bytes.flatMap { try? JSONParser.parse($0) } ?? .null }

  /// What arm ids stood for, out of the table that the model read.
  private static func arms(_ shop: [UInt8]?) -> JSONValue? {
    guard let shop, let line = shop.split(separator: UInt8(ascii: "\n")).first(where: { $0.first == UInt8(ascii: "{") })
    else { return nil }
    return (try? JSONParser.parse(Array(line)))?["arms"]
  }

  private static func line(_ run: AgentRunRecord) -> JSONValue {
    let segments = run.segments.map { looked -> JSONValue in
      let accepted = looked.accepted
      return [
        "segment": .string(looked.segment), "label": .string(looked.label), "gate": .string(looked.gate.rawValue),
        "is_change": .bool(accepted.isChange), "summary": .string(accepted.summary),
        "effects": .integer(accepted.items.count { $0.effect != nil }), "copy": .integer(accepted.copies.count),
        "refused": .strings(accepted.refusals.map(\.code.rawValue)),
      ]
    }
    return [
      "id": .string(run.id), "cycle": .integer(run.cycle), "at": .instant(run.at), "analyst": .string(run.author),
      "segments": .array(segments), "tool_calls": .integer(run.tools.count), "calls": .integer(run.exchanges.count),
      "tokens_in": .integer(run.usage.prompt), "tokens_out": .integer(run.usage.output),
      "cost": AgentTally.dollars(Double(run.cost) / 1e9),
      "milliseconds": .integer(run.exchanges.reduce(0) { $0 + $1.milliseconds }),
      "end": .optional(run.exchanges.last?.end),
    ]
  }

  // MARK: What it changed

  /// What the effects of a look made of the probabilities in the cycle's own decisions.
  private func changed(_ run: AgentRunRecord) async throws(StorageError) -> [JSONValue] {
    var out: [JSONValue] = []
    for looked in run.segments where looked.accepted.items.contains(where: { $0.effect != nil }) {
      guard let row = try await decided(looked.segment, cycle: run.cycle) else { continue }
      let records = try await state.decisions(row)
      let decisions = row.compactMap { id in
        records[id].flatMap { try? JSONParser.parse($0) }.flatMap { Decision(json: $0) }.map { (id, $0) }
      }
      for item in looked.accepted.items {
        guard let effect = item.effect,
          let (id, decision) = decisions.first(where: { $0.1.placement == item.placement })
        else { continue }
        let arms = decision.arms.filter { effect.concerns($0.action) }
        // Trust and what is left of its life are told where the effect came into force.
        let held = decision.overlay?.effects.first { $0.part == effect.part && decision.overlay?.run == run.id }
        out.append([
          "segment": .string(looked.segment), "placement": .string(item.placement), "part": effect.part.json,
          "decision": .string(id), "off": Engine.sum(arms, \.off), "on": Engine.sum(arms, \.on),
          "weight": held.map { .double($0.weight) } ?? .null, "is_eligible": .bool(!arms.isEmpty),
        ])
      }
    }
    return out
  }

  private static func sum(_ arms: [Decision.Arm], _ propensity: KeyPath<Decision.Arm, UInt64>) -> JSONValue {
    .double(DigestNumber.significant(arms.reduce(0) { $0 + Propensity.double($1[keyPath: propensity]) }, digits: 4))
  }

  /// A segment's decisions in a cycle; nil where it was not decided for.
  private func decided(_ segment: String, cycle: Int) async throws(StorageError) -> [String]? {
    let newest = try await state.cycles(before: nil, limit: 1).first?.number ?? cycle
    let history = try await state.history(ofSegment: segment, limit: max(1, newest - cycle + 1))
    return history.first { $0.cycle == cycle }?.row.decisions
  }

  // MARK: Whether it was right

  private func scores(_ run: AgentRunRecord) async throws(StorageError) -> [JSONValue] {
    guard run.segments.contains(where: { $0.accepted.items.contains { $0.claim.scored != nil } }) else { return [] }
    let now = clock.now()
    let join = rewardsSoFar(at: now)
    let evidence = try await agentEvidence(join, at: now, placements: policy.placements, forgets: false)
    return run.segments.flatMap { looked in
      looked.accepted.items.compactMap { item -> JSONValue? in
        guard let prediction = item.claim.scored, let placement = policy.placement(item.placement) else { return nil }
        let key = AgentEvidence.ClaimKey(
          author: run.author, segment: looked.segment, placement.code, item.claim, prediction)
        let seen = evidence.observed[key] ?? AgentEvidence.Observed()
        return [
          "segment": .string(looked.segment), "placement": .string(item.placement), "part": prediction.part.json,
          "reason": .string(item.claim.code), "reward": .string(placement.reward.rawValue),
          "is_more": .bool(prediction.isMore),
          "baseline": .double(prediction.baseline), "outcome": .string(Engine.outcome(seen, key, at: now)),
          "exposures": .integer(seen.count), "exposures_needed": .integer(AgentEvidence.exposuresMin),
          "mean": seen.count == 0 ? .null : .double(DigestNumber.significant(seen.sum / Double(seen.count), digits: 3)),
          "due": .instant(key.end),
        ]
      }
    }
  }

  private static func outcome(
    _ seen: AgentEvidence.Observed, _ key: AgentEvidence.ClaimKey, at instant: Instant
  ) -> String {
    guard key.end <= instant else { return "too_early" }
    return seen.isRight(key).map { $0 ? "came_true" : "did_not" } ?? "undecided"
  }

  /// Requests and answers as they went over the wire; their headers, which have the key, are not kept.
  private func bytes(_ run: AgentRunRecord) async throws(StorageError) -> [JSONValue] {
    let blobs = try await agents.runs.blobs(run.exchanges.flatMap { $0.request + [$0.response] })
    return run.exchanges.map { exchange in
      let request = exchange.request.flatMap { blobs[$0] ?? [] }
      return [
        "request": .string(String(decoding: request, as: UTF8.self)),
        "response": .string(String(decoding: blobs[exchange.response] ?? [], as: UTF8.self)),
      ]
    }
  }
}

extension RunPlace {
  /// For a link to what comes after.
  var cursor: String { "\(cycle).\(id)" }

  init?(cursor: String) {
    let parts = cursor.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let cycle = Int(parts[0]) else { return nil }
    self.init(cycle: cycle, id: String(parts[1]))
  }
}
