import TesseraDecisions
package import TesseraModel
import TesseraStorage

extension Engine {
  /// Cycles, the newest first, as their reports.
  package func cycles(before number: Int?, limit: Int) async throws(EngineError) -> [JSONValue] {
    do throws(StorageError) {
      return try await state.cycles(before: number, limit: limit).map(Engine.json)
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  package func cycle(_ number: Int) async throws(EngineError) -> JSONValue {
    let row: CycleRow?
    do throws(StorageError) { row = try await state.cycle(number) } catch { throw EngineError(.storage, error.message) }
    guard let row else { throw EngineError(.notFound, "there is no cycle \(number)") }
    return Engine.json(row)
  }

  static func json(_ row: CycleRow) -> JSONValue {
    var object = row.report.members ?? JSONObject([("cycle", .integer(row.number)), ("at", .instant(row.at))])
    object["status"] = .string(row.status.rawValue)
    return .object(object)
  }

  /// What changed against the cycle before: segments that came and went, and leads that changed, with who caused it.
  package func diff(ofCycle number: Int) async throws(EngineError) -> JSONValue {
    guard let new = try await book(number) else {
      throw EngineError(.notFound, "there is no published cycle \(number)")
    }
    let old = number > 1 ? try await book(number - 1) : nil
    let before = Dictionary((old?.entries ?? []).map { ($0.segment.id, $0) }) { first, _ in first }
    let after = Dictionary(new.entries.map { ($0.segment.id, $0) }) { first, _ in first }
    var changes: [JSONValue] = []
    for entry in new.entries {
      guard let old, let held = before[entry.segment.id] else { continue }
      for (placement, id) in zip(new.placements, entry.decisions) {
        guard let i = old.placements.firstIndex(of: placement), held.decisions[i] != id,
          let was = old.decision(held.decisions[i]), let now = new.decision(id)
        else { continue }
        if let change = Engine.change(was, now, entry) { changes.append(change) }
      }
    }
    func listed(_ entries: [DecisionBook.Entry], missingIn other: [String: DecisionBook.Entry]) -> JSONValue {
      .array(
        entries.filter { other[$0.segment.id] == nil }.map {
          ["id": .string($0.segment.id), "description": .string($0.description), "members": .integer($0.members)]
        })
    }
    return [
      "cycle": .integer(number), "previous": old.map { .integer($0.cycle) } ?? .null,
      "appeared": old == nil ? [] : listed(new.entries, missingIn: before),
      "disappeared": listed(old?.entries ?? [], missingIn: after), "changed": .array(changes),
    ]
  }

  private static func change(_ was: Decision, _ now: Decision, _ entry: DecisionBook.Entry) -> JSONValue? {
    func lead(_ decision: Decision, agent: Bool) -> Decision.Arm? {
      decision.arms.max { a, b in
        let (x, y) = agent ? (a.on, b.on) : (a.off, b.off)
        return x != y ? x < y : b.action < a.action
      }
    }
    let (old, new) = (lead(was, agent: true), lead(now, agent: true))
    guard old?.action != new?.action else { return nil }
    let eligibleBefore = Set(was.arms.map(\.action))
    let cause: String
    if let new, !eligibleBefore.contains(new.action) {
      cause = "eligibility"
    } else if let old, !now.arms.contains(where: { $0.action == old.action }) {
      cause = "eligibility"
    } else if lead(was, agent: false)?.action == lead(now, agent: false)?.action {
      cause = "agent"
    } else {
      cause = "bandit"
    }
    return [
      "segment": .string(entry.segment.id), "description": .string(entry.description),
      "placement": .string(now.placement),
      "from": old?.action.json ?? .null, "to": new?.action.json ?? .null, "cause": .string(cause),
    ]
  }

  private func book(_ number: Int) async throws(EngineError) -> DecisionBook? {
    do throws(StorageError) {
      guard let row = try await state.cycle(number), row.status == .published else { return nil }
      return try await book(ofCycle: row)?.book
    } catch {
      throw EngineError(.storage, error.message)
    }
  }
}
