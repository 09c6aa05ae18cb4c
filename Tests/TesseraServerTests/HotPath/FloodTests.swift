import TesseraModel
import TesseraRuntime
import TesseraStorage
import TesseraTesting
import Testing

/// More facts than can be taken, over real connections: what is refused is told when to come again, what was taken is
/// kept, and decisions wait for none of it.
@Suite struct FloodTests {
  private static let eventsPerPost = 500

  private static func body(_ post: Int) -> String {
    (0..<eventsPerPost).map { i in
      "{\"id\":\"f\(post)-\(i)\",\"type\":\"product_viewed\",\"at\":\"2026-05-01T09:59:00Z\","
        + "\"customer\":\"n\(post)\",\"product\":\"p1\"}"
    }.joined(separator: "\n")
  }

  private static func post(_ number: Int, _ port: Int) async throws -> RawResponse {
    let body = body(number)
    return try await LoopbackClient.connect(port) { client in
      try await client.send(
        "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
      return try await client.response()
    }
  }

  private static func decide(_ customer: String, _ port: Int) async throws -> JSONValue {
    let answer = try await DashboardFixture.get("/v1/decide?customer=\(customer)&placement=home_hero", port)
    #expect(answer.status == 200)
    return try JSONParser.parse(Array(answer.body.utf8))
  }

  @Test func whatIsTooMuchIsRefusedAndDecisionsGoOn() async throws {
    let disk = StandingDisk(isOpen: true)
    let fixture = try DashboardFixture { StandingLog(disk, $0) }
    try await fixture.fill()
    try await fixture.serve { port, _ in
      await disk.close()
      let taken = try await withThrowingTaskGroup(of: RawResponse.self) { group in
        // As many posts as wait at most, and some more.
        let enough = IngestQueue.pendingMax / FloodTests.eventsPerPost
        for number in 0..<enough + 20 { group.addTask { try await FloodTests.post(number, port) } }
        var (taken, refused) = (0, 0)
        while let answer = try await group.next() {
          if answer.status == 202 {
            taken += 1
            continue
          }
          #expect(answer.status == 503 && answer.headers["retry-after"] == "1", "\(answer.status)")
          refused += 1
          // Nothing is taken while the disk stands still, and decisions are made all the same.
          if taken == 0 { #expect(try await FloodTests.decide("c\(refused % 30)", port)["decision"]?.isNull == false) }
          if refused == 10 { await disk.open() }
        }
        #expect(refused >= 10 && taken >= enough)
        return taken
      }
      // All that was taken is there once, and nothing else.
      let facts = try await fixture.store.events(after: 0, limit: .max)
      let flood = try facts.count { fact in
        if case .event(let event) = try fact.fact() { event.id.hasPrefix("f") } else { false }
      }
      #expect(flood == taken * FloodTests.eventsPerPost)
    }
  }

  /// Whoever was told that a fact is taken finds it in the next decision, or in one soon after.
  @Test func aFactShowsInDecisions() async throws {
    let fixture = try DashboardFixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      for number in 0..<5 {
        #expect(try await FloodTests.decide("n\(number)", port)["fallback"]?.text == "unknown_customer")
        #expect(try await FloodTests.post(number, port).status == 202)
        var (tries, answer) = (0, try await FloodTests.decide("n\(number)", port))
        while answer["fallback"]?.text == "unknown_customer", tries < 200 {
          try await Task.sleep(for: .milliseconds(5))
          (tries, answer) = (tries + 1, try await FloodTests.decide("n\(number)", port))
        }
        let segment = answer["segment"]?["description"]?.text ?? ""
        #expect(segment.contains("leans to"), "\(answer)")
      }
    }
  }
}
