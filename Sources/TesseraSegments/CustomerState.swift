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

  func pack(to out: inout PackedWriter, _ write: (Value, inout PackedWriter) -> Void) {
    out.add(byte: (isHeld ? 1 : 0) | (updatedAt != nil ? 2 : 0) | (value != nil ? 4 : 0))
    if let updatedAt { out.add(updatedAt) }
    if let value { write(value, &out) }
  }

  init(packed reader: inout PackedReader, _ read: (inout PackedReader) -> Value?) {
    let flags = reader.byte()
    isHeld = flags & 1 != 0
    if flags & 2 != 0 { updatedAt = reader.instant() }
    if flags & 4 != 0 { value = read(&reader) }
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

  package init() {}

  /// Reads what `pack` wrote.
  init(packed reader: inout PackedReader) {
    firstName = VersionedField(packed: &reader) { $0.string() }
    lastName = VersionedField(packed: &reader) { $0.string() }
    email = VersionedField(packed: &reader) { $0.string() }
    phone = VersionedField(packed: &reader) { $0.string() }
    createdAt = VersionedField(packed: &reader) { $0.instant() }
    traits = VersionedField(packed: &reader) { try? JSONParser.parse($0.string()) }
    for i in consents.indices { consents[i] = VersionedField(packed: &reader) { $0.string() } }
    updatedAt = reader.optionalInstant()
  }

  func pack(to out: inout PackedWriter) {
    for field in [firstName, lastName, email, phone] { field.pack(to: &out) { $1.add(text: $0.utf8) } }
    createdAt.pack(to: &out) { $1.add($0) }
    traits.pack(to: &out) { $1.add(text: JSONWriter.bytes($0)) }
    for consent in consents { consent.pack(to: &out) { $1.add(text: $0.utf8) } }
    out.add(updatedAt)
  }

  /// Where a packed record has the texts that merge tags may ask for: nil where there are none.
  struct MergeTexts {
    let firstName: Range<Int>?
    let lastName: Range<Int>?
    /// JSON.
    let traits: Range<Int>?

    init(packed reader: inout PackedReader) {
      firstName = Self.text(&reader)
      lastName = Self.text(&reader)
      for _ in 0..<2 { _ = Self.text(&reader) }
      _ = VersionedField<Instant>(packed: &reader) { $0.instant() }
      traits = Self.text(&reader)
    }

    /// A field of a text, as `VersionedField.pack` writes it.
    private static func text(_ reader: inout PackedReader) -> Range<Int>? {
      var text: Range<Int>?
      _ = VersionedField<Bool>(packed: &reader) {
        text = $0.text()
        return true
      }
      return text
    }
  }

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
