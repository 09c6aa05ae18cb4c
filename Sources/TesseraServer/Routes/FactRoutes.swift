import HTTPTypes
import Hummingbird
import Synchronization
import TesseraModel
import TesseraRuntime
import TesseraStorage

/// Facts in, and back out.
struct FactRoutes: Sendable {
  let engine: Engine
  let keys: APIKeys
  let metrics: ServerMetrics

  var routes: [Route] {
    [
      Route(
        method: .post, path: "/v1/events", summary: "Send events, up to 10,000 a call.", access: .publishable,
        query: [("token", "A signed customer token, with a publishable key.")],
        body: "A JSON array of events, or one a line.",
        handle: { try await events($0) }),
      Route(
        method: .post, path: "/v1/identify", summary: "Say that an anonymous visitor is a known customer.",
        access: .secret,
        body: "{anonymous, customer, at}", handle: { try await ingest(.identify, $0) }),
      Route(
        method: .post, path: "/v1/customers", summary: "Create or update customers.", access: .secret,
        body: "A JSON array of customers, or one a line.", handle: { try await ingest(.customer, $0) }),
      Route(
        method: .post, path: "/v1/products", summary: "Create or replace products.", access: .secret,
        body: "A JSON array of products, or one a line.", handle: { try await ingest(.product, $0) }),
      Route(
        method: .post, path: "/v1/orders", summary: "Create or replace orders.", access: .secret,
        body: "A JSON array of orders, or one a line.", handle: { try await ingest(.order, $0) }),
      Route(
        method: .get, path: "/v1/events", summary: "Stored events in the order accepted.", access: .secret,
        query: [("cursor", "Where the last page ended."), ("limit", "1 to 1000.")], handle: { try await list($0) }),
      Route(
        method: .get, path: "/v1/events/{id}", summary: "One stored event.", access: .secret,
        handle: { try await event($0) }),
      Route(
        method: .get, path: "/v1/customers/{id}", summary: "A customer's profile, axes and timeline.", access: .secret,
        handle: { .json(try await engine.customer($0.parameter("id"))) }),
      Route(
        method: .get, path: "/v1/customers/{id}/export", summary: "Everything held of a customer.", access: .secret,
        handle: { .json(try await engine.export(customer: $0.parameter("id"))) }),
      Route(
        method: .delete, path: "/v1/customers/{id}", summary: "Erase a customer.", access: .secret,
        handle: { try await erase($0) }),
    ]
  }

  private func ingest(_ kind: FactKind, _ call: Call) async throws -> Response {
    let items = try await items(kind, call)
    return try await take(
      items.map { item in item.flatMap { FactRoutes.entry(kind, $0) } })
  }

  /// The items of a body, unless there is no room for them: a flood must not cost the reading of it.
  private func items(_ kind: FactKind, _ call: Call) async throws -> [Result<BatchBody.Item, RecordError>] {
    let body: [UInt8]
    do { body = try await call.body() } catch let error as BodyBudget.Exhausted {
      metrics.refused.add(1, ordering: .relaxed)
      throw error
    }
    // One a line can be counted at a glance; an array is at least one.
    let count = body.first == UInt8(ascii: "{") ? body.count { $0 == UInt8(ascii: "\n") } : 1
    do { try engine.admitIngest(max(1, count)) } catch {
      metrics.refused.add(1, ordering: .relaxed)
      throw error
    }
    return try BatchBody.items(body, kind)
  }

  private static func entry(_ kind: FactKind, _ item: BatchBody.Item) -> Result<FactEntry, RecordError> {
    switch item {
    case .event(let event, let spelling): return .success(FactEntry(fact: .event(event), body: spelling))
    case .json(let json, let spelling):
      do throws(RecordError) {
        return .success(try FactEntry(kind: kind, json: json, spelling: spelling))
      } catch { return .failure(error) }
    }
  }

  private func events(_ call: Call) async throws -> Response {
    guard call.caller == .publishable else { return try await ingest(.event, call) }
    let now = engine.clock.now()
    var vouched: String?
    if let token = call.query("token") {
      guard let customer = keys.customer(token: Array(token.utf8), now: now) else {
        throw Problem(.unauthorized, "the token is not genuine or has expired: ask your server for a new one")
      }
      vouched = String(decoding: customer, as: UTF8.self)
    }
    let items = try await items(.event, call)
    return try await take(
      items.map { item in
        item.flatMap { FactRoutes.entry(.event, FactRoutes.capped($0, at: now)) }
          .flatMap { FactRoutes.admit($0, vouched: vouched) }
      })
  }

  /// A browser's clock is not to be trusted with the future.
  private static func capped(_ item: BatchBody.Item, at now: Instant) -> BatchBody.Item {
    let json: JSONValue?
    switch item {
    case .event(let event, let spelling): json = event.at > now ? try? JSONParser.parse(spelling) : nil
    case .json(let value, _): json = value
    }
    guard case .object(var object)? = json, let text = object["at"]?.text, let at = try? Instant(parsing: text),
      at > now
    else { return item }
    object["at"] = .instant(now)
    return .json(.object(object), spelling: nil)
  }

  /// With a publishable key only an anonymous visitor may be named, or the customer that a token vouches for.
  private static func admit(_ entry: FactEntry, vouched: String?) -> Result<FactEntry, RecordError> {
    guard let customer = entry.fact.customer, customer != vouched else { return .success(entry) }
    return .failure(
      RecordError("with a publishable key a customer can be named only with that customer's token; send anonymous"))
  }

  private func take(_ items: [Result<FactEntry, RecordError>]) async throws -> Response {
    let outcome: BatchOutcome
    do { outcome = try await engine.ingest(items) } catch {
      metrics.refused.add(1, ordering: .relaxed)
      throw error
    }
    metrics.count(outcome)
    let isAny = outcome.accepted + outcome.duplicate > 0
    guard isAny else {
      var problem = Problem(.unprocessableContent, "no item was accepted; errors says why, item by item")
      problem.errors = outcome.errors
      problem.extra = [("accepted", 0), ("duplicate", 0), ("rejected", .integer(outcome.rejected))]
      throw problem
    }
    return .json(
      [
        "accepted": .integer(outcome.accepted), "duplicate": .integer(outcome.duplicate),
        "rejected": .integer(outcome.rejected), "errors": .array(outcome.errors.map(\.json)),
      ], status: .accepted)
  }

  private func list(_ call: Call) async throws -> Response {
    let cursor = try call.number("cursor", in: 0...Int.max, default: 0)
    let limit = try call.number("limit", in: 1...1_000, default: 100)
    let facts = try await engine.events(after: Int64(cursor), limit: limit)
    let events = facts.map { (try? JSONParser.parse($0.body)) ?? .null }
    let next: JSONValue = facts.count == limit ? facts.last.map { .string(String($0.position)) } ?? .null : .null
    return .json(["events": .array(events), "next": next])
  }

  private func event(_ call: Call) async throws -> Response {
    guard let fact = try await engine.event(id: call.parameter("id")) else {
      throw Problem(.notFound, "there is no event \"\(call.parameter("id").prefix(80))\"")
    }
    return .bytes(fact.body, type: "application/json")
  }

  private func erase(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    guard try await engine.erase(customer: id) else {
      throw Problem(.notFound, "there is no customer \"\(id.prefix(80))\"")
    }
    return .json(["erased": .string(id)])
  }
}
