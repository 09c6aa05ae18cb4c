import TesseraModel
import Testing

@testable import TesseraServer

/// The dashboard's pages as a browser gets them.
@Suite struct DashboardTests {
  typealias Fixture = DashboardFixture

  @Test func everyTemplateParses() {
    #expect(!DashboardTemplates.texts.isEmpty)
    #expect(DashboardTemplates.broken == [])
  }

  @Test func everyPageIsWhole() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let list = try await Fixture.get("/segments?q=leans", port).body
      let segment = try #require(Fixture.between("href=\"/segments/s_", "\"", in: list))
      let page = try await Fixture.get("/segments/s_" + segment, port).body
      let decision = try #require(Fixture.between("href=\"/decisions/d_", "\"", in: page))
      let paths = [
        "/", "/segments", "/segments?q=leans", "/segments?brand=calm&sort=members", "/segments/s_" + segment,
        "/decisions/d_" + decision, "/cycles", "/cycles/1", "/customers", "/customers?id=c0", "/customers?id=lonely",
        "/learning", "/agents", "/agents/runs", "/agents/runs?cycle=1", "/agents/runs?segment=s_" + segment,
      ]
      for path in paths {
        let response = try await Fixture.get(path, port)
        #expect(response.status == 200, "\(path)")
        #expect(response.headers["content-type"] == "text/html; charset=utf-8", "\(path)")
        Self.expectWhole(response.body, path)
        Self.expectGuarded(response, path)
      }
    }
  }

  /// One heading, landmarks, a way past the navigation, and nothing that a template left behind.
  static func expectWhole(_ html: String, _ path: String) {
    for part in ["<h1>", "<main id=\"main\"", "<header>", "<footer>", "<title>", "href=\"#main\""] {
      #expect(Fixture.count(part, in: html) == 1, "\(path): \(part)")
    }
    // Records that are shown as they are have the marketer's own merge tags.
    let outside = html.replacing(/<pre[^>]*>[\s\S]*?<\/pre>/, with: "")
    #expect(!outside.contains("{{") && !outside.contains("Optional("), "\(path)")
    #expect(!html.contains("is broken"), "\(path)")
    #expect(Fixture.count("<section", in: html) == Fixture.count("</section>", in: html), "\(path)")
    #expect(Fixture.count("<table", in: html) == Fixture.count("</table>", in: html), "\(path)")
    #expect(!html.contains(" style=\"") && !html.contains("<script"), "\(path)")
    let ids = html.ranges(of: " id=\"").map { html[$0.upperBound...].prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count, "\(path): \(ids)")
  }

  static func expectGuarded(_ response: RawResponse, _ path: String) {
    #expect(response.headers["content-security-policy"]?.contains("default-src 'none'") ?? false, "\(path)")
    #expect(response.headers["x-content-type-options"] == "nosniff", "\(path)")
    #expect(response.headers["referrer-policy"] == "same-origin", "\(path)")
  }

  @Test func whatTheShopSentIsEscaped() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let list = try await Fixture.get("/segments?q=leans", port).body
      #expect(list.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      let segment = try #require(Fixture.between("href=\"/segments/s_", "\"", in: list))
      for path in ["/", "/segments", "/segments/s_" + segment, "/customers?id=c0", "/segments?q=%3Cscript%3E"] {
        let html = try await Fixture.get(path, port).body
        #expect(!html.contains("<script") && !html.contains("<img"), "\(path)")
      }
      #expect(try await Fixture.get("/", port).body.contains("<h1>Fjord &amp; Sons</h1>"))
    }
  }

  @Test func aSegmentShowsWhatWasDecidedAndWhy() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let list = try await Fixture.get("/segments?q=leans", port).body
      let segment = try #require(Fixture.between("href=\"/segments/s_", "\"", in: list))
      let html = try await Fixture.get("/segments/s_" + segment, port).body
      #expect(html.contains("30 active customers"))
      #expect(html.contains("2026-05-01 12:00 +02:00"))
      for part in ["home_hero", "brand-spotlight", "this segment", "everyone", "speaks of brand"] {
        #expect(html.contains(part), "\(part)")
      }
      #expect(html.contains("it is only for visits lapsed"))
      #expect(html.contains("1 new within 7 days") && html.contains("catalog_changes") && html.contains("Prediction"))
      #expect(html.contains("<strong>boost</strong> brand-spotlight"))
      let document = try await Fixture.get("/segments/s_\(segment).json", port)
      #expect(document.headers["content-type"] == "application/json")
      #expect(try JSONParser.parse(Array(document.body.utf8))["id"]?.text == "s_" + segment)
    }
  }

  @Test func aRolledUpSegmentSaysWhatStandsInForIt() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let customer = try await Fixture.get("/customers?id=lonely", port).body
      let segment = try #require(Fixture.between("href=\"/segments/s_", "\"", in: customer))
      let html = try await Fixture.get("/segments/s_" + segment, port).body
      #expect(html.contains("this micro-segment is rolled up") && html.contains("leans to calm"))
    }
  }

  @Test func addressesAndNumbersAreNeverShownInFull() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let html = try await Fixture.get("/customers?id=c0", port).body
      #expect(html.contains("Ana L.") && html.contains("a•••@e•••.com") && html.contains("••• 56"))
      for secret in [Fixture.email, Fixture.phone, "Lopez", "600123456"] {
        #expect(!html.contains(secret), "\(secret)")
      }
    }
  }

  @Test func anEmptyStoreSaysWhatToDo() async throws {
    let fixture = try Fixture()
    try await fixture.serve { port, _ in
      let overview = try await Fixture.get("/", port)
      #expect(overview.status == 200)
      #expect(overview.body.contains("No decision book yet") && overview.body.contains("tessera import"))
      for path in ["/", "/segments", "/cycles"] {
        let response = try await Fixture.get(path, port)
        #expect(response.status == 200 && response.body.contains("tessera cycle"), "\(path)")
        Self.expectWhole(response.body, path)
      }
      #expect(try await Fixture.get("/segments/random", port).status == 404)
    }
  }

  @Test func aSampleLeadsToASegment() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let response = try await Fixture.get("/segments/random", port)
      #expect(response.status == 303)
      let location = try #require(response.headers["location"])
      #expect(location.hasPrefix("/segments/s_"))
      #expect(try await Fixture.get(location, port).status == 200)
    }
  }

  @Test func whatIsNotThereIsAPage() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve { port, _ in
      let paths = [
        "/segments/s_0", "/segments/s_0/more", "/decisions/d_0", "/cycles/99", "/cycles/x", "/cycles/1/2/3",
        "/agents/runs/run_0", "/agents/x/y",
        "/customers?id=nobody",
      ]
      for path in paths {
        let response = try await Fixture.get(path, port)
        #expect(response.status == 404, "\(path)")
        Self.expectWhole(response.body, path)
      }
      #expect(
        try await Fixture.get("/segments/s_0.json", port).headers["content-type"] == "application/problem+json")
    }
  }

  @Test func withoutASessionThereIsNothingToSee() async throws {
    let fixture = try Fixture()
    try await fixture.fill()
    try await fixture.serve(isOpen: false) { port, link in
      for path in [
        "/", "/segments", "/segments/random", "/cycles/1", "/decisions/d_0", "/customers?id=c0", "/cycles/1/2",
        "/agents", "/agents/runs", "/agents/runs/run_0",
      ] {
        let response = try await Fixture.get(path, port)
        #expect(response.status == 401, "\(path)")
        #expect(response.body.contains("<h1>Log in</h1>") && !response.body.contains("jackets"), "\(path)")
      }
      let login = try await Fixture.get(link, port)
      #expect(login.status == 303 && login.headers["location"] == "/")
      let cookie = try #require(login.headers["set-cookie"]?.split(separator: ";").first.map(String.init))
      #expect(try await Fixture.get("/", port, cookie: cookie).status == 200)
      #expect(try await Fixture.get(link, port).status == 401)
    }
  }

  @Test func theStyleSheetIsKeptForAsLongAsItIsTheSame() async throws {
    let fixture = try Fixture()
    try await fixture.serve(isOpen: false) { port, _ in
      let current = try await Fixture.get(DashboardStyle.address, port)
      #expect(current.status == 200 && current.headers["content-type"] == "text/css; charset=utf-8")
      #expect(current.headers["cache-control"] == "public, max-age=31536000, immutable")
      #expect(try await Fixture.get(DashboardStyle.path, port).headers["cache-control"] == "no-cache")
    }
  }
}
