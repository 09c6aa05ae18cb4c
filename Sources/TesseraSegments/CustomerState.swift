package import TesseraModel

/// A field that remembers which version set it, so that updates may arrive in any order.
package struct VersionedField<Value: Sendable & Equatable>: Sendable {
  package private(set) var value: Value?
  private var updatedAt: Instant?
  private var isHeld = false

  package init() {}

  mutating func apply(_ change: FieldChange<Value>, updatedAt: Instant?) {
    if change == .unchanged { return }
    guard Versioning.replaces(updatedAt, held: isHeld ? .some(self.updatedAt) : nil) else { return }
    (self.updatedAt, isHeld) = (updatedAt, true)
    if case .set(let new) = change { value = new } else { value = nil }
  }
}

/// A customer's record as merged from all its updates.
package struct CustomerState: Sendable {
  package private(set) var firstName = VersionedField<String>()
  package private(set) var lastName = VersionedField<String>()
  package private(set) var email = VersionedField<String>()
  package private(set) var phone = VersionedField<String>()
  package private(set) var createdAt = VersionedField<Instant>()
  package private(set) var traits = VersionedField<JSONValue>()
  package private(set) var consents: [VersionedField<String>] = [.init(), .init(), .init()]
  /// The newest `updated_at` of any update, for telling which of a consent and an unsubscription is newer.
  package private(set) var updatedAt: Instant?

  mutating func apply(_ record: CustomerRecord) {
    firstName.apply(record.firstName, updatedAt: record.updatedAt)
    lastName.apply(record.lastName, updatedAt: record.updatedAt)
    email.apply(record.email, updatedAt: record.updatedAt)
    phone.apply(record.phone, updatedAt: record.updatedAt)
    createdAt.apply(record.createdAt, updatedAt: record.updatedAt)
    traits.apply(record.traits, updatedAt: record.updatedAt)
    for (i, change) in record.consents.enumerated() { consents[i].apply(change, updatedAt: record.updatedAt) }
    if let at = record.updatedAt { updatedAt = max(updatedAt ?? at, at) }
  }

  /// Whether marketing may go out on a channel; only `subscribed` says so.
  package func isSubscribed(_ channel: MessageChannel) -> Bool {
    consents[MessageChannel.allCases.firstIndex(of: channel) ?? 0].value == "subscribed"
  }
}
