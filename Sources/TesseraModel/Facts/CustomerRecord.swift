/// What a client says of a customer: only the fields it names change.
package struct CustomerRecord: Sendable, Equatable {
  package var id: String
  package var updatedAt: Instant?
  package var firstName: FieldChange<String> = .unchanged
  package var lastName: FieldChange<String> = .unchanged
  package var email: FieldChange<String> = .unchanged
  package var phone: FieldChange<String> = .unchanged
  package var createdAt: FieldChange<Instant> = .unchanged
  /// Free attributes for merge tags, replaced as one field.
  package var traits: FieldChange<JSONValue> = .unchanged
  /// In the order of `MessageChannel.allCases`.
  package var consents: [FieldChange<String>] = [.unchanged, .unchanged, .unchanged]

  package init(id: String) { self.id = id }

  /// Known ids may not start with the mark of anonymous visitors, or the two could be mixed up in every list.
  package static func check(id: String?, field: String) throws(RecordError) {
    guard id?.utf8.first != UInt8(ascii: "~") else {
      throw RecordError("\(field) must not start with ~, which marks anonymous visitors")
    }
  }

  package init(json: JSONValue) throws(RecordError) {
    let reader = try JSONReader(json, what: "a customer")
    id = try reader.requiredIdentifier("id")
    try CustomerRecord.check(id: id, field: "id")
    updatedAt = try reader.instant("updated_at")
    firstName = try .init(reader, "first_name") { r, n throws(RecordError) in try r.string(n) }
    lastName = try .init(reader, "last_name") { r, n throws(RecordError) in try r.string(n) }
    email = try .init(reader, "email") { r, n throws(RecordError) in try r.string(n) }
    phone = try .init(reader, "phone") { r, n throws(RecordError) in try r.string(n) }
    createdAt = try .init(reader, "created_at") { r, n throws(RecordError) in try r.instant(n) }
    traits = try .init(reader, "traits") { r, n throws(RecordError) in
      guard let value = r.value(n), value.members != nil else { throw RecordError("traits must be a JSON object") }
      return value
    }
    guard let given = reader.object["consents"] else { return }
    if given.isNull {
      consents = [.cleared, .cleared, .cleared]
      return
    }
    let states = try JSONReader(given, path: "consents", what: "consents")
    for (i, channel) in MessageChannel.allCases.enumerated() {
      consents[i] = try .init(states, channel.rawValue) { r, n throws(RecordError) in try r.string(n) }
    }
  }
}

/// What an update says of one field: nothing, empty it, or a new value.
package enum FieldChange<Value: Sendable & Equatable>: Sendable, Equatable {
  case unchanged, cleared
  case set(Value)

  init(
    _ reader: JSONReader, _ name: String, read: (JSONReader, String) throws(RecordError) -> Value?
  ) throws(RecordError) {
    guard let given = reader.object[name] else {
      self = .unchanged
      return
    }
    if given.isNull {
      self = .cleared
    } else {
      self = try read(reader, name).map { .set($0) } ?? .cleared
    }
  }
}

/// Channels that reach a person away from the site and need consent, in the order of `consents`. Ties of `reach` go to
/// the last.
package enum MessageChannel: String, Sendable, CaseIterable {
  case email, sms, push
}
