package import TesseraDecisions
import TesseraModel
import TesseraSegments
package import TesseraStorage

extension Engine {
  /// The cycle in force now and its book; nil before the first cycle.
  package func bookInForce() async throws(EngineError) -> (row: CycleRow, book: DecisionBook)? {
    do throws(StorageError) {
      guard let row = try await state.cycleInForce(at: clock.now()) else { return nil }
      return try await book(ofCycle: row)
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// Reads a published cycle's book; the last one read is remembered.
  func book(ofCycle row: CycleRow) async throws(StorageError) -> (row: CycleRow, book: DecisionBook)? {
    if let held = bookMemo.held(row.book) { return (row, held) }
    guard let record = try await state.record(ofCycle: row.number),
      let bare = DecisionBook(bytes: record.book, records: [:])
    else { return nil }
    let records = try await state.decisions(bare.entries.flatMap(\.decisions))
    guard let book = DecisionBook(bytes: record.book, records: records) else { return nil }
    bookMemo.hold(book, hash: row.book)
    return (row, book)
  }

  /// Puts the book in force on the hot path, as after a start.
  /// - Returns: whether there is one that is not too old.
  package func activateBookInForce() async throws(EngineError) -> Bool {
    guard let (row, book) = try await bookInForce() else { return false }
    let limit = Int64(policy.guardrails.bookAgeMaxHours) * Instant.hour
    guard row.at.age(at: clock.now()) <= limit else { return false }
    await activateAtStart(book, space: try await axes(ofCycle: row.number))
    return true
  }

  /// The axes that a cycle told customers apart by, which a store may have changed since.
  private func axes(ofCycle number: Int) async throws(EngineError) -> AxisSpace {
    do throws(StorageError) {
      guard let record = try await state.record(ofCycle: number), let json = try? JSONParser.parse(record.input),
        let past = try? Policy(json: json["policy"] ?? .null, box: AxisRegistry.box), past.axes != policy.axes
      else { return space }
      return AxisSpace(past.axes)
    } catch {
      throw EngineError(.storage, error.message)
    }
  }
}
