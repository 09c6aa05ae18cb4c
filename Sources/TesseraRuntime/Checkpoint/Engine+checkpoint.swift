import Logging
import Synchronization
import TesseraBandits
import TesseraModel
import TesseraSegments
import TesseraStorage

/// The memory that a checkpoint holds, and the log that it belongs to.
extension Engine {
  /// Facts after which a new checkpoint is worth its writing.
  package static let checkpointFacts: Int64 = 250_000

  /// Reads the checkpoint, if there is one that is whole and of this log.
  func checkpointedMemory(erased: [String]) async throws(StorageError) -> Memory? {
    guard let checkpoint else { return nil }
    let memory: Memory?
    let link: Link?
    do {
      var found: Link?
      memory = try checkpoint.read { next in
        guard let frame = try next() else { throw CheckpointFile.Damage(description: "it is empty") }
        found = Link(frame)
        return try Memory(frames: next, seal: seal)
      }
      link = found
    } catch {
      logger.warning("the checkpoint \(checkpoint.path) is not used, the log is folded instead: \(error)")
      return nil
    }
    guard let memory else { return nil }
    guard try await link == linkToLog(memory.profiles.position, erased: erased) else {
      logger.warning("the checkpoint \(checkpoint.path) is of another log, which is folded instead")
      return nil
    }
    return memory
  }

  /// Writes a checkpoint of the memory as it is.
  func writeCheckpoint(_ memory: Memory, erased: [String]) async {
    guard let checkpoint else { return }
    do {
      guard let link = try await linkToLog(memory.profiles.position, erased: erased) else { return }
      try checkpoint.write { emit in
        try emit(link.bytes)
        try memory.encode(seal: seal, emit)
      }
      checkpointed.withLock { $0 = memory.profiles.position }
    } catch {
      logger.warning("the checkpoint \(checkpoint.path) could not be written: \(error)")
    }
  }

  /// Writes a checkpoint if enough has happened since the last one, as after a cycle.
  package func checkpointIfDue(after facts: Int64 = Engine.checkpointFacts) async {
    let snapshot = memory.withLock { $0 }
    let last = checkpointed.withLock { $0 }
    guard checkpoint != nil, snapshot.profiles.position - last >= facts,
      let erased = try? await log.erasedHashes()
    else { return }
    await writeCheckpoint(snapshot, erased: erased)
  }

  /// The fact at the position, its hash, and what was erased: another log differs in one of them.
  private struct Link: Equatable {
    let text: String
    var bytes: [UInt8] { Array(text.utf8) }

    init(_ text: String) { self.text = text }
    init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }
  }

  private func linkToLog(_ position: Int64, erased: [String]) async throws(StorageError) -> Link? {
    guard position > 0 else { return nil }
    guard let fact = try await log.read(after: position - 1, limit: 1).first, fact.position == position else {
      return nil
    }
    let gone = SHA256.hash(Array(erased.sorted().joined(separator: " ").utf8))
    let body = TextEncoding.hexadecimal(SHA256.hash(fact.body))
    let key = TextEncoding.hexadecimal(SHA256.hash(keys.receipt).prefix(8))
    return Link("\(position) \(body) \(TextEncoding.hexadecimal(gone)) \(key)")
  }
}

extension Memory {
  /// Exposures in a frame.
  private static let exposuresPerFrame = 5_000

  /// Hands the memory to `emit`, frame by frame: exposures and searches as lines of text, then the
  /// profiles.
  func encode(seal: ReceiptSeal, _ emit: ([UInt8]) throws -> Void) throws {
    var lines: [String] = []
    func flush() throws {
      if !lines.isEmpty { try emit(Array(lines.joined(separator: "\n").utf8)) }
      lines.removeAll()
    }
    for exposure in exposures.exposures.values {
      let times = ([exposure.shownAt] + exposure.clickedAt).map { String($0.milliseconds) }
      lines.append("shown\t\(seal.text(exposure.receipt))\t\(times.joined(separator: " "))")
      if lines.count == Memory.exposuresPerFrame { try flush() }
    }
    for early in exposures.earlyClicks {
      let times = early.at.map { String($0.milliseconds) }.joined(separator: " ")
      let subject = TextEncoding.hexadecimal(Array(early.subject.utf8))
      lines.append("early\t\(subject) \(early.placement) \(early.cycle) \(early.action)\t\(times)")
    }
    try searches.visit { term, person, at in
      let hex = TextEncoding.hexadecimal(Array(term.utf8))
      lines.append("search\t\(hex)\t\(at.milliseconds) \(Int64(bitPattern: person))")
      if lines.count == Memory.exposuresPerFrame { try flush() }
    }
    try flush()
    try emit(Array("profiles\t\(forgedReceipts)".utf8))
    try profiles.encode(emit)
  }

  /// Reads what `encode` wrote.
  init(frames next: () throws -> [UInt8]?, seal: ReceiptSeal) throws {
    self.init()
    while let frame = try next() {
      let text = String(decoding: frame, as: UTF8.self)
      if text.hasPrefix("profiles\t") {
        forgedReceipts = Int(text.dropFirst(9)) ?? 0
        profiles = try Profiles(frames: next)
        return
      }
      for line in text.split(separator: "\n") { try read(line.split(separator: "\t"), seal) }
    }
    throw CheckpointFile.Damage(description: "it ends before its end")
  }

  private mutating func read(_ fields: [Substring], _ seal: ReceiptSeal) throws {
    let damage = CheckpointFile.Damage(description: "an exposure cannot be read")
    guard fields.count == 3 else { throw damage }
    let times = fields[2].split(separator: " ").compactMap { Int64($0) }.map { Instant(milliseconds: $0) }
    if fields[0] == "shown" {
      guard let receipt = seal.open(String(fields[1])), let shown = times.first else { throw damage }
      exposures.restore(receipt, shownAt: shown, clickedAt: Array(times.dropFirst()))
      return
    }
    if fields[0] == "search" {
      guard let term = TextEncoding.bytes(hexadecimal: String(fields[1])), times.count == 2 else { throw damage }
      searches.restore(
        String(decoding: term, as: UTF8.self), person: UInt64(bitPattern: times[1].milliseconds), at: times[0])
      return
    }
    let words = fields[1].split(separator: " ")
    guard words.count == 4, let subject = TextEncoding.bytes(hexadecimal: String(words[0])),
      let placement = UInt32(words[1]), let cycle = Int(words[2]), let action = UInt64(words[3])
    else { throw damage }
    exposures.restoreEarly(
      subject: String(decoding: subject, as: UTF8.self), placement: placement, cycle: cycle, action: action, at: times)
  }
}
