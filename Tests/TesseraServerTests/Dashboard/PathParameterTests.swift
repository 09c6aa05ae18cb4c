import TesseraModel
import TesseraRuntime
import Testing

@testable import TesseraServer

/// Ids are any text; in a path they are percent-encoded.
@Suite struct PathParameterTests {
  @Test(arguments: ["plain", "a b", "ana@example.com", "50%", "a+b", "shop/1", "caf\u{E9}", "~x"])
  func anIdIsFoundByItsEncodedPath(_ id: String) async throws {
    let fixture = try DashboardFixture()
    fixture.engine.serving.turnOn()
    let event = Event(id: id, type: "page_viewed", at: DashboardFixture.now.adding(-1_000), customer: "c \(id)")
    _ = try await fixture.engine.ingest([.success(FactEntry(event: event))])
    try await fixture.serve { port, _ in
      let found = try await DashboardFixture.get("/v1/events/" + DashboardText.encoded(id), port)
      let stored = try JSONParser.parse(found.body)
      #expect(found.status == 200 && stored["id"]?.text == id)
      let customer = try await DashboardFixture.get("/v1/customers/" + DashboardText.encoded("c " + id), port)
      #expect(customer.status == 200)
      let other = try await DashboardFixture.get("/v1/events/" + DashboardText.encoded(id + "?"), port)
      #expect(other.status == 404)
    }
  }

  @Test(arguments: ["%", "%4", "%zz", "%ff"]) func whatIsWronglyEncodedIsNotFound(_ path: String) async throws {
    let fixture = try DashboardFixture()
    try await fixture.serve { port, _ in
      let response = try await DashboardFixture.get("/v1/events/" + path, port)
      #expect(response.status == 404)
    }
  }
}
