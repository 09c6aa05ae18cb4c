package import TesseraModel

/// Why something an agent said was not accepted: a stable code and a sentence. All are kept and shown.
package struct Refusal: Sendable, Equatable {
  /// The reasons there are.
  package enum Code: String, Sendable, CaseIterable {
    case form, cut, refused
    case noAnswer = "no_answer"
    case tooMany = "too_many"
    case duplicate, expiry
    case unknownSegment = "unknown_segment"
    case unknownArm = "unknown_arm"
    case changeInNoChange = "change_in_no_change"
    case noEvidence = "no_evidence"
    case evidenceKind = "evidence_kind"
    case outOfStock = "out_of_stock"
    case vetoUnchecked = "veto_unchecked"
    case noStrength = "no_strength"
    case suspicious
    case copySlot = "copy_slot"
    case copyNumber = "copy_number"
    case copyDiscount = "copy_discount"
    case copyProduct = "copy_product"
    case copyTag = "copy_tag"
    case copyFallback = "copy_fallback"
    case copyLength = "copy_length"
    case copyWords = "copy_words"
    case copyTemplate = "copy_template"
  }

  package let code: Code
  package let detail: String

  package init(_ code: Code, _ detail: String) {
    self.code = code
    self.detail = QuotedText.clean(detail, lengthMax: 300)
  }

  package var json: JSONValue { ["code": .string(code.rawValue), "detail": .string(detail)] }

  package init?(json: JSONValue) {
    guard let code = json["code"]?.text.flatMap(Code.init) else { return nil }
    self.init(code, json["detail"]?.text ?? "")
  }
}
