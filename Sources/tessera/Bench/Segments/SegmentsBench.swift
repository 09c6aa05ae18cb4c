import Foundation
import Glibc
import TesseraModel
import TesseraSegments

/// Measures the profiles that `serve` and `cycle` run on: folding facts, placing one customer anew, sweeping and
/// grouping everyone. Peers compute the same answers, and each answer is compared.
struct SegmentsBench {
  let customers: Int
  let events: Int
  let console: Console

  static let rounds = 3
  /// Events folded at a time, as at a start.
  static let batch = EventBatch.countBest
  /// Customers placed one by one in a round.
  static let placed = 20_000
  static let placedRounds = 5

  /// No message is due: the peers know of none.
  static let rule = ActivityRule(windows: [], utcOffsetSeconds: 0, capMessages: 3, capDays: 7)
  static let space = AxisSpace()

  func run() async throws -> [JSONValue] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    console.remark("making \(events) events of \(customers) customers …")
    let facts = SegmentFacts(customers: customers, events: events)
    try facts.write(to: folder)
    let fold = await foldCase(facts)
    var lines = try await compare(fold.work, folder, facts.end)
    lines.append(measureIDs())
    var profiles = await fold.profiles()
    lines += try await compareMembers(&profiles, folder, facts.end)
    lines.append(await measureHour(profiles, at: facts.end.adding(Instant.minute + Instant.hour)))
    // With everybody's place in the columns.
    let bytes = Double(profiles.memory) / Double(max(1, profiles.customers.count))
    lines.append(
      SegmentsBench.line("memory", "bytes a customer", ours: bytes, peer: nil, theirs: nil, higherIsBetter: false))
    lines.append(measurePlacing(&profiles, at: facts.end.adding(Instant.minute)))
    return lines
  }

  /// A piece of work that peers do as well.
  private struct Case {
    let name: String
    /// Millions of rows.
    let work: Double
    let unit: String
    /// Beyond what was there before, in a round that had to ask for all of it.
    let megabytes: Double
    let answer: [Int64]
    /// Does it once more, in a process that runs on as a server does, and says how many seconds it took.
    let again: () async -> Double
  }

  /// - Returns: the work, and how to have the profiles that come of it.
  private func foldCase(_ facts: SegmentFacts) async -> (work: Case, profiles: () async -> Profiles) {
    let ids = (0..<customers).map { "c\($0)" }
    let products = facts.brand.indices.map { i in
      var record = ProductRecord(id: "p\(i)")
      // Numbers of one length, so that names order as numbers do.
      (record.brand, record.category) = ("b\(10_000 + facts.brand[i])", "k\(10_000 + facts.category[i])")
      return record
    }
    let console = console
    func once() async -> (Profiles, Sweep, seconds: Double) {
      var profiles = Profiles()
      // Peers get customers as numbers: entering their ids is measured by itself.
      for (i, record) in products.enumerated() { profiles.fold(.product(record), position: Int64(i + 1)) }
      let productNumbers = profiles.internProducts(products.map(\.id))
      let customerNumbers = profiles.internCustomers(ids)
      let began = ContinuousClock.now
      await SegmentsBench.fold(facts, customerNumbers, productNumbers, into: &profiles)
      let foldedIn = (ContinuousClock.now - began).inSeconds
      let sweep = await Sweep.parallel(
        profiles, space: SegmentsBench.space, at: facts.end, activity: SegmentsBench.rule)
      let placedIn = (ContinuousClock.now - began).inSeconds
      console.remark("folded in \(foldedIn) s, everyone placed after \(placedIn) s")
      return (profiles, sweep, placedIn)
    }
    let before = ProcessMemory.reset()
    let (first, sweep, _) = await once()
    let work = Case(
      name: "fold", work: Double(events) / 1e6, unit: "million events/s", megabytes: ProcessMemory.peak - before,
      answer: SegmentsBench.answer(sweep, first.catalog, customers)
    ) { await once().seconds }
    return (
      work,
      {
        var (profiles, _, _) = await once()
        profiles.trim()
        return profiles
      }
    )
  }

  private static func fold(
    _ facts: SegmentFacts, _ customers: [Int32], _ products: [Int32], into profiles: inout Profiles
  ) async {
    let columns = EventColumns(
      at: facts.at, kinds: facts.kind, customers: facts.customer, products: facts.product, customerNumbers: customers,
      productNumbers: products)
    for start in stride(from: 0, to: facts.at.count, by: batch) {
      let end = min(facts.at.count, start + batch)
      await profiles.fold(columns, rows: start..<end, position: profiles.position + Int64(end - start))
    }
  }

  /// Entering ids of customers, as facts name them.
  private func measureIDs() -> JSONValue {
    let ids = (0..<customers).map { "c\($0)" }
    var seconds: [Double] = []
    for _ in 0..<SegmentsBench.rounds {
      var profiles = Profiles()
      let began = ContinuousClock.now
      _ = profiles.internCustomers(ids)
      seconds.append((ContinuousClock.now - began).inSeconds)
      withExtendedLifetime(profiles) {}
    }
    return SegmentsBench.line(
      "ids", "million ids/s", ours: Double(customers) / 1e6 / seconds.median, peer: nil, theirs: nil,
      higherIsBetter: true)
  }

  /// The peers' form of the fold's answer, a number a customer: codes of visits, tenure and basket, and the numbers in
  /// the names of brand and category.
  private static func answer(_ sweep: Sweep, _ catalog: Catalog, _ customers: Int) -> [Int64] {
    func number(_ code: UInt16, _ names: [String]) -> Int64 {
      code < 2 ? 0 : (Int64(names[Int(code) - 2].dropFirst()) ?? 0) - 10_000
    }
    return (0..<customers).map { c in
      guard sweep.word(c) != 0 else { return 0 }
      let key = sweep.key(sweep.word(c))
      let (brand, category) = (number(key[4], catalog.brands.names), number(key[5], catalog.categories.names))
      return Int64(key[0]) + 8 * Int64(key[1]) + 64 * Int64(key[6]) + 512 * brand + 524_288 * category
    }
  }

  /// A sweep an hour after everyone was placed: those are read whom time may have moved.
  private func measureHour(_ profiles: Profiles, at instant: Instant) async -> JSONValue {
    var seconds: [Double] = []
    for _ in 0..<SegmentsBench.rounds {
      let began = ContinuousClock.now
      let sweep = await Sweep.parallel(
        profiles, space: SegmentsBench.space, at: instant, activity: SegmentsBench.rule)
      seconds.append((ContinuousClock.now - began).inSeconds)
      console.remark("an hour later \(sweep.readCount) customers are read anew, in \(seconds[seconds.count - 1]) s")
    }
    return SegmentsBench.line(
      "hour", "ms", ours: seconds.median * 1_000, peer: nil, theirs: nil, higherIsBetter: false)
  }

  /// One customer after the other does something and is placed anew.
  private func measurePlacing(_ profiles: inout Profiles, at end: Instant) -> JSONValue {
    var p99: [Double] = []
    let (space, rule) = (SegmentsBench.space, SegmentsBench.rule)
    var view = ProfileView(profiles, at: end, spendCuts: .none)
    var changed: Set<Profiles.Subject> = []
    for round in 0..<SegmentsBench.placedRounds {
      var micros: [Double] = []
      for i in 0..<SegmentsBench.placed {
        let customer = "c\((round * SegmentsBench.placed + i) &* 7_919 % customers)"
        let event = Event(
          id: "x\(round)-\(i)", type: "product_viewed", at: end.adding(Int64(round) - 100), customer: customer,
          product: "p\(i % SegmentFacts.products)")
        let began = ContinuousClock.now
        changed.removeAll(keepingCapacity: true)
        profiles.fold(event, position: profiles.position + 1, changed: &changed)
        for subject in changed { _ = profiles.place(subject, in: &view, space: space, activity: rule) }
        micros.append((ContinuousClock.now - began).inSeconds * 1e6)
      }
      p99.append(micros.sorted()[micros.count * 99 / 100])
    }
    return SegmentsBench.line("place_p99", "µs", ours: p99.median, peer: nil, theirs: nil, higherIsBetter: false)
  }

  /// A function of its own, so that nothing of the profiles is shared any more afterwards: each chunk would be copied
  /// once before it is written to, and placing would measure that.
  private func compareMembers(_ profiles: inout Profiles, _ folder: URL, _ end: Instant) async throws -> [JSONValue] {
    try await compare(try await measureMembers(&profiles, folder, end), folder, end)
  }

  /// Everyone placed once, as after a cycle; then a sweep of the columns, and groups with their members.
  private func measureMembers(_ profiles: inout Profiles, _ folder: URL, _ end: Instant) async throws -> Case {
    let (space, rule) = (SegmentsBench.space, SegmentsBench.rule)
    let now = end.adding(Instant.minute)
    var view = ProfileView(profiles, at: now, spendCuts: .none)
    for c in 0..<profiles.customers.count {
      _ = profiles.place(.customer(Int32(c)), in: &view, space: space, activity: rule)
    }
    let instant = now.adding(1_000)
    let (placed, console) = (profiles, console)
    func once() async -> (Sweep, Grouping, seconds: Double) {
      let began = ContinuousClock.now
      let sweep = await Sweep.parallel(placed, space: space, at: instant, activity: rule)
      let sweptIn = (ContinuousClock.now - began).inSeconds
      let grouping = await Grouping.parallel(sweep, withSubjects: true)
      let groupedIn = (ContinuousClock.now - began).inSeconds
      console.remark("swept in \(sweptIn) s, grouped after \(groupedIn) s")
      return (sweep, grouping, groupedIn)
    }
    let before = ProcessMemory.reset()
    let (sweep, grouping, _) = await once()
    let megabytes = ProcessMemory.peak - before
    console.remark("\(grouping.entries.count) micro-segments; \(sweep.readCount) customers had to be read anew")
    var codes: [UInt16] = []
    var members: [Int32] = []
    for c in 0..<sweep.count where sweep.word(c) != 0 {
      let key = sweep.key(sweep.word(c))
      members.append(Int32(c))
      for axis in 0..<10 { codes.append(key[axis]) }
    }
    try SegmentFacts.write(codes, to: folder.appending(path: "codes.u16"))
    try SegmentFacts.write(members, to: folder.appending(path: "members.i32"))
    var answer = [Int64](repeating: 0, count: customers)
    for entry in grouping.entries {
      let members = grouping.subjects(of: entry)
      for member in members { answer[Int(member)] = Int64(members.first ?? 0) << 31 + Int64(members.count) }
    }
    return Case(
      name: "members", work: Double(members.count) / 1e6, unit: "million customers/s", megabytes: megabytes,
      answer: answer
    ) { await once().seconds }
  }

  /// Lines of a case: speed and memory beside each peer that is installed, and whether the answers are equal. Ours and
  /// the peer take turns, for the machine is not always as fast; the ratio is the median of the pairs'.
  private func compare(_ ours: Case, _ folder: URL, _ end: Instant) async throws -> [JSONValue] {
    let peers = try SegmentPeers(folder: folder)
    let installed = peers?.installed() ?? []
    guard let peers, !installed.isEmpty else {
      console.remark("no peer is installed: pip install duckdb polars chdb pyarrow numpy")
      var seconds: [Double] = []
      for _ in 0..<SegmentsBench.rounds { seconds.append(await ours.again()) }
      return [
        SegmentsBench.line(
          ours.name, ours.unit, ours: ours.work / seconds.median, peer: nil, theirs: nil, higherIsBetter: true)
      ]
    }
    var lines: [JSONValue] = []
    for peer in installed {
      var (own, other, ratios, megabytes) = ([Double](), [Double](), [Double](), 0.0)
      for round in 1...SegmentsBench.rounds {
        console.remark("\(ours.name), beside \(peer.rawValue), round \(round) of \(SegmentsBench.rounds) …")
        // Each side does it twice in a row, and the second time counts.
        _ = await ours.again()
        own.append(await ours.again())
        let figures = try peers.run(peer, ours.name, end: end)
        other.append(figures.seconds)
        ratios.append(figures.seconds / own[round - 1])
        megabytes = max(megabytes, figures.megabytes)
      }
      let theirs = try peers.answer(peer, ours.name)
      let padded = theirs + [Int64](repeating: 0, count: max(0, ours.answer.count - theirs.count))
      let isEqual = padded == ours.answer
      if !isEqual { console.remark(SegmentsBench.difference(ours.answer, padded, peer)) }
      lines.append(
        SegmentsBench.line(
          ours.name, ours.unit, ours: ours.work / own.median, peer: peer, theirs: ours.work / other.median,
          higherIsBetter: true, ratio: ratios.median, isEqual: isEqual))
      lines.append(
        SegmentsBench.line(
          ours.name + "_memory", "MB", ours: ours.megabytes, peer: peer, theirs: megabytes, higherIsBetter: false))
    }
    return lines
  }

  private static func difference(_ ours: [Int64], _ theirs: [Int64], _ peer: SegmentPeers.Peer) -> String {
    let differing = zip(ours, theirs).enumerated().filter { $0.element.0 != $0.element.1 }
    let first = differing.first.map { "c\($0.offset): ours \($0.element.0), theirs \($0.element.1)" } ?? "the lengths"
    return "\(peer.rawValue) differs in \(differing.count) customers, first \(first)"
  }

  private static func line(
    _ name: String, _ unit: String, ours: Double, peer: SegmentPeers.Peer?, theirs: Double?, higherIsBetter: Bool,
    ratio: Double? = nil, isEqual: Bool? = nil
  ) -> JSONValue {
    func rounded(_ x: Double) -> JSONValue { .double((x * 1_000).rounded() / 1_000) }
    let ratio = ratio ?? theirs.map { higherIsBetter ? ours / $0 : $0 / ours }
    var object: [(String, JSONValue)] = [
      ("bench", "segments"), ("case", .string(name)), ("unit", .string(unit)), ("ours", rounded(ours)),
      ("peer", .optional(peer.map { $0 == .clickhouse ? "clickhouse" : $0.rawValue })),
      ("theirs", theirs.map(rounded) ?? .null), ("ratio", ratio.map(rounded) ?? .null),
    ]
    if let isEqual { object.append(("equal", .bool(isEqual))) }
    return .object(JSONObject(object))
  }
}

/// The memory of this process, in MB, from Linux's own accounts.
enum ProcessMemory {
  /// Forgets the peak so far, and gives back what is free, so that what is taken anew counts.
  /// - Returns: what is resident now.
  static func reset() -> Double {
    trim()
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    return status("VmRSS:")
  }

  /// glibc's `malloc_trim`, which its module for Swift leaves out.
  private static func trim() {
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
  }

  static var peak: Double { status("VmHWM:") }

  private static func status(_ key: String) -> Double {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    return Double(line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1_024
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension [Double] {
  /// The middle value; 0 of none.
  var median: Double { isEmpty ? 0 : sorted()[count / 2] }

  /// 0 for none.
  var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }

  /// Of the mean; 0 for fewer than two.
  var standardError: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1) / Double(count)).squareRoot()
  }
}
