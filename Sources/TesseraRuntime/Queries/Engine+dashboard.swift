import TesseraDecisions
package import TesseraModel
import TesseraStorage

extension Engine {
  /// The shop's offset from UTC at an instant, seconds east.
  package func utcOffsetSeconds(at instant: Instant) -> Int { utcOffset(at: instant) }

  /// The order in which a cycle relaxed axes, with the reasons.
  package func relaxation(ofCycle number: Int) async throws(EngineError) -> [(axis: String, reason: String)] {
    do throws(StorageError) {
      guard let row = try await state.cycle(number), row.status == .published else { return [] }
      return try await book(ofCycle: row)?.book.relaxation ?? []
    } catch {
      throw EngineError(.storage, error.message)
    }
  }
}
