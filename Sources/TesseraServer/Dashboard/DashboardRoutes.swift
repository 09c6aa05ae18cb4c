import Hummingbird
import TesseraModel
import TesseraRuntime

/// The dashboard's pages.
struct DashboardRoutes: Sendable {
  let engine: Engine

  var routes: [Route] { [] }
}
