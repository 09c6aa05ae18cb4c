import TesseraAgents
import TesseraModel
import TesseraRuntime
import TesseraStorage
import Testing

@testable import TesseraServer

/// Proposed texts: read, judged by a button and by the API, and by nobody else.
@Suite struct TextsPageTests {
  typealias Fixture = DashboardFixture

  private static let text = ProposedVariant(
    ProposedCopy(
      arm: "a1", slot: "home_hero", style: "practical", headline: "Back <b>again</b>", body: "Have a look.",
      evidence: ["e1"]),
    parent: "best sellers/\u{E9}", segment: Segment(axes: ["visits"], values: [.word("new")]), label: "new visitor",
    run: "run_0123456789abcdef", author: "rules", at: Fixture.now)

  /// A creative's id may be any text.
  private static let path = "/agents/texts/" + DashboardText.encoded(text.id)

  private func fixture() async throws -> Fixture {
    var shelf = CopyShelf()
    shelf.propose(TextsPageTests.text)
    let fixture = try Fixture()
    try await fixture.store.set("copy_shelf", to: shelf.bytes)
    return fixture
  }

  private static func post(
    _ path: String, _ body: String, _ port: Int, headers: String = "",
    type: String = "application/x-www-form-urlencoded"
  ) async throws -> RawResponse {
    try await LoopbackClient.connect(port) { client in
      try await client.send(
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
          + "\(headers)\r\n\(body)")
      return try await client.response()
    }
  }

  @Test func aButtonApprovesAndAnotherStops() async throws {
    let fixture = try await fixture()
    let path = TextsPageTests.path
    try await fixture.serve { port, _ in
      let page = try await Fixture.get("/agents/texts", port).body
      #expect(page.contains("Back &lt;b&gt;again&lt;/b&gt;") && !page.contains("<b>"))
      #expect(page.contains("value=\"approve\"") && page.contains("action=\"\(path)\""))
      let approved = try await TextsPageTests.post(
        path, "judgement=approve", port, headers: "Sec-Fetch-Site: same-origin\r\n")
      #expect(approved.status == 303 && approved.headers["location"] == "/agents/texts")
      #expect(try await fixture.engine.proposedTexts().map(\.state) == [.live])
      #expect(try await TextsPageTests.post(path, "judgement=approve", port).status == 400)
      #expect(try await Fixture.get("/agents/texts", port).body.contains("value=\"stop\""))
      // As a browser sends it over plain HTTP, where it does not say of which site a form is.
      let stopped = try await TextsPageTests.post(
        path, "judgement=stop", port, headers: "Origin: http://localhost\r\n")
      #expect(stopped.status == 303)
      #expect(try await fixture.engine.proposedTexts().map(\.state) == [.stopped])
      #expect(try await TextsPageTests.post("/agents/texts/none", "judgement=stop", port).status == 404)
    }
  }

  /// Another site's page cannot press the button, whoever is logged in here.
  @Test(arguments: [
    "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: http://evil.example\r\n",
  ])
  func anotherSitesFormIsRefused(_ headers: String) async throws {
    let fixture = try await fixture()
    try await fixture.serve { port, _ in
      let response = try await TextsPageTests.post(
        TextsPageTests.path, "judgement=approve", port, headers: headers)
      #expect(response.status == 403)
      #expect(try await fixture.engine.proposedTexts().map(\.state) == [.pending])
    }
  }

  @Test func theSameByTheAPI() async throws {
    let fixture = try await fixture()
    let json = "application/json"
    try await fixture.serve(isOpen: false) { port, _ in
      let key = "Authorization: Bearer secret\r\n"
      let path = "/v1/texts/" + DashboardText.encoded(TextsPageTests.text.id)
      #expect(try await TextsPageTests.post(path, "{}", port, type: json).status == 401)
      #expect(try await TextsPageTests.post(path, "{}", port, headers: key, type: json).status == 400)
      let done = try await TextsPageTests.post(path, "{\"judgement\":\"reject\"}", port, headers: key, type: json)
      #expect(done.status == 200 && done.body.contains("\"rejected\""))
      #expect(try await fixture.engine.proposedTexts().map(\.state) == [.rejected])
    }
  }
}
