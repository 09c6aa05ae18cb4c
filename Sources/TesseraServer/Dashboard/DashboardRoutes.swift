import HTTPTypes
import Hummingbird
import TesseraDecisions
import TesseraModel
import TesseraRuntime

/// The dashboard's pages, all read-only.
struct DashboardRoutes: Sendable {
  let engine: Engine

  var routes: [Route] {
    [
      page("/", "Overview") { _ in try await OverviewPage(engine: engine).page() },
      page("/segments", "Segments") { try await SegmentListPage(engine: engine).page($0) },
      Route(
        method: .get, path: "/segments/{id}", summary: "A segment, as a page or (.json) as JSON", access: .dashboard,
        handle: { try await segment($0) }),
      page("/cycles", "Cycles") { _ in try await CyclePages(engine: engine).list() },
      page("/cycles/{n}", "A cycle") { call in
        guard let number = Int(call.parameter("n")) else { throw EngineError(.notFound, "there is no such cycle") }
        return try await CyclePages(engine: engine).one(number)
      },
      page("/customers", "A customer") { try await CustomerPage(engine: engine).page($0.query("id")) },
      Route(
        method: .get, path: "/assets/dashboard.css", summary: "The style sheet", access: .dashboard,
        handle: { _ in .text(DashboardStyle.css, type: "text/css; charset=utf-8") }),
    ]
  }

  private func page(
    _ path: String, _ summary: String, _ make: @escaping @Sendable (Call) async throws -> DashboardPage
  ) -> Route {
    Route(method: .get, path: path, summary: summary, access: .dashboard) { call in
      do { return try await make(call).response() } catch let error as EngineError where error.code == .notFound {
        return DashboardRoutes.notFound(error.message)
      }
    }
  }

  private func segment(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    if id == "random" {
      guard let (_, book) = try await engine.bookInForce(), !book.entries.isEmpty else {
        return DashboardRoutes.notFound("there is no decision book yet; `tessera cycle` makes one")
      }
      var generator = SystemRandomNumberGenerator()
      let pick = Int(generator.next(upperBound: UInt64(book.entries.count)))
      return Response(
        status: .seeOther,
        headers: [.location: "/segments/\(book.entries[pick].segment.id)", .cacheControl: "no-store"])
    }
    do throws(EngineError) {
      if id.hasSuffix(".json") { return .json(try await engine.segment(String(id.dropLast(5)))) }
    } catch {
      throw Problem(error)
    }
    do { return try await SegmentPage(engine: engine).page(id).response() } catch let error as EngineError
      where error.code == .notFound
    {
      return DashboardRoutes.notFound(error.message)
    }
  }

  private static func notFound(_ message: String) -> Response {
    let content = DashboardPage.render(
      DashboardPage.template("<h1>Not found</h1><p>{{message}}.</p><p><a href=\"/segments\">All segments</a></p>"),
      ["message": message])
    return DashboardPage(section: "", title: "Not found", content: content).response(status: .notFound)
  }
}
