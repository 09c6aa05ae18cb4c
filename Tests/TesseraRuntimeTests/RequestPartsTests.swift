import TesseraAgents
import TesseraModel
import Testing

@testable import TesseraRuntime

/// What all requests begin with is kept once.
@Suite struct RequestPartsTests {
  @Test(arguments: ModelDialectName.allCases) func requestsShareTheirBeginning(_ name: ModelDialectName) {
    let bodies = ["{\"a\":1}", "{\"b\":\"another\"}"].map { data in
      JSONWriter.bytes(
        name.dialect.body(
          ModelRequest(
            system: [AgentContract.instructions, "The shop's table.\n{}"], tools: [],
            turns: [.user(["<data>\n\(data)\n</data>", "Answer for the hour of now."])],
            answer: ModelAnswerSchema(name: "supplement", schema: AgentContract.answerSchema)), model: "m",
          profile: ModelProfile()))
    }
    let parts = bodies.map(RequestParts.split)
    #expect(parts.allSatisfy { $0.count == 2 })
    #expect(zip(parts, bodies).allSatisfy { $0.flatMap { $0 } == $1 })
    #expect(parts[0][0] == parts[1][0] && parts[0][1] != parts[1][1])
    #expect(parts[0][0].count > 2 * parts[0][1].count)
  }
}
