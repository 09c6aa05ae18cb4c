import Logging
import ServiceLifecycle
import TesseraModel
import TesseraRuntime
import TesseraStorage

/// Runs a cycle at the start of each hour of the shop. It takes no input and may be stopped at any time: an hour cut
/// off is taken up at the next start.
struct CycleScheduler: Service {
  let engine: Engine
  let logger: Logger
  /// How many times faster than the wall the shop's clock runs.
  let speed: Int64
  /// Told each published cycle.
  let onCycle: @Sendable (JSONValue) -> Void

  init(engine: Engine, logger: Logger, speed: Int64 = 1, onCycle: @escaping @Sendable (JSONValue) -> Void = { _ in }) {
    (self.engine, self.logger, self.speed, self.onCycle) = (engine, logger, speed, onCycle)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let now = engine.clock.now()
        let next = now.hourStart.adding(Instant.hour)
        try? await Task.sleep(for: .milliseconds((next.milliseconds - now.milliseconds) / speed + 1))
        if Task.isCancelled { return }
        do throws(EngineError) {
          let (row, isNew) = try await engine.runCycle()
          if isNew { onCycle(row.report) }
        } catch {
          logger.error("the cycle failed; the last book stays in force", metadata: ["error": "\(error)"])
        }
      }
    }
  }
}
