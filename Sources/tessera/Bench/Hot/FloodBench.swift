import Foundation
import Glibc
import Synchronization
import TesseraModel

/// How `decide` holds up while facts arrive faster than they can be kept and cycles run, and how soon a fact shows.
struct FloodBench: Sendable {
  let customers: Int
  let seconds: Int
  let console: Console
  let folder: URL
  let url: String
  let key: String
  let process: pid_t

  /// Decisions are asked for at this pace on so many connections: what is measured is the answer, not the asking.
  static let readers = 4
  static let pauseMicroseconds: UInt32 = 4_000
  static let floodConnections = 128
  static let eventsPerPost = 2_000
  static let loadConnections = 8
  static let shown = 400

  func run() throws -> [JSONValue] {
    console.remark("decide at a pace, nothing else going on …")
    let quiet = try decideLatencies()
    console.remark("the same, under a flood of events, while cycles run …")
    let stop = Flag()
    let flood = Background { try wrk(FloodBench.floodConnections, seconds: seconds + 2) }
    let cycles = Background { try runCycles(until: stop) }
    usleep(1_000_000)
    let flooded = try decideLatencies()
    stop.raise()
    let (counts, ran) = (try flood.value(), try cycles.value())
    let peak = memoryPeak
    console.remark("facts and decisions both under load …")
    let load = Background { try wrk(FloodBench.loadConnections, seconds: max(seconds, 3)) }
    let asked = Background { try decideLatencies() }
    usleep(500_000)
    let shown = try realTime()
    let (loaded, _) = (try load.value(), try asked.value())
    guard ran > 0 else { throw CommandError("no cycle ended in time: measure for more --seconds") }
    func line(_ name: String, _ unit: String, _ ours: Double, _ than: Double? = nil, up: Bool = false) -> JSONValue {
      ServerBench.line("flood", name, unit, ours, than.map { ("quiet", $0) }, higherIsBetter: up)
    }
    return [50.0, 99, 99.9].map { rank in
      line("decide_p\(rank.formatted())", "ms", flooded.percentile(rank), quiet.percentile(rank))
    } + [
      line("offered", "times what was kept", counts.offered / max(1, counts.kept), up: true),
      line("kept", "events/s", counts.kept * Double(FloodBench.eventsPerPost) / Double(seconds + 2), up: true),
      line("refused_with_retry_after", "share of what was not kept", counts.polite, up: true),
      line("cycles", "ended meanwhile", Double(ran), up: true), line("memory_peak", "MB", peak),
      line("fact_shows_p50", "ms after it was acknowledged", shown.after.percentile(50)),
      line("fact_shows_p99", "ms after it was acknowledged", shown.after.percentile(99)),
      line("fact_sent_to_shown_p99", "ms", shown.whole.percentile(99)),
      line(
        "load", "events/s meanwhile", loaded.kept * Double(FloodBench.eventsPerPost) / Double(max(seconds, 3)), up: true
      ),
    ]
  }

  /// Milliseconds that single decisions took.
  private func decideLatencies() throws -> [Double] {
    let readers = (0..<FloodBench.readers).map { reader in
      Background {
        let connection = try LoopbackConnection(url)
        var latencies: [Double] = []
        let end = ContinuousClock.now + .seconds(seconds)
        var i = reader
        while ContinuousClock.now < end {
          i &+= FloodBench.readers
          let path = "/v1/decide?customer=c\(i &* 7_919 % customers + 1)&placement=home_hero"
          let began = ContinuousClock.now
          let (status, _) = try connection.exchange(LoopbackConnection.get(path, key: key))
          latencies.append((ContinuousClock.now - began).inSeconds * 1_000)
          guard status == 200 else { throw CommandError("a decision failed with status \(status)") }
          usleep(FloodBench.pauseMicroseconds)
        }
        return latencies
      }
    }
    return try readers.flatMap { try $0.value() }
  }

  /// Events of people nobody knew before, one after the other: how long until the answer knows them, from the
  /// acknowledgement and from the sending.
  private func realTime() throws -> (after: [Double], whole: [Double]) {
    let connection = try LoopbackConnection(url)
    var (after, whole) = ([Double](), [Double]())
    for i in 0..<FloodBench.shown {
      let person = "fresh-\(process)-\(i)"
      let event =
        #"[{"id":"f-\#(person)","type":"product_viewed","at":"\#(SystemClock().now())","customer":"\#(person)"}]"#
      let sent = ContinuousClock.now
      let (status, _) = try connection.exchange(LoopbackConnection.post("/v1/events", key: key, event))
      guard status == 202 else { throw CommandError("an event was answered with status \(status)") }
      let acknowledged = ContinuousClock.now
      let ask = LoopbackConnection.get("/v1/decide?customer=\(person)&placement=home_hero", key: key)
      while try connection.exchange(ask).body.contains(#""fallback":"unknown_customer""#) {}
      after.append((ContinuousClock.now - acknowledged).inSeconds * 1_000)
      whole.append((ContinuousClock.now - sent).inSeconds * 1_000)
    }
    return (after, whole)
  }

  /// Cycles of later hours, one after the other.
  /// - Returns: how many ended.
  private func runCycles(until stop: Flag) throws -> Int {
    guard let token = DataDirectory(path: folder.path).server()?.token else { return 0 }
    var hour = SystemClock().now().hourStart
    var count = 0
    while !stop.isRaised {
      hour = hour.adding(Instant.hour)
      // A connection each: a cycle may take longer than one is kept open without a word.
      let (status, body) = try LoopbackConnection(url).exchange(
        LoopbackConnection.post("/v1/admin/cycle", key: token, #"{"at":"\#(hour)"}"#))
      guard status == 200 else { throw CommandError("a cycle failed with status \(status): \(body.prefix(200))") }
      count += 1
    }
    return count
  }

  /// Posts of events: how many were offered and kept, and which share of the others was refused with `Retry-After`.
  private struct Counts {
    let offered: Double
    let kept: Double
    let polite: Double
  }

  private func wrk(_ connections: Int, seconds: Int) throws -> Counts {
    let script = folder.appending(path: "flood-\(connections).lua")
    // A body is one text with a mark in every id, so that making one takes the load little time.
    let lua = """
      local threads = {}
      setup = function(thread) table.insert(threads, thread) end
      init = function()
        local lines, now = {}, os.date("!%Y-%m-%dT%H:%M:%SZ")
        for i = 1, \(FloodBench.eventsPerPost) do
          lines[i] = '{"id":"@-' .. i .. '","type":"product_viewed","at":"' .. now .. '","customer":"c'
            .. math.random(\(customers)) .. '","product":"p' .. math.random(1500) .. '"}'
        end
        body, count, run = table.concat(lines, "\\n"), 0, os.time() .. "-" .. math.random(1000000000)
        sent, kept, polite = 0, 0, 0
      end
      request = function()
        count = count + 1
        return wrk.format(
          "POST", "/v1/events",
          {["Content-Type"] = "application/x-ndjson", ["Authorization"] = "Bearer \(key)"},
          (string.gsub(body, "@", run .. "-" .. count)))
      end
      response = function(status, headers)
        sent = sent + 1
        if status == 202 then kept = kept + 1 end
        if status == 503 and (headers["Retry-After"] or headers["retry-after"]) then polite = polite + 1 end
      end
      done = function()
        local all = {0, 0, 0}
        for _, thread in ipairs(threads) do
          for i, name in ipairs({"sent", "kept", "polite"}) do all[i] = all[i] + thread:get(name) end
        end
        io.write("counted " .. table.concat(all, " ") .. "\\n")
      end
      """
    try lua.write(to: script, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LoadGenerator.path("wrk") ?? "/usr/bin/wrk")
    process.arguments = ["-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "60s", "-s", script.path, url]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("counted ") }) else {
      throw CommandError("wrk's answer could not be read: \(text.prefix(200))")
    }
    let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    return Counts(
      offered: numbers[0], kept: numbers[1],
      polite: numbers[0] > numbers[1] ? numbers[2] / (numbers[0] - numbers[1]) : 1)
  }

  /// Megabytes.
  private var memoryPeak: Double {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return Double(line.split(separator: " ").dropFirst().first ?? "").map { $0 / 1_024 } ?? 0
  }
}

/// A flag between threads.
private final class Flag: Sendable {
  private let value = Atomic(false)
  var isRaised: Bool { value.load(ordering: .acquiring) }
  func raise() { value.store(true, ordering: .releasing) }
}

/// Blocking work on a thread of its own.
private final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> Value) {
    Thread.detachNewThread { [self] in
      let found = Result { try body() }
      result.withLock { $0 = found }
    }
  }

  /// Waits for it.
  func value() throws -> Value {
    while true {
      if let found = result.withLock({ $0 }) { return try found.get() }
      usleep(2_000)
    }
  }
}

extension [Double] {
  /// The value that so many of a hundred do not pass; 0 of none.
  func percentile(_ rank: Double) -> Double {
    isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(Double(count) * rank / 100))]
  }
}
