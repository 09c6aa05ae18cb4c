package import TesseraModel

/// A model as its provider lists it; what the provider does not say is nil.
package struct ModelListing: Sendable, Equatable {
  package let id: String
  /// `active`, `deprecated`, `retired`.
  package let lifecycle: String?
  package let retiresAt: Instant?
  package let inputTokensMax: Int?
  package let outputTokensMax: Int?

  /// Reads a list of models, which has the same shape in both dialects.
  package static func list(from bytes: [UInt8], headers: ModelHeaders) throws(ModelFailure) -> [ModelListing] {
    guard let entries = (try? JSONParser.parse(bytes))?["data"]?.elements else {
      throw ModelStatus.malformed("the answer is no list of models", headers: headers)
    }
    return entries.compactMap { entry in
      guard let id = entry["id"]?.text else { return nil }
      return ModelListing(
        id: id, lifecycle: entry["lifecycle"]?.text,
        retiresAt: entry["retires_at"]?.text.flatMap { try? Instant(parsing: $0) },
        inputTokensMax: entry["max_input_tokens"]?.integer, outputTokensMax: entry["max_tokens"]?.integer)
    }
  }

  /// How long before its end a model is warned of: a month is time to try another.
  package static let warningTime = 30 * Instant.day

  /// What to tell the operator about a model, or nil when all is well.
  package static func warning(of model: String, in list: [ModelListing], at now: Instant) -> String? {
    guard let entry = list.first(where: { $0.id == model }) else {
      return "the provider does not list \(model): check its name"
    }
    if entry.lifecycle == "retired" { return "\(model) is retired: choose another model" }
    if let end = entry.retiresAt, now.adding(warningTime) >= end {
      return "\(model) retires at \(end): choose another model before"
    }
    return entry.lifecycle == "deprecated" ? "\(model) is deprecated: choose another model soon" : nil
  }
}
