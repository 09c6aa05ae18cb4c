import TesseraBandits
import TesseraModel
import TesseraSegments

/// What the engine keeps of the facts while it runs. A value: a cycle takes a copy and works on it while facts go on
/// arriving.
struct Memory: Sendable {
  var profiles = Profiles()
  var exposures = ExposureLog()
  var searches = SearchLog()
  /// Receipts that were not genuine: kept as facts, never learned from.
  var forgedReceipts = 0

  /// Folds one accepted fact.
  /// - Parameter changed: gets the subjects to place anew.
  mutating func fold(_ fact: Fact, position: Int64, seal: ReceiptSeal, changed: inout Set<Profiles.Subject>) {
    guard case .event(let event) = fact else { return profiles.fold(fact, position: position, changed: &changed) }
    fold(event, position: position, seal: seal, changed: &changed)
  }

  /// Folds one accepted fact where nobody is placed.
  mutating func fold(_ fact: Fact, position: Int64, seal: ReceiptSeal) {
    var changed: Set<Profiles.Subject> = []
    fold(fact, position: position, seal: seal, changed: &changed)
  }

  /// As the first, for an event.
  mutating func fold(_ event: Event, position: Int64, seal: ReceiptSeal, changed: inout Set<Profiles.Subject>) {
    if let text = event.receipt { fold(receipt: text, of: event, seal: seal) }
    searches.fold(event)
    profiles.fold(event, position: position, changed: &changed)
  }

  /// Adds an event to a batch that the profiles fold later.
  mutating func fold(_ event: Event, to batch: inout EventBatch, seal: ReceiptSeal) {
    if let text = event.receipt { fold(receipt: text, of: event, seal: seal) }
    searches.fold(event)
    profiles.append(event, to: &batch)
  }

  private mutating func fold(receipt text: String, of event: Event, seal: ReceiptSeal) {
    guard let use = event.receiptUse else { return }
    guard let receipt = seal.open(text) else {
      forgedReceipts += 1
      return
    }
    // Nothing was seen before it was decided: a clock that is slow would make what was bought before an effect of it.
    let at = max(event.at, receipt.at)
    switch use {
    case .shown: exposures.fold(shown: receipt, at: at)
    case .clicked: exposures.fold(clicked: receipt, at: at)
    }
  }
}
