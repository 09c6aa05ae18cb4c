import HTTPTypes
import Hummingbird
import TesseraModel
import TesseraRuntime

/// What operators and the command line ask.
struct SystemRoutes: Sendable {
  let engine: Engine
  let operations: Operations
  let metrics: ServerMetrics
  let limiter: ConnectionLimiter
  let sessions: Sessions
  let allowedOrigins: [String]

  func routes(documented: @escaping @Sendable () -> [Route]) -> [Route] {
    [
      Route(
        method: .get, path: "/healthz", summary: "Whether the process is alive.", access: .everyone,
        handle: { _ in .json(["status": "ok"]) }),
      Route(
        method: .get, path: "/readyz", summary: "Whether facts are accepted and decide answers.", access: .everyone,
        handle: { _ in ready() }),
      Route(
        method: .get, path: "/metrics", summary: "Prometheus text.", access: .everyone,
        handle: { _ in .text(metrics.text(engine, connections: limiter.connections), type: "text/plain; version=0.0.4")
        }),
      Route(
        method: .get, path: "/openapi.json", summary: "This interface, as OpenAPI 3.1.", access: .everyone,
        handle: { _ in .json(OpenAPI.document(documented())) }),
      Route(
        method: .get, path: "/docs", summary: "This interface, as a page.", access: .everyone,
        handle: { _ in .text(OpenAPI.page(documented()), type: "text/html; charset=utf-8") }),
      Route(
        method: .post, path: "/v1/admin/{operation}", summary: "Carries out a command for the command line.",
        access: .admin,
        body: "The operation's arguments.",
        handle: { call in .json(try await operations.run(call.parameter("operation"), try await call.json())) }),
      Route(
        method: .get, path: "/login", summary: "Trades a one-time link for a session.", access: .everyone,
        query: [("link", "From the start-up message.")], handle: { login($0) }),
      Route(
        method: .options, path: "/v1/events", summary: "CORS preflight.", access: .everyone, handle: { preflight($0) }),
      Route(
        method: .options, path: "/v1/decide", summary: "CORS preflight.", access: .everyone, handle: { preflight($0) }),
    ]
  }

  private func ready() -> Response {
    let book = engine.serving.current
    let age = book.map { max(0, $0.at.age(at: engine.clock.now()) / Instant.second) }
    return .json([
      "status": "ready", "log_position": .integer(engine.position), "cycle": book.map { .integer($0.cycle) } ?? .null,
      "book_at": .instant(book?.at), "book_age_seconds": age.map { .integer($0) } ?? .null,
    ])
  }

  private func login(_ call: Call) -> Response {
    guard let session = call.query("link").flatMap({ sessions.open(link: $0) }) else {
      return LoginPage.response(Problem(.unauthorized, "this link was used or has expired"))
    }
    return Response(
      status: .seeOther,
      headers: [
        .location: "/", .cacheControl: "no-store",
        .setCookie: "\(DashboardCookie.name)=\(session); Path=/; HttpOnly; SameSite=Lax; Max-Age=43200",
      ])
  }

  private func preflight(_ call: Call) -> Response {
    guard let origin = call.request.headers[.origin], allowedOrigins.contains(origin) else {
      return Response(status: .noContent, headers: [.vary: "Origin"])
    }
    return Response(
      status: .noContent,
      headers: [
        .vary: "Origin", .accessControlAllowOrigin: origin, .accessControlAllowMethods: "GET, POST",
        .accessControlAllowHeaders: "authorization, content-type", .accessControlMaxAge: "600",
      ])
  }
}

/// Lets browsers of listed origins read the answers of the two calls that a publishable key may make.
struct OriginMiddleware: RouterMiddleware {
  typealias Context = BasicRequestContext
  let allowedOrigins: [String]

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard let origin = request.headers[.origin], ["/v1/events", "/v1/decide"].contains(request.uri.path),
      allowedOrigins.contains(origin)
    else { return response }
    response.headers[.vary] = "Origin"
    response.headers[.accessControlAllowOrigin] = origin
    return response
  }
}
