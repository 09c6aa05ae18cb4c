import Foundation
import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// A real server of open models, where one is named: however small the model, its grammar holds it to the form.
@Suite(
  .enabled(
    if: LlamaServer.url != nil,
    "skipped: TESSERA_LLAMA_URL names no llama.cpp server, such as http://127.0.0.1:8092/v1"
  ))
struct LlamaServerTests {
  @Test func anAnswerIsInTheFormOrCutOff() async throws {
    let digest: JSONValue = [
      "id": "s_0000000000000001", "arms": ["a1": [.double(0.05), .double(0.02), 100, .double(0.5)]], "changes": [],
    ]
    var request = ModelRequest(
      system: [AgentContract.instructions, "The shop's table.\n{}"], tools: [],
      turns: [.user(["<data>\n\(JSONWriter.text(digest))\n</data>", "Answer for the hour of 2026-05-01T10:00:00Z."])],
      answer: ModelAnswerSchema(name: "supplement", schema: AgentContract.answerSchema))
    request.outputTokensMax = 600
    try await ModelFixture.withClient(
      url: try #require(LlamaServer.url), dialect: .chatCompletions, name: "tiny",
      clock: SystemModelClock(wall: { Instant(milliseconds: 1_795_600_000_000) })
    ) { client in
      let reply = try await client.answer(request, deadline: .now + .seconds(300)).result.get()
      #expect(reply.usage.prompt > 100 && reply.usage.output > 0)
      // A model without sense may go on for ever within the form.
      guard reply.stop == .end else { return #expect(reply.stop == .cut) }
      #expect(reply.json.flatMap { AgentAnswer.read($0) } != nil)
    }
  }
}

/// Where it is.
enum LlamaServer {
  static let url = ProcessInfo.processInfo.environment["TESSERA_LLAMA_URL"]
}
