import TesseraModel

/// A creative that speaks of the segment's own brand or category needs the segment to have one.
struct SubjectGuardrail: Guardrail {
  let code = "nothing-to-speak-of"

  func objection(to candidate: Candidate) -> String? {
    if candidate.creative.brand == .segment, candidate.brand == nil { return "the segment leans to no brand" }
    if candidate.creative.category == .segment, candidate.category == nil {
      return "the segment researches no category"
    }
    return nil
  }
}
