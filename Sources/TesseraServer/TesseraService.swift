package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import ServiceLifecycle
package import TesseraModel
package import TesseraRuntime

/// The server: hot path, API, dashboard and scheduler on one port.
package struct TesseraService: Sendable {
  package let engine: Engine
  let operations: Operations
  let keys: APIKeys
  let sessions: Sessions
  let metrics = ServerMetrics()
  let allowedOrigins: [String]
  let logger: Logger

  package init(
    engine: Engine, operations: Operations, keys: APIKeys, sessions: Sessions, allowedOrigins: [String], logger: Logger
  ) {
    (self.engine, self.operations, self.keys, self.sessions) = (engine, operations, keys, sessions)
    (self.allowedOrigins, self.logger) = (allowedOrigins, logger)
  }

  /// When cycles run by themselves.
  package struct Schedule: Sendable {
    /// How many times faster than the wall the shop's clock runs.
    let speed: Int64
    /// Told the report of each cycle.
    let onCycle: @Sendable (JSONValue) -> Void

    package init(speed: Int64 = 1, onCycle: @escaping @Sendable (JSONValue) -> Void = { _ in }) {
      (self.speed, self.onCycle) = (speed, onCycle)
    }
  }

  /// The application, ready to run.
  /// - Parameters:
  ///   - schedule: nil when the shop's clock stands still.
  ///   - services: run beside it, and stopped with it.
  ///   - onListening: told the port once requests are taken.
  package func application(
    host: String, port: Int, schedule: Schedule?, services: [any Service] = [],
    onListening: @escaping @Sendable (Int) async -> Void
  ) -> some ApplicationProtocol {
    let limits = FrontLimits()
    let limiter = ConnectionLimiter(maxConnections: limits.maxConnections, maxRefusals: limits.maxRefusals)
    let decide = DecideService(engine: engine, keys: keys, metrics: metrics, allowedOrigins: allowedOrigins)
    var application = Application(
      router: router(decide, limiter),
      server: .front(responder: DecideConnections(decide), limits: limits, limiter: limiter),
      configuration: .init(address: .hostname(host, port: port), serverName: nil),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: logger)
    if let schedule {
      application.addServices(
        CycleScheduler(engine: engine, logger: logger, speed: schedule.speed, onCycle: schedule.onCycle))
    }
    for service in services { application.addServices(service) }
    return application
  }

  private func router(_ decide: DecideService, _ limiter: ConnectionLimiter) -> Router<BasicRequestContext> {
    let system = SystemRoutes(
      engine: engine, operations: operations, metrics: metrics, limiter: limiter, sessions: sessions,
      allowedOrigins: allowedOrigins)
    var table = RouteTable(keys: keys, sessions: sessions)
    let api =
      DecisionRoutes(engine: engine, decide: decide, keys: keys).routes
      + AgentRoutes(engine: engine).routes
      + FactRoutes(engine: engine, keys: keys, metrics: metrics).routes
    let listed = api + system.routes(documented: { [] })
    table.routes = api + system.routes(documented: { listed }) + DashboardRoutes(engine: engine).routes
    return table.router(allowedOrigins: allowedOrigins)
  }
}
