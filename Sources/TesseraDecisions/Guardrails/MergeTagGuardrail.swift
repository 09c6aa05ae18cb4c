/// A text whose tags would stay empty for too many of a segment's members is not for it.
struct MergeTagGuardrail: Guardrail {
  let code = "merge-tag"

  func objection(to candidate: Candidate) -> String? { candidate.proof?.objection(to: candidate) }
}
