import TesseraModel

/// Messages whose send time lies in the quiet hours are not sent.
struct QuietHoursGuardrail: Guardrail {
  let code = "quiet-hours"

  func objection(to candidate: Candidate) -> String? {
    guard let minute = candidate.placement.sendAtMinute else { return nil }
    guard candidate.input.policy.guardrails.isQuiet(localMinute: minute) else { return nil }
    return "\(ClockTime.text(minute)) is within the quiet hours"
  }
}
