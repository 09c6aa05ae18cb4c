import TesseraDecisions
package import TesseraModel
import TesseraSegments
import TesseraStorage

/// Which segments to list.
package struct SegmentFilter: Sendable {
  /// Axis → value; both in words.
  package var axes: [(axis: String, value: String)] = []
  /// Words that the description must contain.
  package var search = ""
  package var order = Order.members

  /// What a list of segments is sorted by.
  package enum Order: String, Sendable, CaseIterable {
    case members, description, level
  }

  package init() {}

  func admits(_ entry: DecisionBook.Entry) -> Bool {
    guard axes.allSatisfy({ entry.segment[$0.axis]?.text == $0.value }) else { return false }
    let description = entry.description.lowercased()
    return search.lowercased().split(separator: " ").allSatisfy {
      description.contains($0) || entry.segment.id.hasPrefix($0)
    }
  }
}

extension Engine {
  /// Decided segments of the book in force.
  /// - Parameters:
  ///   - cursor: how many to leave out.
  ///   - limit: how many to give.
  package func segments(
    _ filter: SegmentFilter, cursor: Int = 0, limit: Int
  ) async throws(EngineError) -> (rows: [JSONValue], total: Int) {
    for (axis, _) in filter.axes where !space.names.contains(axis) {
      throw EngineError(
        .invalid, "there is no axis \"\(axis)\"\(NearestName.suggestion(for: axis, among: space.names))")
    }
    guard let (_, book) = try await bookInForce() else { return ([], 0) }
    var entries = book.entries.filter(filter.admits)
    switch filter.order {
    case .members: entries.sort { ($0.members, $1.description) > ($1.members, $0.description) }
    case .description: entries.sort { $0.description < $1.description }
    case .level: entries.sort { ($0.level, $1.members) < ($1.level, $0.members) }
    }
    let rows = entries.dropFirst(cursor).prefix(limit).map { Engine.summary($0, book) }
    return (Array(rows), entries.count)
  }

  /// A segment in a line: who, how many, and what leads for them.
  static func summary(_ entry: DecisionBook.Entry, _ book: DecisionBook) -> JSONValue {
    let decisions = zip(book.placements, entry.decisions).map { placement, id -> JSONValue in
      let decision = book.decision(id)
      let lead = decision?.arms.max { ($0.off, $1.action) < ($1.off, $0.action) }
      return [
        "placement": .string(placement), "decision": .string(id), "action": lead?.action.json ?? .null,
        "propensity": lead.map { .double((Propensity.double($0.off) * 1e6).rounded() / 1e6) } ?? .null,
        "eligible": .integer(decision?.arms.count ?? 0), "claims": .integer(decision?.overlay?.claims.count ?? 0),
      ]
    }
    return [
      "id": .string(entry.segment.id), "description": .string(entry.description), "members": .integer(entry.members),
      "level": .integer(entry.level), "axes": entry.segment.json, "relaxed": .strings(entry.segment.relaxed),
      "decisions": .array(decisions),
    ]
  }

  /// One segment with its decisions in full; also a micro-segment that rolled up, with the segment it rolled up to.
  package func segment(_ id: String) async throws(EngineError) -> JSONValue {
    guard let (row, book) = try await bookInForce() else { throw Engine.noBook }
    if let entry = book.entries.first(where: { $0.segment.id == id }) {
      guard case .object(var object) = Engine.summary(entry, book) else { return .null }
      object["cycle"] = .integer(row.number)
      object["at"] = .instant(row.at)
      object["records"] = .array(entry.decisions.map { $0.isEmpty ? .null : book.recordJSON($0) })
      return .object(object)
    }
    if let rolledUp = try await rolledUpSegment(id, row, book) { return rolledUp }
    throw EngineError(
      .notFound, "there is no active segment \(id) in cycle \(row.number); `tessera segments list` names them")
  }

  private func rolledUpSegment(_ id: String, _ row: CycleRow, _ book: DecisionBook) async throws(EngineError)
    -> JSONValue?
  {
    do throws(StorageError) {
      guard let record = try await state.record(ofCycle: row.number), let json = try? JSONParser.parse(record.input),
        let census = json["facts"]?["census"].flatMap({ Census(json: $0) }),
        let found = census.entries.first(where: { census.segment(of: $0.key).id == id })
      else { return nil }
      let segment = census.segment(of: found.key)
      let order = book.relaxation.compactMap { step in census.axes.firstIndex(of: step.axis) }
      let ids = Dictionary(book.entries.map { ($0.segment.id, $0) }) { first, _ in first }
      for level in 0...order.count {
        let relaxed = census.segment(of: found.key.relaxed(SegmentMask(relaxing: order.prefix(level))))
        guard let decided = ids[relaxed.id] else { continue }
        return [
          "id": .string(id), "description": .string(SegmentDescription.sentence(segment, phrases: phrases)),
          "members": .integer(found.active), "axes": segment.json, "relaxed": [],
          "rolled_up_to": Engine.summary(decided, book), "cycle": .integer(row.number), "at": .instant(row.at),
        ]
      }
      return nil
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// A segment's decisions, cycle by cycle.
  package func history(ofSegment id: String, limit: Int) async throws(EngineError) -> [JSONValue] {
    do throws(StorageError) {
      var out: [JSONValue] = []
      for (cycle, row) in try await state.history(ofSegment: id, limit: limit) {
        let at = try await state.cycle(cycle)?.at
        let records = try await state.decisions(row.decisions)
        let decisions = row.decisions.map { id -> JSONValue in
          let decision = records[id].flatMap { try? JSONParser.parse($0) }.flatMap { Decision(json: $0) }
          let lead = decision?.arms.max { ($0.off, $1.action) < ($1.off, $0.action) }
          return [
            "decision": .string(id), "placement": .optional(decision?.placement), "action": lead?.action.json ?? .null,
            "propensity": lead.map { .double((Propensity.double($0.off) * 1e6).rounded() / 1e6) } ?? .null,
          ]
        }
        out.append([
          "cycle": .integer(cycle), "at": .instant(at), "members": .integer(row.members),
          "decisions": .array(decisions),
        ])
      }
      return out
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// The whole record of a decision.
  package func decision(_ id: String) async throws(EngineError) -> JSONValue {
    do throws(StorageError) {
      guard let record = try await state.decisions([id])[id], case .object(var object)? = try? JSONParser.parse(record)
      else {
        throw StorageError("")
      }
      object["id"] = .string(id)
      return .object(object)
    } catch {
      if error.message.isEmpty { throw EngineError(.notFound, "there is no decision \(id.prefix(40))") }
      throw EngineError(.storage, error.message)
    }
  }

  static let noBook = EngineError(.notFound, "there is no decision book yet; `tessera cycle` makes one")
}

extension DecisionBook {
  package func decision(_ id: String) -> Decision? { Decision(json: recordJSON(id)) }
  package func recordJSON(_ id: String) -> JSONValue {
    guard let record = records[id], case .object(var object)? = try? JSONParser.parse(record) else { return .null }
    object["id"] = .string(id)
    return .object(object)
  }
}
