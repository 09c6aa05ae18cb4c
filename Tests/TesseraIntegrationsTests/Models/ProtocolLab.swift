import Foundation
import NIOCore
import NIOPosix
import TesseraAgents
import TesseraIntegrations
import TesseraModel
import Testing

/// The protocol lab: a server that refuses what the vendors' servers refuse. It lies beside the project, needs Python
/// packages, and runs once for the suites that ask for it.
struct ProtocolLab: Sendable {
  let url: String

  @TaskLocal static var current: ProtocolLab?

  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/tools/llm")
  private static let script = folder.appending(path: "llm_lab.py").path

  /// The segment agent's contract, which lies beside the lab.
  static func contract() throws -> JSONValue {
    try JSONParser.parse(Array(Data(contentsOf: folder.appending(path: "agent_contract.json"))))
  }

  /// Why it cannot run here; nil when it can.
  static let absence: String? = {
    guard FileManager.default.fileExists(atPath: script) else {
      return "skipped: there is no protocol lab at ../shared/tools/llm, so no vendor's rules were checked"
    }
    guard let check = try? launch(["-c", "import anthropic, openai, starlette, uvicorn, jsonschema"]) else {
      return "skipped: the protocol lab needs python3, so no vendor's rules were checked"
    }
    check.waitUntilExit()
    guard check.terminationStatus == 0 else {
      return "skipped: the protocol lab needs `pip install anthropic openai starlette uvicorn jsonschema`, "
        + "so no vendor's rules were checked"
    }
    return nil
  }()

  /// For `.enabled(if:)`. Says once on standard error that a suite is left out, where nobody can miss it.
  static let isThere: Bool = {
    guard let absence else { return true }
    FileHandle.standardError.write(Data("\n*** \(absence) ***\n\n".utf8))
    return false
  }()

  private static func launch(_ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs the lab while `body` runs.
  static func with(_ body: () async throws -> Void) async throws {
    let port = try await freePort()
    let process = try launch([script, "--port", String(port), "--tool-rounds", "2", "--batch-seconds", "0"])
    // at once: asked politely, it would wait for the answers it holds back
    defer { kill(process.processIdentifier, SIGKILL) }
    let lab = ProtocolLab(url: "http://127.0.0.1:\(port)")
    try await lab.ready(process)
    try await $current.withValue(lab) { try await body() }
  }

  private static func freePort() async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    try await channel.close()
    return port
  }

  /// Waits for the process to listen; Python takes seconds to load, and a busy machine many.
  private func ready(_ process: Process) async throws {
    for _ in 0..<600 where process.isRunning {
      let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: Int(url.split(separator: ":").last ?? "") ?? 0).get()
      if let channel {
        try await channel.close()
        return
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw ModelFailure(.connection, "the protocol lab does not start")
  }

  /// Runs `body` with a client of the lab.
  /// - Parameter fault: one of the lab's names of faults.
  static func withClient<T>(
    _ dialect: ModelDialectName, _ name: String, fault: String? = nil, clock: any ModelClock = ManualModelClock(),
    _ body: (ModelClient) async throws -> T
  ) async throws -> T {
    let lab = try #require(current)
    return try await ModelFixture.withClient(
      url: dialect == .anthropic ? lab.url : lab.url + "/v1", dialect: dialect, name: name, clock: clock,
      profile: ModelProfile.chosen(
        dialect: dialect, baseURL: dialect == .anthropic ? "" : "https://api.openai.com/v1", model: name),
      extraHeaders: fault.map { [("x-lab-fault", $0)] } ?? [], body)
  }
}

/// Runs a suite within the lab.
struct ProtocolLabTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard ProtocolLab.absence == nil else { return try await function() }
    try await ProtocolLab.with { try await function() }
  }
}
