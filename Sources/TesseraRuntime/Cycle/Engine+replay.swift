import TesseraBandits
import TesseraDecisions
package import TesseraModel
import TesseraSegments
import TesseraStorage

/// What rebuilding a cycle showed.
package struct ReplayReport: Sendable, Equatable {
  package let cycle: Int
  package let isIdentical: Bool
  /// The first difference, or nil.
  package let difference: String?
  /// What the reader should know, such as that facts were erased since.
  package let notes: [String]
  /// What agents' looks of the cycle come to today; nil when the book already differs.
  package var looks: LooksReplayed?

  package var json: JSONValue {
    var object = JSONObject([
      ("cycle", .integer(cycle)), ("identical", .bool(isIdentical)), ("difference", .optional(difference)),
      ("notes", .strings(notes)),
    ])
    if let looks { object["looks"] = looks.json }
    return .object(object)
  }
}

extension Engine {
  /// Rebuilds a cycle from its recorded inputs and the log, and compares byte for byte; goes through its looks again.
  /// - Parameter isLive: also asks the model again, and tells how far it agrees with what it said.
  package func replay(cycle number: Int, isLive: Bool = false) async throws(EngineError) -> ReplayReport {
    do throws(StorageError) {
      guard let row = try await state.cycle(number), row.status == .published,
        let record = try await state.record(ofCycle: number)
      else { return try notThere(number) }
      let input: PlannerInput
      do {
        input = try PlannerInput(json: try JSONParser.parse(record.input), box: AxisRegistry.box)
      } catch {
        return ReplayReport(cycle: number, isIdentical: false, difference: "the recorded input: \(error)", notes: [])
      }
      var notes: [String] = []
      if let difference = try await factsDifference(input, notes: &notes) {
        notes += Engine.otherRules(input)
        return ReplayReport(cycle: number, isIdentical: false, difference: difference, notes: notes)
      }
      let book = Planner(input).plan()
      let difference = try await bookDifference(book, stored: record.book)
      if difference != nil { notes += Engine.otherRules(input) }
      var report = ReplayReport(cycle: number, isIdentical: difference == nil, difference: difference, notes: notes)
      if report.isIdentical { report.looks = try await replayLooks(input, book, isLive: isLive) }
      return report
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// What to know of a difference to a cycle that was decided by other rules.
  private static func otherRules(_ input: PlannerInput) -> [String] {
    guard input.rules != Planner.rules else { return [] }
    return [
      "another version of Tessera made this cycle, which decided by other rules: rebuild it with that version to see "
        + "whether it was changed"
    ]
  }

  private func notThere(_ number: Int) throws(StorageError) -> ReplayReport {
    throw StorageError("there is no published cycle \(number); `tessera cycle` makes one")
  }

  /// Folds the log up to the cycle's position again and compares what it gives with what was recorded.
  private func factsDifference(_ input: PlannerInput, notes: inout [String]) async throws(StorageError) -> String? {
    var past = Memory()
    try await fold(after: 0, upTo: input.position, into: &past)
    let rebuilt = await gather(
      past, cycle: input.cycle, at: input.at, previous: input.previous, previousRelaxation: input.previousRelaxation,
      policy: input.policy, utcOffset: input.utcOffsetSeconds
    ).input
    guard case .object(let new) = rebuilt.factsJSON, case .object(let old) = input.factsJSON else { return nil }
    for (a, b) in zip(new, old) where JSONWriter.bytes(a.value) != JSONWriter.bytes(b.value) {
      if try await !log.erasedHashes().isEmpty {
        notes.append("facts were erased since: the recorded aggregates were used instead of the log")
        return nil
      }
      let at = Engine.firstDifference(JSONWriter.bytes(a.value), JSONWriter.bytes(b.value))
      return "\(a.name), rebuilt from the facts, differs from the record at byte \(at.offset): \(at.excerpts)"
    }
    return nil
  }

  private func bookDifference(_ book: DecisionBook, stored: [UInt8]) async throws(StorageError) -> String? {
    let bytes = book.bytes
    guard bytes == stored else {
      let at = Engine.firstDifference(bytes, stored)
      let line = bytes.prefix(at.offset).count { $0 == 10 } + 1
      return "the book differs at byte \(at.offset), line \(line): \(at.excerpts)"
    }
    let records = try await state.decisions(Array(book.records.keys))
    for (id, record) in book.records.sorted(by: { $0.key < $1.key }) {
      guard let held = records[id] else { return "the decision \(id) is not stored" }
      guard held == record else {
        let at = Engine.firstDifference(record, held)
        return "the decision \(id) differs at byte \(at.offset): \(at.excerpts)"
      }
    }
    return nil
  }

  /// Where two texts part, and what each says there.
  private static func firstDifference(_ a: [UInt8], _ b: [UInt8]) -> (offset: Int, excerpts: String) {
    var i = 0
    while i < a.count, i < b.count, a[i] == b[i] { i += 1 }
    func excerpt(_ bytes: [UInt8]) -> String {
      String(decoding: bytes[max(0, min(i, bytes.count) - 20)..<min(bytes.count, i + 40)], as: UTF8.self)
    }
    return (i, "rebuilt \"…\(excerpt(a))…\", recorded \"…\(excerpt(b))…\"")
  }
}
