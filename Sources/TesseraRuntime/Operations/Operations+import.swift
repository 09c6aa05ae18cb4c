import TesseraModel
import TesseraStorage

extension Operations {
  /// Rows taken in at a time: one transaction each, small enough to hold in memory, large enough that the disk's sync
  /// does not count.
  static let importBatch = 5_000

  /// `import`: reads files into the log. Arguments: kind, paths, dry_run, rejected (the file for rejected rows).
  func importFacts(_ arguments: JSONValue, progress: @Sendable (Int) -> Void) async throws(EngineError) -> JSONValue {
    let kind = try text("kind", arguments)
    let paths = (arguments["paths"]?.elements ?? []).compactMap(\.text)
    let isDry = arguments["dry_run"]?.flag ?? false
    var tally = ImportTally(file: arguments["rejected"]?.text)
    do throws(FactSourceError) {
      var source = try makeSource(kind, paths)
      var pending: [ImportRow] = []
      while let row = try source.next() {
        pending.append(row)
        if pending.count >= Operations.importBatch {
          try await take(pending, kind, &tally, isDry: isDry)
          pending.removeAll(keepingCapacity: true)
          progress(tally.read)
        }
      }
      try await take(pending, kind, &tally, isDry: isDry)
      try? tally.finish()
      return tally.json(kind: kind, isDry: isDry)
    } catch {
      try? tally.finish()
      throw EngineError(.invalid, error.message)
    }
  }

  private func take(_ rows: [ImportRow], _ kind: String, _ tally: inout ImportTally, isDry: Bool)
    async throws(FactSourceError)
  {
    var items: [Result<FactEntry, RecordError>] = []
    var owners: [Int] = []
    for (i, row) in rows.enumerated() {
      guard case .success(let entries) = row.result else { continue }
      for entry in entries {
        items.append(.success(entry))
        owners.append(i)
      }
    }
    var reasons: [Int: String] = [:]
    var accepted: Set<Int> = []
    if !isDry, !items.isEmpty {
      do throws(EngineError) {
        let results = try await engine.ingestEach(items)
        for (owner, result) in zip(owners, results) {
          switch result {
          case .accepted: accepted.insert(owner)
          case .duplicate: continue
          case .rejected(let reason): reasons[owner] = reason
          }
        }
      } catch {
        throw FactSourceError(error.message)
      }
    }
    for (i, row) in rows.enumerated() {
      switch row.result {
      case .failure(let error): tally.reject(row, error.reason)
      case .success(let entries) where kind == "clickstream" && entries.allSatisfy({ $0.fact.kind == .product }):
        tally.countProduct()
      case .success:
        if let reason = reasons[i] {
          tally.reject(row, reason)
        } else {
          tally.count(isNew: isDry || accepted.contains(i))
        }
      }
    }
  }
}

/// The sums of an import, and the file of what was rejected.
struct ImportTally {
  private(set) var read = 0
  private(set) var accepted = 0
  private(set) var duplicate = 0
  private(set) var rejected = 0
  private(set) var products = 0
  private var firstReasons: [String] = []
  private let path: String?
  private var file: TextFile?

  /// Reasons repeated in the summary; the file has them all.
  static let reasonsShown = 5

  init(file path: String?) { self.path = path }

  mutating func count(isNew: Bool) {
    read += 1
    if isNew { accepted += 1 } else { duplicate += 1 }
  }

  /// A product that a click stream described: no row of its own.
  mutating func countProduct() { products += 1 }

  mutating func reject(_ row: ImportRow, _ reason: String) {
    read += 1
    rejected += 1
    if firstReasons.count < ImportTally.reasonsShown { firstReasons.append("\(row.file):\(row.line): \(reason)") }
    if file == nil, let path { file = try? TextFile(path: path) }
    let line: JSONValue = [
      "file": .string(row.file), "line": .integer(row.line), "reason": .string(reason), "text": .string(row.text),
    ]
    try? file?.write(JSONWriter.text(line) + "\n")
  }

  func finish() throws(EngineError) { try file?.finish() }

  func json(kind: String, isDry: Bool) -> JSONValue {
    [
      "kind": .string(kind), "dry_run": .bool(isDry), "read": .integer(read), "accepted": .integer(accepted),
      "duplicate": .integer(duplicate), "rejected": .integer(rejected),
      "rejected_file": rejected > 0 ? .optional(path) : .null, "products": .integer(products),
      "reasons": .strings(firstReasons),
    ]
  }
}
