import Foundation
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

/// A `tessera serve` of one's own, on a free port.
final class ServedProcess {
  private let process: Process
  let base: URL

  init(_ tool: CommandLineTool, _ more: [String] = ["--at", "2026-05-01T10:00:00Z"]) throws {
    process = tool.process(["serve", "--no-auth", "--port", "0", "--json"] + more)
    let pipe = Pipe()
    process.standardOutput = pipe
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
