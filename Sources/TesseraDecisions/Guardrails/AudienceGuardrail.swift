import TesseraModel

/// A creative made for certain axis values is for segments that have them.
struct AudienceGuardrail: Guardrail {
  let code = "not-for-this-segment"

  func objection(to candidate: Candidate) -> String? {
    for (axis, values) in candidate.creative.onlyFor {
      guard let value = candidate.segment[axis] else { continue }
      if value == .any {
        return "it is only for \(axis) \(values.joined(separator: " or ")), and this segment relaxes \(axis)"
      }
      if !values.contains(value.text) {
        return "it is only for \(axis) \(values.joined(separator: " or ")); here it is \(value.text)"
      }
    }
    return nil
  }
}
