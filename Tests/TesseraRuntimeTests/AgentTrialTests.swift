import TesseraModel
import TesseraTesting
import Testing

/// The agents' layer against a known truth.
@Suite struct AgentTrialTests {
  private static let trial: AgentTrial = {
    var shape = AgentTrial.Shape()
    (shape.brands, shape.customers, shape.viewsPerHour, shape.hours) = (15, 600, 300, 40)
    return AgentTrial(shape)
  }()

  @Test func aGoodAgentGains() async throws {
    let outcome = try await AgentTrialTests.trial.run(.scripted(.good), seed: 1)
    #expect(outcome.overlays > 0)
    #expect(outcome.offSince == nil)
    #expect(outcome.lift > 0, "\(outcome)")
    #expect(outcome.lateLift > 0, "\(outcome)")
    #expect((outcome.trust ?? 0) > 0.3, "it earned trust: \(outcome)")
  }

  @Test func anInvertedOneCostsNothingOnceItIsFoundOut() async throws {
    let outcome = try await AgentTrialTests.trial.run(.scripted(.inverted), seed: 1)
    #expect(outcome.overlays > 0)
    #expect(outcome.lift < 0)
    // Less than a thousandth of what people click.
    #expect(outcome.lateLift > -0.001 * outcome.lateOff / Double(outcome.lateViews), "\(outcome)")
    #expect((outcome.trust ?? 1) < 0.1, "it lost trust: \(outcome)")
  }

  /// Nothing said, nothing changed: not almost nothing.
  @Test func whatSaysNothingDiffersByNothing() async throws {
    let outcome = try await AgentTrialTests.trial.run(.scripted(.silent), seed: 1)
    #expect(outcome.views > 1_000)
    #expect(outcome.on == outcome.off)
    #expect(outcome.evidence["authors"] == [])
  }

  @Test func theRulesGain() async throws {
    let outcome = try await AgentTrialTests.trial.run(.rules, seed: 1)
    #expect(outcome.lift > 0, "\(outcome)")
  }
}
