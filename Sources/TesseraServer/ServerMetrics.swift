import Synchronization
import TesseraModel
import TesseraRuntime

/// Counts since the start, for `/metrics`.
package final class ServerMetrics: Sendable {
  let decisions = Atomic<Int>(0)
  let accepted = Atomic<Int>(0)
  let duplicate = Atomic<Int>(0)
  let rejected = Atomic<Int>(0)
  let refused = Atomic<Int>(0)

  package init() {}

  func count(_ outcome: BatchOutcome) {
    accepted.add(outcome.accepted, ordering: .relaxed)
    duplicate.add(outcome.duplicate, ordering: .relaxed)
    rejected.add(outcome.rejected, ordering: .relaxed)
  }

  /// Prometheus text format.
  func text(_ engine: Engine, connections: Int) -> String {
    var lines: [String] = []
    func add(_ name: String, _ kind: String, _ help: String, _ value: String) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(kind)", "\(name) \(value)"]
    }
    func counter(_ name: String, _ help: String, _ value: borrowing Atomic<Int>) {
      add(name, "counter", help, String(value.load(ordering: .relaxed)))
    }
    counter("tessera_decisions_total", "Decisions answered.", decisions)
    counter("tessera_facts_accepted_total", "Facts accepted and made durable.", accepted)
    counter("tessera_facts_duplicate_total", "Facts that were known already.", duplicate)
    counter("tessera_facts_rejected_total", "Facts rejected with a reason.", rejected)
    counter("tessera_ingest_refused_total", "Requests refused because too much was waiting.", refused)
    add("tessera_log_position", "gauge", "Position of the last fact in the log.", String(engine.position))
    add("tessera_connections", "gauge", "Open connections.", String(connections))
    if let book = engine.serving.current {
      let age = max(0, book.at.age(at: engine.clock.now()) / Instant.second)
      add("tessera_book_age_seconds", "gauge", "Age of the decision book in force.", String(age))
      add("tessera_book_cycle", "gauge", "Cycle of the decision book in force.", String(book.cycle))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
