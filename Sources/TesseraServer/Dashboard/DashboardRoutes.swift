import HTTPTypes
import Hummingbird
import TesseraModel
import TesseraRuntime

/// The dashboard's pages; all but the judgement of a proposed text are read-only.
struct DashboardRoutes: Sendable {
  let engine: Engine
  let memo = DashboardMemo()

  var routes: [Route] {
    [
      page("/", "Overview.", .overview) { _ in try await OverviewPage(engine: engine, memo: memo).page() },
      page("/segments", "Decided segments.", .segments) { try await SegmentListPage(engine: engine).page($0) },
      Route(
        method: .get, path: "/segments/{id}", summary: "A segment: a page, or with .json a document.",
        access: .dashboard, handle: { try await segment($0) }),
      Route(
        method: .get, path: "/decisions/{id}", summary: "A decision's record: a page, or with .json a document.",
        access: .dashboard, handle: { try await decision($0) }),
      page("/learning", "What the groups earned, and the lift of decisions.", .learning) { _ in
        try await LearningPage(engine: engine, memo: memo).page()
      },
      page("/agents", "What agents did, cost and earned.", .agents) { _ in try await AgentsPage(engine: engine).page()
      },
      page("/agents/runs", "Agents' looks.", .agents) { try await AgentRunListPage(engine: engine).page($0) },
      page("/agents/runs/{id}", "A look as a story.", .agents) { call in
        try await AgentRunPage(engine: engine).page(call.parameter("id"))
      },
      page("/agents/texts", "Texts that agents proposed.", .agents) { _ in try await TextsPage(engine: engine).page() },
      Route(
        method: .post, path: "/agents/texts/{id}", summary: "Approves, rejects or stops a proposed text.",
        access: .dashboard, body: "judgement=approve, reject or stop, as the page's forms send it",
        handle: { try await TextsPage(engine: engine).judge($0) }),
      page("/plan", "How fine the store can afford to be.", .plan) { _ in
        try await PlanPage(engine: engine, memo: memo).page()
      },
      page("/cycles", "Cycles.", .cycles) { try await CyclePages(engine: engine, memo: memo).list($0) },
      page("/cycles/{id}", "A cycle.", .cycles) { try await CyclePages(engine: engine, memo: memo).one($0) },
      page("/customers", "A customer.", .customers) { try await CustomerPage(engine: engine).page($0.query("id")) },
      Route(
        method: .get, path: "/assets/dashboard.css", summary: "The style sheet.", access: .everyone,
        handle: { DashboardStyle.response($0) }),
    ] + DashboardPage.Section.allCases.filter { $0 != .overview }.map(nothing)
  }

  /// A page; what goes wrong is a page too, since a person reads it.
  private func page(
    _ path: String, _ summary: String, _ section: DashboardPage.Section,
    _ make: @escaping @Sendable (Call) async throws -> DashboardPage
  ) -> Route {
    Route(method: .get, path: path, summary: summary, access: .dashboard) { call in
      try await DashboardRoutes.shown(section) { try await make(call) }.response
    }
  }

  /// Anything deeper than the pages of a section.
  private func nothing(_ section: DashboardPage.Section) -> Route {
    Route(method: .get, path: section.href + "/{id}/**", summary: "Nothing.", access: .dashboard) { call in
      DashboardPage.failure(.notFound, "there is nothing at \(call.request.uri.path.prefix(200))", section: section)
        .response
    }
  }

  private static func shown(
    _ section: DashboardPage.Section, _ make: () async throws -> DashboardPage
  ) async throws -> DashboardPage {
    do { return try await make() } catch let error as EngineError {
      return DashboardPage.failure(Problem(error).status, error.message, section: section)
    } catch let problem as Problem {
      return DashboardPage.failure(problem.status, problem.detail, section: section)
    }
  }

  private func segment(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    if id == "random" { return try await sample() }
    if id.hasSuffix(".json") { return .json(try await engine.segment(String(id.dropLast(5)))) }
    return try await DashboardRoutes.shown(.segments) { try await SegmentPage(engine: engine).page(id) }.response
  }

  private func decision(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    if id.hasSuffix(".json") { return .json(try await engine.decision(String(id.dropLast(5)))) }
    return try await DashboardRoutes.shown(.segments) { try await DecisionPage(engine: engine).page(id) }.response
  }

  /// Leads to a segment picked at random, another one each time.
  private func sample() async throws -> Response {
    var generator = SystemRandomNumberGenerator()
    guard let id = try await engine.decidedSegment(pick: generator.next()) else {
      return DashboardPage.failure(.notFound, "there is no decision book yet; run `tessera cycle`", section: .segments)
        .response
    }
    return Response(status: .seeOther, headers: [.location: "/segments/\(id)", .cacheControl: "no-store"])
  }
}
