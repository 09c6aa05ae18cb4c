import Foundation
import Glibc
import TesseraModel
import Testing

/// A server that is killed without warning, over and over, while facts arrive.
@Suite(.serialized) struct CrashTests {
  /// Kills in one test run; `make soak` would run more.
  static let rounds = 5

  @Test func noAcknowledgedFactIsLost() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    var acknowledged: [String] = []
    for round in 0..<CrashTests.rounds {
      let server = try ServedProcess(tool)
      let killAfter = 40 + 25 * round
      for i in 0..<killAfter {
        let ids = (0..<5).map { "r\(round)-\(i)-\($0)" }
        let body = ids.map {
          "{\"id\":\"\($0)\",\"type\":\"page_viewed\",\"at\":\"2026-05-01T09:00:00Z\",\"customer\":\"c\(i % 7)\"}"
        }
        if try await server.post("/v1/events", body.joined(separator: "\n")) == 202 { acknowledged += ids }
      }
      server.kill()
    }
    let server = try ServedProcess(tool)
    defer { server.kill() }
    #expect(acknowledged.count > 500)
    var stored: Set<String> = []
    var cursor = "0"
    while true {
      let page = try await server.get("/v1/events?limit=1000&cursor=\(cursor)")
      for event in page["events"]?.elements ?? [] {
        let id = event["id"]?.text ?? ""
        #expect(stored.insert(id).inserted, "\(id) is stored twice")
      }
      guard let next = page["next"]?.text else { break }
      cursor = next
    }
    #expect(acknowledged.allSatisfy { stored.contains($0) })
  }

  @Test func aCycleKilledHalfWayLeavesTheLastBookInForce() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let lines = (0..<4_000).map { i in
      "{\"id\":\"e\(i)\",\"type\":\"product_viewed\",\"at\":\"2026-05-01T09:30:00Z\",\"customer\":\"c\(i % 900)\",\"product\":\"p\(i % 50)\"}"
    }
    try tool.write("e.ndjson", lines.joined(separator: "\n"))
    #expect(try tool.run("import", "events", "e.ndjson").status == 0)
    #expect(try tool.run("cycle", "--at", "2026-05-01T10:00:00Z").status == 0)
    for milliseconds in [30, 80, 130, 200, 300] {
      let process = tool.process(["cycle", "--at", "2026-05-01T11:00:00Z", "--quiet"])
      process.standardOutput = Pipe()
      try process.run()
      try await Task.sleep(for: .milliseconds(milliseconds))  // the moment of the crash, not a wait for something
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let again = try JSONParser.parse(try tool.run("cycle", "--at", "2026-05-01T11:00:00Z", "--json").out)
    #expect(again["cycle"]?.integer == 2)
    #expect(try tool.run("replay", "1").status == 0)
    #expect(try tool.run("replay", "2").status == 0)
    let third = try JSONParser.parse(try tool.run("cycle", "--at", "2026-05-01T12:00:00Z", "--json").out)
    #expect(third["cycle"]?.integer == 3)
  }
}

extension CrashTests {
  /// Money that was set aside for a call counts as spent when the process dies before the answer: whoever starts again
  /// cannot spend it twice.
  @Test func aKilledCycleCannotSpendTheBudgetTwice() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    let model = try SilentServer()
    defer { model.close() }
    let products = ["p1", "p2"].map { "{\"id\":\"\($0)\",\"title\":\"Jacket\",\"brand\":\"Kestrel\",\"inventory\":5}" }
    try tool.write("p.ndjson", products.joined(separator: "\n"))
    let lines = (0..<300).map { i in
      "{\"id\":\"e\(i)\",\"type\":\"product_viewed\",\"at\":\"2026-05-01T09:30:00Z\",\"customer\":\"c\(i % 100)\",\"product\":\"p1\"}"
    }
    try tool.write("e.ndjson", lines.joined(separator: "\n"))
    #expect(try tool.run("import", "products", "p.ndjson").status == 0)
    #expect(try tool.run("import", "events", "e.ndjson").status == 0)
    // Room for one call at its dearest, not for two.
    try tool.write(
      "tessera.yaml",
      """
      model: {dialect: anthropic, url: "http://127.0.0.1:\(model.port)", name: claude-haiku-5-5, key: k}
      agent: {deadline_seconds: 2, budget: {hour: 0.005, day: 0.005, month: 0.005}}
      """)
    let process = tool.process(["cycle", "--at", "2026-05-01T10:00:00Z", "--quiet"])
    process.standardOutput = Pipe()
    try process.run()
    // Until the question is on the wire, so that it is reserved.
    #expect(try model.firstBytes().contains("POST /v1/messages"))
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()

    let again = try JSONParser.parse(try tool.run("cycle", "--at", "2026-05-01T10:00:00Z", "--json").out)
    #expect(again["cycle"]?.integer == 1)
    #expect((again["agent"]?["why_skipped"]?["budget"]?.integer ?? 0) > 0, "\(again["agent"] ?? .null)")
    #expect(again["agent"]?["calls"] == 0)
  }
}

/// A server that takes connections and never answers.
final class SilentServer {
  private let listener: Int32
  let port: UInt16

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        bind(listener, raw, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, raw, &length) == 0
      }
    }
    try #require(bound)
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
  }

  /// What the first connection sends at first; waits for it.
  func firstBytes() throws -> String {
    let connection = accept(listener, nil, nil)
    try #require(connection >= 0)
    var buffer = [UInt8](repeating: 0, count: 512)
    let count = read(connection, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  func close() { _ = Glibc.close(listener) }
}

/// A `tessera serve` of one's own, on a free port.
final class ServedProcess {
  private let process: Process
  let base: URL
  /// What it wrote on standard error.
  let errors = URL(filePath: NSTemporaryDirectory()).appending(path: "tessera-errors-\(UUID().uuidString)")

  init(_ tool: CommandLineTool, _ more: [String] = ["--at", "2026-05-01T10:00:00Z"]) throws {
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    process = tool.process(["serve", "--no-auth", "--port", "0", "--json"] + more)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    var text = ""
    while !text.contains("\n") {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    let url = try JSONParser.parse(text)["url"]?.text.flatMap { URL(string: $0) }
    base = try #require(url)
  }

  func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: errors)
  }

  /// Tells it to read its configuration again.
  /// - Returns: what it says of that.
  func reload() async throws -> String {
    let before = try Data(contentsOf: errors).count
    Foundation.kill(process.processIdentifier, SIGHUP)
    while true {
      let said = String(decoding: try Data(contentsOf: errors).dropFirst(before), as: UTF8.self)
      if said.contains("is in force") || said.contains("not taken over") { return said }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  func post(_ path: String, _ body: String) async throws -> Int {
    try await answer("POST", path, body).status
  }

  func get(_ path: String) async throws -> JSONValue {
    try JSONParser.parse(Array(try await answer("GET", path, nil).body))
  }

  func answer(_ method: String, _ path: String, _ body: String?) async throws -> (
    status: Int, body: Data, headers: [String: String]
  ) {
    let arguments =
      ["-s", "-i", "--max-time", "20", "-X", method] + (body.map { _ in ["--data-binary", "@-"] } ?? []) + [
        base.absoluteString + path
      ]
    let curl = Process()
    curl.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
    curl.arguments = arguments
    let (input, output) = (Pipe(), Pipe())
    curl.standardInput = input
    curl.standardOutput = output
    try curl.run()
    if let body { try input.fileHandleForWriting.write(contentsOf: Data(body.utf8)) }
    try input.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    curl.waitUntilExit()
    guard let end = data.firstRange(of: Data("\r\n\r\n".utf8)) else { return (0, Data(), [:]) }
    let head = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in head.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return (Int(head.first?.split(separator: " ").dropFirst().first ?? "0") ?? 0, data[end.upperBound...], headers)
  }
}
