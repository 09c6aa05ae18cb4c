import Synchronization
import TesseraDecisions
package import TesseraModel
import TesseraSegments
import TesseraStorage

extension Engine {
  /// Takes another policy while requests are answered, as a start would: what was withdrawn is shown to nobody from
  /// then on, while the book in force goes on in its own axes; the next cycle decides under the new policy, and changes
  /// book and places in one step. A cycle that is running ends first, under the policy it began with.
  /// - Throws: `invalid` if it is one for another store, `storage` if the book in force cannot be read; then nothing
  ///   changes.
  package func reconfigure(_ policy: Policy) async throws(EngineError) {
    let (currency, held) = (policy.shop.currency, self.policy.shop.currency)
    guard currency == held else {
      throw EngineError(
        .invalid, "shop.currency is \(currency), but this store's facts are in \(held): a store keeps its currency")
    }
    await cycleGate.enter()
    await activationGate.enter()
    let result: Result<Void, EngineError>
    do throws(EngineError) { result = .success(try await take(Rules(policy))) } catch { result = .failure(error) }
    await activationGate.leave()
    await cycleGate.leave()
    try result.get()
  }

  private func take(_ rules: Rules) async throws(EngineError) {
    var built: ServingBook?
    if serving.isOn, serving.current != nil {
      let space = serving.space
      guard let (_, book) = try await bookInForce(), let keys = servingKeys(book, space).keys else {
        throw EngineError(.storage, "the book in force cannot be read; try again after the next cycle")
      }
      var builder = ServingBookBuilder(policy: await servedPolicy(of: rules.policy), space: space)
      built = builder.build(book, keys)
    }
    // Nothing fails from here on.
    self.rules.withLock { $0 = rules }
    if let built { serving.swap(to: built, under: rules.serving) } else { serving.take(rules.serving) }
    let profiles = profiles
    countOffers(Engine.offerOrders(rules.policy.offers, profiles, at: clock.now()), upTo: profiles.position)
    // Caps may be others: whom messages may reach is worked out anew.
    if built != nil { forEachSubject { subject, memory, view, rule in place(subject, in: &memory, &view, rule: rule) } }
  }
}
