import HTTPTypes
import Synchronization
import TesseraModel
package import TesseraRuntime

/// Answers `GET /v1/decide`, on the hot path and behind the router alike.
package final class DecideService: Sendable {
  let engine: Engine
  let keys: APIKeys
  let metrics: ServerMetrics
  /// Browser origins that may use the publishable key.
  let allowedOrigins: [[UInt8]]

  package init(engine: Engine, keys: APIKeys, metrics: ServerMetrics, allowedOrigins: [String]) {
    (self.engine, self.keys, self.metrics) = (engine, keys, metrics)
    self.allowedOrigins = allowedOrigins.map { Array($0.utf8) }
  }

  /// The status and body of an answer.
  func answer(query: [UInt8], authorization: [UInt8]?) -> (HTTPResponse.Status, [UInt8]) {
    do throws(Problem) {
      let query = QueryBytes(query)
      guard let caller = keys.caller(authorization: authorization, parameter: query.value("key")) else {
        throw DecideService.noKey
      }
      guard let placement = query.value("placement"), !placement.isEmpty else {
        throw Problem(.badRequest, "placement is missing: name one, such as placement=home_hero")
      }
      let subject = try self.subject(
        caller, customer: query.value("customer"), anonymous: query.value("anonymous"), token: query.value("token"))
      var out: [UInt8] = []
      out.reserveCapacity(1_024)
      try decide(subject, placement: String(decoding: placement, as: UTF8.self), to: &out)
      return (.ok, out)
    } catch {
      return (error.status, JSONWriter.bytes(error.json))
    }
  }

  static let noKey = Problem(
    .unauthorized, "send a key: Authorization: Bearer with a secret or publishable key (`tessera serve` prints them)")

  /// Whom a request may ask about.
  func subject(
    _ caller: Caller, customer: [UInt8]?, anonymous: [UInt8]?, token: [UInt8]?
  ) throws(Problem) -> DecideSubject {
    for id in [customer, anonymous].compactMap({ $0 }) {
      guard id.count <= TextLimit.identifier, id.allSatisfy({ $0 >= 32 && $0 != 127 }),
        String(validating: id, as: UTF8.self) != nil
      else { throw Problem(.badRequest, "the id must be text of at most \(TextLimit.identifier) bytes") }
    }
    if let token {
      guard let customer = keys.customer(token: token, now: engine.clock.now()) else {
        throw Problem(.unauthorized, "the token is not genuine or has expired: ask your server for a new one")
      }
      return .customer(customer)
    }
    if let customer, !customer.isEmpty {
      let id = Array(
        ((try? Identifier.canonical(String(decoding: customer, as: UTF8.self), field: "customer")) ?? "").utf8)
      return caller == .publishable ? .unproven(id) : .customer(id)
    }
    guard let anonymous, !anonymous.isEmpty else {
      throw Problem(.badRequest, "customer or anonymous is missing: say who the decision is for")
    }
    return caller == .publishable ? .browser(anonymous) : .anonymous(anonymous)
  }

  /// Appends a decision.
  func decide(_ subject: DecideSubject, placement: String, to out: inout [UInt8]) throws(Problem) {
    do throws(DecideError) {
      try Decider(engine.serving, now: engine.clock.now()).answer(subject, placement: placement, to: &out)
      metrics.decisions.add(1, ordering: .relaxed)
    } catch {
      guard case .unknownPlacement(let name, let nearest) = error else { return }
      let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
      var problem = Problem(.notFound, "there is no placement \"\(name.prefix(80))\"\(hint)")
      problem.extra = [("nearest", .strings(nearest))]
      throw problem
    }
  }
}
