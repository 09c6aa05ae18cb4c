import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import TesseraModel
import TesseraRuntime

/// A route as it is registered and documented: one list makes the router, the OpenAPI document and the answer to a
/// wrong method.
struct Route: Sendable {
  /// Who may call it.
  enum Access: String, Sendable {
    case everyone, publishable, secret, admin, dashboard
  }

  let method: HTTPRequest.Method
  /// With `{name}` for parameters.
  let path: String
  let summary: String
  let access: Access
  /// Query parameters: name and meaning.
  var query: [(name: String, meaning: String)] = []
  /// What the body holds, in words; nil without one.
  var body: String?
  let handle: @Sendable (Call) async throws -> Response
}

/// A request with what the routes ask of it.
struct Call: Sendable {
  let request: Request
  let context: BasicRequestContext
  let caller: Caller?
  /// What its body may take of the memory that all bodies share.
  let room: BodyBudget.Share

  /// A part of the path, percent-decoded: ids may be any text. What is wrongly encoded is taken as it stands.
  func parameter(_ name: String) -> String {
    let raw = context.parameters.get(name) ?? ""
    return QueryBytes.decoded(Array(raw.utf8)[...], hasPlus: false).flatMap { String(validating: $0, as: UTF8.self) }
      ?? raw
  }
  func query(_ name: String) -> String? { request.uri.queryParameters[Substring(name)].map(String.init) }

  func number(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(Problem) -> Int {
    guard let text = query(name) else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw Problem(.badRequest, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The body, at most as long as the front lets through, if there is room for it beside those of other requests.
  func body() async throws -> [UInt8] {
    let longest = FramingLimits.defaultBodyBytes
    let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    try room.expect(announced)
    var body: [UInt8] = []
    // Growing step by step would hold most of a body twice, outside of what is counted.
    body.reserveCapacity(min(announced, longest))
    for try await part in request.body {
      guard part.readableBytes <= longest - body.count else { throw HTTPError(.contentTooLarge) }
      try room.take(part.readableBytes)
      body.append(contentsOf: part.readableBytesView)
    }
    return body
  }

  func json() async throws -> JSONValue { try Call.json(try await body()) }

  static func json(_ body: [UInt8]) throws(Problem) -> JSONValue {
    do throws(JSONError) { return try JSONParser.parse(body) } catch {
      throw Problem(.badRequest, "the body is not JSON: \(error)")
    }
  }
}

/// All routes, and how they become a router.
struct RouteTable: Sendable {
  var routes: [Route] = []
  let keys: APIKeys
  let sessions: Sessions
  var bodies = BodyBudget()

  func router(allowedOrigins: [String]) -> Router<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: OriginMiddleware(allowedOrigins: allowedOrigins))
    router.add(middleware: ProblemMiddleware(table: self))
    for route in routes {
      router.on(RouterPath(stringLiteral: route.path), method: route.method) { request, context in
        let caller = try admit(request, route)
        let room = bodies.share()
        // However the request ends, and also if its connection does: whoever waits for the body then waits no more.
        defer { room.giveBack() }
        return try await route.handle(Call(request: request, context: context, caller: caller, room: room))
      }
    }
    return router
  }

  /// Lets a request through to a route or says why not.
  private func admit(_ request: Request, _ route: Route) throws(Problem) -> Caller? {
    let parameter = request.uri.queryParameters["key"].map { Array($0.utf8) }
    let caller = keys.caller(
      authorization: request.headers[.authorization].map { Array($0.utf8) }, parameter: parameter)
    switch route.access {
    case .everyone: return caller
    case .publishable:
      guard let caller else { throw DecideService.noKey }
      return caller
    case .secret:
      guard let caller else { throw DecideService.noKey }
      guard caller != .publishable else {
        throw Problem(.forbidden, "this needs the secret key; a publishable key may send events and ask for decisions")
      }
      return caller
    case .admin:
      guard caller == .admin else { throw Problem(.forbidden, "this is for the command line of the server's machine") }
      return caller
    case .dashboard:
      if keys.isOpen || caller == .secret || caller == .admin { return caller }
      let session = request.headers[.cookie].flatMap(DashboardCookie.session)
      guard let session, sessions.isOpen(session: session) else {
        throw Problem(.unauthorized, "follow the log-in link that `tessera serve` printed; restart it for a new one")
      }
      return caller
    }
  }

  /// Methods that a path answers to, for 405.
  func methods(at path: String) -> [String] {
    let parts = path.split(separator: "/")
    return routes.filter { route in
      let pattern = route.path.split(separator: "/")
      return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }.map(\.method.rawValue)
  }
}

/// The cookie of a dashboard session.
enum DashboardCookie {
  static let name = "tessera_session"

  static func session(_ header: String) -> String? {
    for part in header.split(separator: ";") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      if pair.count == 2, pair[0] == name { return String(pair[1]) }
    }
    return nil
  }
}

/// Turns every error into a problem document, and an unknown path into 404 or 405.
struct ProblemMiddleware: RouterMiddleware {
  typealias Context = BasicRequestContext
  let table: RouteTable

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      if problem.status == .unauthorized, wantsPage(request) { return LoginPage.response(problem) }
      return problem.response
    } catch let error as HTTPError {
      return problem(for: error.status, request).response
    } catch let error as EngineError {
      return Problem(error).response
    } catch is BodyBudget.Exhausted {
      return noRoom
    } catch let error as CancellationError {
      throw error
    } catch {
      context.logger.error("request failed", metadata: ["path": "\(request.uri.path)", "error": "\(type(of: error))"])
      return Problem(.internalServerError, "the server failed; its log says more").response
    }
  }

  /// Ends the connection, so that the rest of the body is not read.
  private var noRoom: Response {
    var problem = Problem(.serviceUnavailable, "too many large bodies are being received at once; send this one again")
    problem.retryAfterSeconds = 1
    var response = problem.response
    response.headers[.connection] = "close"
    return response
  }

  private func wantsPage(_ request: Request) -> Bool { request.headers[.accept]?.contains("text/html") ?? false }

  private func problem(for status: HTTPResponse.Status, _ request: Request) -> Problem {
    guard status == .notFound else {
      return Problem(
        status, status == .contentTooLarge ? "the body is over 8 MiB: send smaller batches" : status.reasonPhrase)
    }
    let methods = table.methods(at: request.uri.path)
    guard !methods.isEmpty else {
      return Problem(.notFound, "there is nothing at \(request.uri.path.prefix(200)); /docs lists what there is")
    }
    var problem = Problem(
      .methodNotAllowed, "\(request.method.rawValue) is not allowed here; use \(methods.joined(separator: " or "))")
    problem.allow = methods.joined(separator: ", ")
    return problem
  }
}

/// What someone sees who opens the dashboard without being logged in.
enum LoginPage {
  static func response(_ problem: Problem) -> Response {
    let page = """
      <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <title>Log in · Tessera</title><style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:32rem;margin:15vh auto;padding:0 1rem}
      code{background:color-mix(in srgb,currentColor 10%,transparent);padding:.1em .3em;border-radius:.2em}</style>
      <main><h1>Log in</h1><p>The dashboard is behind a one-time link. <code>tessera serve</code> and <code>tessera demo</code> print it when
      they start; restart the server for a new one.</p></main></html>
      """
    var response = Response.text(page, type: "text/html; charset=utf-8")
    response.status = problem.status
    return response
  }
}
