import TesseraBandits
import TesseraDecisions
package import TesseraModel
import TesseraStorage

extension Engine {
  /// What a published cycle had learned from, a placement: matured exposures, their rewards, and exposures whose window
  /// had not passed. From the recorded posterior, so it says what the cycle knew and not what is known by now.
  package func learned(inCycle number: Int) async throws(EngineError) -> JSONValue {
    let input: [UInt8]?
    do throws(StorageError) { input = try await state.record(ofCycle: number)?.input } catch {
      throw EngineError(.storage, error.message)
    }
    guard let input, let json = try? JSONParser.parse(input),
      let table = json["facts"]?["posterior"].flatMap({ PosteriorTable(json: $0) })
    else { return [] }
    return .array(
      policy.placements.map { placement in
        var sum = PosteriorTable.Cell()
        for (key, cell) in table.cells where key.placement == placement.code { sum += cell }
        return [
          "placement": .string(placement.id), "exposures": .integer(sum.exposures), "rewards": .integer(sum.rewards),
          "pending": .integer(table.pending[placement.code] ?? 0),
        ]
      })
  }

  /// What the analyst claimed in the cycle in force: how often, how many leading actions it changed, and each statement
  /// with the segments it was made for, the one for most people first.
  /// - Parameter limit: statements given.
  package func claimsInForce(limit: Int) async throws(EngineError) -> JSONValue {
    guard let (_, book) = try await bookInForce() else { throw Engine.noBook }
    var tally = ClaimTally()
    for entry in book.entries {
      for id in entry.decisions {
        guard let record = book.records[id], !record.ends(with: ClaimTally.noOverlay),
          let decision = book.decision(id), let overlay = decision.overlay
        else { continue }
        tally.add(overlay, of: decision, entry)
      }
    }
    return tally.json(limit: limit)
  }
}

extension [UInt8] {
  fileprivate func ends(with tail: [UInt8]) -> Bool { suffix(tail.count).elementsEqual(tail) }
}

/// Claims of a book, the same statement counted once.
private struct ClaimTally {
  struct Statement {
    let text: String
    /// The largest segment it was made for.
    var entry: DecisionBook.Entry
    var placements: Set<String> = []
    var segments: Set<String> = []
  }

  /// How a record without an overlay ends; such records are the many, and need not be parsed.
  static let noOverlay = Array("\"overlay\":null}".utf8)

  var claims = 0
  var leadsChanged = 0
  var statements: [String: Statement] = [:]

  mutating func add(_ overlay: Overlay, of decision: Decision, _ entry: DecisionBook.Entry) {
    claims += overlay.claims.count
    if ClaimTally.lead(decision.arms, \.off) != ClaimTally.lead(decision.arms, \.on) { leadsChanged += 1 }
    for claim in overlay.claims {
      let key = claim.code + "\u{1F}" + claim.statement
      var held = statements[key] ?? Statement(text: claim.statement, entry: entry)
      held.placements.insert(decision.placement)
      held.segments.insert(entry.segment.id)
      if (entry.members, held.entry.segment.id) > (held.entry.members, entry.segment.id) { held.entry = entry }
      statements[key] = held
    }
  }

  private static func lead(_ arms: [Decision.Arm], _ propensity: KeyPath<Decision.Arm, UInt64>) -> Action? {
    arms.max { ($0[keyPath: propensity], $1.action) < ($1[keyPath: propensity], $0.action) }?.action
  }

  func json(limit: Int) -> JSONValue {
    let sorted = statements.sorted { a, b in
      let (x, y) = (a.value.entry.members, b.value.entry.members)
      return x != y ? x > y : a.key < b.key
    }
    let rows = sorted.prefix(limit).map { _, statement -> JSONValue in
      [
        "statement": .string(statement.text), "placements": .strings(statement.placements.sorted()),
        "segments": .integer(statement.segments.count), "segment": .string(statement.entry.segment.id),
        "description": .string(statement.entry.description), "members": .integer(statement.entry.members),
      ]
    }
    return [
      "claims": .integer(claims), "leads_changed": .integer(leadsChanged), "statements": .array(Array(rows)),
      "statements_total": .integer(statements.count),
    ]
  }
}
