import Foundation
import ServiceLifecycle
import Synchronization
import TesseraModel
import TesseraRuntime
import TesseraSimulator

/// Sends the simulated shoppers through the public API, as a shop would: facts in, a decision out, what they did about
/// it back in.
final class ShopperDriver: Service {
  /// What the shoppers' true click rates were, by group: known here, and nowhere in the engine.
  private struct Truth {
    var shown: [String: Int] = [:]
    var expected: [String: Double] = [:]
  }

  private let shoppers: Mutex<LiveShoppers>
  private let truth = Mutex(Truth())
  private let clock: FastClock
  private let console: Console
  private let ready: AsyncStream<ServerLauncher.Address>
  private let tellReady: AsyncStream<ServerLauncher.Address>.Continuation

  /// Shoppers arrive in portions of this much wall time.
  private static let portion = Duration.milliseconds(250)

  init(shoppers: LiveShoppers, clock: FastClock, console: Console) {
    self.shoppers = Mutex(shoppers)
    (self.clock, self.console) = (clock, console)
    (ready, tellReady) = AsyncStream.makeStream()
  }

  /// Lets the shoppers in.
  func start(_ address: ServerLauncher.Address) {
    tellReady.yield(address)
    tellReady.finish()
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await address in self.ready { await self.drive(address) }
    }
  }

  private func drive(_ address: ServerLauncher.Address) async {
    guard let url = URL(string: address.url) else { return }
    let api = ShopperAPI(base: url, key: address.secretKey ?? "")
    var last = clock.now()
    while !Task.isCancelled {
      try? await Task.sleep(for: ShopperDriver.portion)
      let now = clock.now()
      let visits = shoppers.withLock { $0.visits(from: last, to: now) }
      last = now
      for visit in visits {
        if Task.isCancelled { return }
        do { try await carryOut(visit, api) } catch { console.remark("a shopper was turned away: \(error)") }
      }
    }
  }

  private func carryOut(_ visit: LiveShoppers.Visit, _ api: ShopperAPI) async throws {
    try await api.send(visit.opening)
    for placement in visit.placements {
      let answer = try await api.decide(visit.shopper, placement: placement)
      guard let receipt = answer["receipt"]?.text else { continue }
      let creative = answer["action"]?["creative"]?.text
      let offer = answer["action"]?["offer"]?.text
      let shown = LiveShoppers.ShownDecision(
        placement: placement, creative: creative, offer: offer, receipt: receipt, at: clock.now())
      let group = answer["group"]?.text ?? ""
      let facts = shoppers.withLock { shoppers -> [FactEntry] in
        if placement == "home_hero", let creative {
          let rate = shoppers.truth.clickRate(
            visit.shopper, visit.situation, placement: placement, creative: creative, offer: offer ?? "none")
          truth.withLock {
            $0.shown[group, default: 0] += 1
            $0.expected[group, default: 0] += rate
          }
        }
        return shoppers.respond(visit, to: shown)
      }
      try await api.send(facts)
    }
  }

  /// Reports a cycle, with the truth beside it.
  func tell(_ report: JSONValue) {
    let (decisioned, random) = truth.withLock { truth -> (String, String) in
      func rate(_ group: String) -> String {
        guard let n = truth.shown[group], n > 0 else { return "–" }
        let tenths = Int((truth.expected[group, default: 0] / Double(n) * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
      }
      let out = (rate("decisioned"), rate("random"))
      truth = Truth()
      return out
    }
    console.remark(
      "cycle \(report["cycle"]?.integer ?? 0) as of \(report["at"]?.text ?? ""): \(report["segments_decided"]?.integer ?? 0) segments decided; "
        + "true click rate of the last hour on home_hero: decisioned \(decisioned), random \(random)")
  }
}

/// The public API as a shop's server uses it.
struct ShopperAPI {
  let base: URL
  let key: String

  func send(_ facts: [FactEntry]) async throws {
    for kind in [FactKind.event, .order] {
      let own = facts.filter { $0.fact.kind == kind }
      guard !own.isEmpty else { continue }
      let body = own.reduce(into: [UInt8]()) { $0 += $1.body + [10] }
      let (status, _) = try await request("POST", "/v1/\(kind.plural)", body: body)
      guard status == 202 else { throw CommandError("status \(status)") }
    }
  }

  func decide(_ shopper: Shopper, placement: String) async throws -> JSONValue {
    let who = shopper.customer.map { "customer=\($0)" } ?? "anonymous=\(shopper.anonymous)"
    let (status, body) = try await request("GET", "/v1/decide?\(who)&placement=\(placement)", body: [])
    guard status == 200 else { throw CommandError("status \(status)") }
    return try JSONParser.parse(body)
  }

  private func request(_ method: String, _ path: String, body: [UInt8]) async throws -> (status: Int, body: [UInt8]) {
    guard let url = URL(string: base.absoluteString + path) else { throw CommandError("bad address") }
    return try await LocalRequest.send(method: method, url, headers: [("Authorization", "Bearer \(key)")], body: body)
  }
}
