import Foundation
import TesseraModel
import Testing

/// The served API as clients see it.
@Suite struct ServerTests {
  @Test func malformedRequestsGetAProblemAndTheServerLivesOn() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let server = try ServedProcess(tool)
    defer { server.kill() }
    let cases: [(String, String, String?, Int)] = [
      ("POST", "/v1/events", "", 400), ("POST", "/v1/events", "[]", 400), ("POST", "/v1/events", "[{},]", 400),
      ("POST", "/v1/events", "{\"id\":\"a\"}", 422), ("POST", "/v1/events", "\u{FEFF}[]", 400),
      ("POST", "/v1/events", "[1,2]", 422),
      ("POST", "/v1/orders", "{\"id\":\"o\",\"customer\":\"c\",\"placed_at\":\"x\"}", 422),
      ("POST", "/v1/products", "{\"id\":\"p\",\"price\":1e-9223372036854775808}", 422),
      ("POST", "/v1/identify", "{\"anonymous\":\"a\"}", 422), ("GET", "/v1/decide", nil, 400),
      ("GET", "/v1/decide?placement=home_hero", nil, 400), ("GET", "/v1/decide?customer=a&placement=nope", nil, 404),
      ("GET", "/v1/decide?customer=%00&placement=home_hero", nil, 400), ("POST", "/v1/decide", "{}", 400),
      ("GET", "/v1/segments?nope=1", nil, 400), ("GET", "/v1/segments?limit=0", nil, 400),
      ("GET", "/v1/segments/s_0", nil, 404),
      ("GET", "/v1/cycles/zero", nil, 404), ("GET", "/v1/decisions/d_0", nil, 404),
      ("GET", "/v1/events/none", nil, 404),
      ("GET", "/v1/customers/none", nil, 404), ("DELETE", "/v1/events", nil, 405), ("PUT", "/v1/decide", nil, 405),
      ("GET", "/v1/nothing", nil, 404), ("POST", "/v1/admin/cycle", "{}", 403), ("POST", "/v1/tokens", "nonsense", 400),
    ]
    for (method, path, body, status) in cases {
      let answer = try await server.answer(method, path, body)
      #expect(answer.status == status, "\(method) \(path) \(body ?? "")")
      #expect(answer.headers["content-type"] == "application/problem+json", "\(method) \(path)")
      let problem = try JSONParser.parse(Array(answer.body))
      #expect(problem["status"]?.integer == status && !(problem["detail"]?.text ?? "").isEmpty, "\(method) \(path)")
    }
    for path in [
      "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/v1/segments", "/v1/cycles", "/v1/events",
    ] {
      #expect(try await server.answer("GET", path, nil).status == 200, "\(path)")
    }
  }

  @Test func noiseInBodiesNeverEndsTheServer() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let server = try ServedProcess(tool)
    defer { server.kill() }
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let parts = [
      "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "1e999", "-", "0", "\n", "\"id\"",
      "\"at\"", "\"type\"",
      "\"lines\"", "\"2026-05-01T10:00:00Z\"", "\"x\"", "9223372036854775808", "\"price\"", "é",
    ]
    for _ in 0..<120 {
      let body = (0..<next(30)).map { _ in parts[next(parts.count)] }.joined()
      let path = ["/v1/events", "/v1/orders", "/v1/products", "/v1/customers", "/v1/identify", "/v1/decide"][next(6)]
      let status = try await server.answer("POST", path, body).status
      #expect((200..<500).contains(status), "\(path): \(body)")
    }
    #expect(try await server.answer("GET", "/healthz", nil).status == 200)
  }

  @Test func keysGuardWhatTheyShould() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let process = tool.process(["serve", "--port", "0", "--json", "--at", "2026-05-01T10:00:00Z"])
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    var text = ""
    while !text.contains("\n") { text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) }
    let start = try JSONParser.parse(text)
    let base = try #require(start["url"]?.text)
    let secret = try #require(start["secret_key"]?.text)
    let publishable = try #require(start["publishable_key"]?.text)
    func status(_ path: String, key: String?, body: String? = nil) throws -> Int {
      let curl = Process()
      curl.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
      var arguments = ["-s", "-o", "/dev/null", "-w", "%{http_code}", base + path]
      if let key { arguments += ["-H", "Authorization: Bearer \(key)"] }
      if let body { arguments += ["-d", body] }
      curl.arguments = arguments
      let output = Pipe()
      curl.standardOutput = output
      try curl.run()
      curl.waitUntilExit()
      return Int(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)) ?? 0
    }
    let event = "{\"id\":\"e\",\"type\":\"page_viewed\",\"at\":\"2026-05-01T09:00:00Z\",\"anonymous\":\"v\"}"
    let named = "{\"id\":\"f\",\"type\":\"page_viewed\",\"at\":\"2026-05-01T09:00:00Z\",\"customer\":\"c\"}"
    #expect(try status("/v1/segments", key: nil) == 401)
    #expect(try status("/v1/segments", key: "tsk_wrong") == 401)
    #expect(try status("/v1/segments", key: publishable) == 403)
    #expect(try status("/v1/segments", key: secret) == 200)
    #expect(try status("/v1/events", key: publishable, body: event) == 202)
    #expect(try status("/v1/events", key: publishable, body: named) == 422)
    #expect(try status("/v1/events?key=\(publishable)", key: nil, body: event) == 202)
    #expect(try status("/v1/customers", key: publishable, body: "{\"id\":\"c\"}") == 403)
    #expect(try status("/v1/decide?anonymous=v&placement=home_hero", key: publishable) == 200)
    #expect(try status("/v1/decide?anonymous=v&placement=home_hero", key: nil) == 401)
    #expect(try status("/v1/admin/cycle", key: secret, body: "{}") == 403)
    #expect(try status("/", key: nil) == 401)
  }
}
