import Synchronization
package import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  /// Takes another policy while requests are answered, as a start would: what was withdrawn is shown to nobody from now
  /// on, while the book in force goes on in its own axes; the next cycle decides under the new policy, and changes book
  /// and places in one step. A cycle that is running ends under the policy it began with.
  /// - Throws: `invalid` if it is one for another store; then nothing changes.
  package func reconfigure(_ policy: Policy) async throws(EngineError) {
    let (currency, held) = (policy.shop.currency, self.policy.shop.currency)
    guard currency == held else {
      throw EngineError(
        .invalid, "shop.currency is \(currency), but this store's facts are in \(held): a store keeps its currency")
    }
    await cycleGate.enter()
    await activationGate.enter()
    let result: Result<Void, EngineError>
    do throws(EngineError) {
      rules.withLock { $0 = Rules(policy) }
      serving.take(rules.withLock { $0 }.serving)
      try await serveBookInForce()
      result = .success(())
    } catch { result = .failure(error) }
    let profiles = profiles
    countOffers(Engine.offerOrders(policy.offers, profiles, at: clock.now()), upTo: profiles.position)
    await activationGate.leave()
    await cycleGate.leave()
    try result.get()
  }
}
