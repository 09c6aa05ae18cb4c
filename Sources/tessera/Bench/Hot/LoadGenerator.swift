import Foundation

/// wrk, run for some seconds, and what it measured.
struct LoadGenerator {
  struct Figures {
    let perSecond: Double
    /// Milliseconds.
    let p50: Double
    let p99: Double
    /// Told by a script that ends with `percentiles` only.
    let p999: Double?
    let failed: Int
    let requests: Double
    /// Microseconds of processor time that a request took of what was measured.
    var processor = 0.0
    /// Megabytes that what was measured held at the end.
    var memory = 0.0
  }

  static var isInstalled: Bool { path("wrk") != nil }

  /// The end of a script: a percentile that wrk does not print by itself.
  static let percentiles = """
    done = function(summary, latency, requests)
      io.write(string.format("99.9%% %dus\\n", latency:percentile(99.9)))
    end
    """

  /// Where a program is, on PATH or where Debian puts servers.
  static func path(_ program: String) -> String? {
    let folders =
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin"]
    return folders.map { $0 + "/" + program }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// - Parameter script: a Lua script for wrk, or nil for plain GETs.
  /// - Parameter servers: what is measured, by process.
  static func run(
    url: String, connections: Int, seconds: Int, script: String?, servers: [pid_t] = []
  ) throws -> Figures {
    guard let wrk = path("wrk") else { throw CommandError("wrk is missing: apt-get install wrk") }
    let process = Process()
    let arguments =
      ["-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "10s", "--latency"]
      + (script.map { ["-s", $0] } ?? []) + [url]
    Pinning.load.prepare(process, wrk, arguments)
    let pipe = Pipe()
    process.standardOutput = pipe
    let before = servers.reduce(0) { $0 + processorTime($1) }
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var figures = try figures(text)
    figures.processor = (servers.reduce(0) { $0 + processorTime($1) } - before) / max(1, figures.requests) * 1e6
    figures.memory = servers.reduce(0) { $0 + memory($1) }
    return figures
  }

  /// Seconds of processor time that a process and the children it waited for have taken, as Linux counts them.
  private static func processorTime(_ process: pid_t) -> Double {
    withChildren(process).reduce(0) { sum, process in
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return sum }
      // After the name, which may hold anything: utime and stime are the 12th and 13th, in hundredths of a second.
      let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
      guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return sum }
      return sum + (user + system) / 100
    }
  }

  /// Megabytes in memory that a process and its children hold.
  private static func memory(_ process: pid_t) -> Double {
    withChildren(process).reduce(0) { sum, process in
      let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
      return sum + (line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0) / 1_024
    }
  }

  private static func withChildren(_ process: pid_t) -> [pid_t] {
    let children = (try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)) ?? ""
    return [process] + children.split(separator: " ").compactMap { pid_t($0) }
  }

  private static func figures(_ text: String) throws -> Figures {
    var (rate, failed, requests) = (Double?.none, 0, 0.0)
    var percentiles: [String: Double] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "Requests/sec:" { rate = Double(words[1]) }
      if words.count > 2, words[1] == "requests", words[2] == "in" { requests = Double(words[0]) ?? 0 }
      if let word = words.first, word.hasSuffix("%"), words.count > 1 { percentiles[word] = milliseconds(words[1]) }
      if words.first == "Non-2xx" { failed += Int(words.last ?? "") ?? 1 }
      if words.first == "Socket" { failed += 1 }
    }
    guard let rate, let p50 = percentiles["50%"], let p99 = percentiles["99%"] else {
      throw CommandError("wrk's answer could not be read: \(text.prefix(200))")
    }
    return Figures(
      perSecond: rate, p50: p50, p99: p99, p999: percentiles["99.9%"], failed: failed, requests: requests)
  }

  private static func milliseconds(_ text: String) -> Double? {
    if text.hasSuffix("us") { return Double(text.dropLast(2)).map { $0 / 1_000 } }
    if text.hasSuffix("ms") { return Double(text.dropLast(2)) }
    return text.hasSuffix("s") ? Double(text.dropLast()).map { $0 * 1_000 } : nil
  }
}

/// Which processor a process runs on: what is measured has one for itself and the load another, so that nobody gains by
/// taking what the other needs.
enum Pinning {
  case measured, load

  private static let processors = ProcessInfo.processInfo.activeProcessorCount

  /// Readies a process to run a program, on its processor where there are two and `taskset` is installed.
  func prepare(_ process: Process, _ program: String, _ arguments: [String]) {
    guard Pinning.processors > 1, let taskset = LoadGenerator.path("taskset") else {
      (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
      return
    }
    let number = self == .measured ? 0 : 1
    process.executableURL = URL(fileURLWithPath: taskset)
    process.arguments = ["-c", String(number), program] + arguments
  }
}
