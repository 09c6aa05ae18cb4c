import Foundation

/// wrk, run for some seconds, and what it measured.
struct LoadGenerator {
  struct Figures {
    let perSecond: Double
    /// Milliseconds.
    let p99: Double
    let failed: Int
  }

  static var isInstalled: Bool { path("wrk") != nil }

  /// Where a program is, on PATH or where Debian puts servers.
  static func path(_ program: String) -> String? {
    let folders =
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin"]
    return folders.map { $0 + "/" + program }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// - Parameter script: a Lua script for wrk, or nil for plain GETs.
  static func run(url: String, connections: Int, seconds: Int, script: String?) throws -> Figures {
    guard let wrk = path("wrk") else { throw CommandError("wrk is missing: apt-get install wrk") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: wrk)
    process.arguments =
      ["-t1", "-c\(connections)", "-d\(seconds)s", "--latency"] + (script.map { ["-s", $0] } ?? []) + [url]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return try figures(text)
  }

  private static func figures(_ text: String) throws -> Figures {
    var (rate, p99, failed) = (Double?.none, Double?.none, 0)
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "Requests/sec:" { rate = Double(words[1]) }
      if words.first == "99%" { p99 = milliseconds(words[1]) }
      if words.first == "Non-2xx" { failed = Int(words.last ?? "") ?? 1 }
    }
    guard let rate, let p99 else { throw CommandError("wrk's answer could not be read: \(text.prefix(200))") }
    return Figures(perSecond: rate, p99: p99, failed: failed)
  }

  private static func milliseconds(_ text: String) -> Double? {
    if text.hasSuffix("us") { return Double(text.dropLast(2)).map { $0 / 1_000 } }
    if text.hasSuffix("ms") { return Double(text.dropLast(2)) }
    return text.hasSuffix("s") ? Double(text.dropLast()).map { $0 * 1_000 } : nil
  }
}
