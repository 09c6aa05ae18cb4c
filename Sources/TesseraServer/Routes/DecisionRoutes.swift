import HTTPTypes
import Hummingbird
import TesseraModel
import TesseraRuntime

/// Decisions, and everything behind them.
struct DecisionRoutes: Sendable {
  let engine: Engine
  let decide: DecideService
  let keys: APIKeys

  /// Decisions a call may ask for.
  static let batchMax = 1_000

  var routes: [Route] {
    [
      Route(
        method: .get, path: "/v1/decide", summary: "The decision for a customer and placement.", access: .publishable,
        query: [
          ("customer", "The customer's id, with a secret key."), ("anonymous", "Or the anonymous visitor's id."),
          ("token", "Or a signed customer token."), ("placement", "Such as home_hero."),
        ], handle: { one($0) }),
      Route(
        method: .post, path: "/v1/decide", summary: "Up to 1,000 decisions at once, in order.", access: .publishable,
        body: "{requests: [{customer | anonymous, placement}]}", handle: { try await batch($0) }),
      Route(
        method: .post, path: "/v1/tokens", summary: "A short-lived token that vouches for a customer to the browser.",
        access: .secret, body: "{customer, ttl_seconds?}", handle: { try await token($0) }),
      Route(
        method: .get, path: "/v1/segments", summary: "Active segments; any axis filters, such as visits=returning.",
        access: .secret,
        query: [
          ("q", "Words in the description."), ("sort", "members, description or level."), ("cursor", ""),
          ("limit", "1 to 1000."),
        ],
        handle: { try await segments($0) }),
      Route(
        method: .get, path: "/v1/segments/{id}", summary: "One segment and its decisions.", access: .secret,
        handle: { .json(try await engine.segment($0.parameter("id"))) }),
      Route(
        method: .get, path: "/v1/segments/{id}/history", summary: "A segment's decisions hour by hour.",
        access: .secret,
        handle: { call in
          let limit = try call.number("limit", in: 1...1_000, default: 48)
          return .json(["history": .array(try await engine.history(ofSegment: call.parameter("id"), limit: limit))])
        }),
      Route(
        method: .get, path: "/v1/decisions/{id}", summary: "The whole record of a decision.", access: .secret,
        handle: { .json(try await engine.decision($0.parameter("id"))) }),
      Route(
        method: .get, path: "/v1/evidence", summary: "What the groups earned, and the lift of decisions over each.",
        access: .secret, handle: { _ in .json(try await engine.evidence()) }),
      Route(
        method: .get, path: "/v1/cycles", summary: "Runs of the planner, the newest first.", access: .secret,
        query: [("cursor", "The number to start below."), ("limit", "1 to 1000.")], handle: { try await cycles($0) }),
      Route(
        method: .get, path: "/v1/cycles/{n}", summary: "One run.", access: .secret,
        handle: { .json(try await engine.cycle(try DecisionRoutes.cycleNumber($0))) }),
      Route(
        method: .get, path: "/v1/cycles/{n}/diff", summary: "What changed since the run before, and who caused it.",
        access: .secret, handle: { .json(try await engine.diff(ofCycle: try DecisionRoutes.cycleNumber($0))) }),
    ]
  }

  static func cycleNumber(_ call: Call) throws(Problem) -> Int {
    guard let number = Int(call.parameter("n")), number > 0 else {
      throw Problem(.notFound, "there is no cycle \"\(call.parameter("n").prefix(40))\"; cycles are numbered from 1")
    }
    return number
  }

  /// Requests that the hot path passed on, such as one with a body.
  private func one(_ call: Call) -> Response {
    let query = call.request.uri.query.map { Array($0.utf8) } ?? []
    let (status, body) = decide.answer(
      query: query, authorization: call.request.headers[.authorization].map { Array($0.utf8) })
    return .bytes(body, type: status == .ok ? "application/json" : "application/problem+json", status: status)
  }

  private func batch(_ call: Call) async throws -> Response {
    let caller = call.caller ?? .publishable
    let body = try await call.body()
    if call.query("token") == nil, let out = decide.batch(body, caller) {
      return .buffer(out, type: "application/json")
    }
    guard let requests = try Call.json(body)["requests"]?.elements else {
      throw Problem(.badRequest, "send {\"requests\": [{\"customer\": …, \"placement\": …}]}")
    }
    guard requests.count <= DecisionRoutes.batchMax else {
      throw Problem(.contentTooLarge, "\(requests.count) requests in one call; send at most \(DecisionRoutes.batchMax)")
    }
    let token = call.query("token").map { Array($0.utf8) }
    var out = Array("{\"decisions\":[".utf8)
    for (i, request) in requests.enumerated() {
      if i > 0 { out.append(UInt8(ascii: ",")) }
      do throws(Problem) {
        guard let placement = request["placement"]?.text else { throw Problem(.badRequest, "placement is missing") }
        let subject = try decide.subject(
          caller, customer: DecisionRoutes.identifier(request["customer"]),
          anonymous: DecisionRoutes.identifier(request["anonymous"]), token: token)
        try decide.decide(subject, placement: placement, to: &out)
      } catch {
        var problem = Problem(error.status, "requests[\(i)]: \(error.detail)")
        problem.extra = error.extra
        throw problem
      }
    }
    out += "]}".utf8
    return .bytes(out, type: "application/json")
  }

  private static func identifier(_ value: JSONValue?) -> [UInt8]? {
    switch value {
    case .string(let text): Array(text.utf8)
    case .number(let text): Array(text.utf8)
    default: nil
    }
  }

  private func token(_ call: Call) async throws -> Response {
    let json = try await call.json()
    let lifeMax = Int(APIKeys.tokenLifeMax / Instant.second)
    do throws(RecordError) {
      let reader = try JSONReader(json, what: "the body")
      let customer = try reader.requiredIdentifier("customer")
      let seconds = try reader.integer("ttl_seconds", in: 1...lifeMax) ?? lifeMax
      let expiry = engine.clock.now().adding(Int64(seconds) * Instant.second)
      return .json([
        "token": .string(keys.token(customer: customer, expiresAt: expiry)), "expires_at": .instant(expiry),
      ])
    } catch {
      throw Problem(.badRequest, error.reason)
    }
  }

  private func segments(_ call: Call) async throws -> Response {
    var filter = SegmentFilter()
    filter.search = call.query("q") ?? ""
    if let sort = call.query("sort") {
      guard let order = SegmentFilter.Order(rawValue: sort) else {
        throw Problem(
          .badRequest, "sort must be one of \(SegmentFilter.Order.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      filter.order = order
    }
    let known = ["q", "sort", "cursor", "limit", "key"]
    for (name, value) in call.request.uri.queryParameters where !known.contains(String(name)) {
      filter.axes.append((String(name), String(value)))
    }
    let cursor = try call.number("cursor", in: 0...Int.max, default: 0)
    let limit = try call.number("limit", in: 1...1_000, default: 100)
    let (rows, total) = try await engine.segments(filter, cursor: cursor, limit: limit)
    let next: JSONValue = cursor + rows.count < total ? .string(String(cursor + rows.count)) : .null
    return .json(["segments": .array(rows), "total": .integer(total), "next": next])
  }

  private func cycles(_ call: Call) async throws -> Response {
    let limit = try call.number("limit", in: 1...1_000, default: 100)
    let before = try call.number("cursor", in: 1...Int.max, default: Int.max)
    let rows = try await engine.cycles(before: before == .max ? nil : before, limit: limit)
    let next: JSONValue = rows.count == limit ? .string(String(rows.last?["cycle"]?.integer ?? 0)) : .null
    return .json(["cycles": .array(rows), "next": next])
  }
}
