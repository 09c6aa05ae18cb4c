import TesseraModel

/// The rows of a decision log that was kept elsewhere: what was shown to whom, how likely that was, and what it earned.
///
/// Rows stand in the order of the file, and every column has all of them. Rewards have any unit. Whatever a row lacks
/// or has wrong, it is counted among the rejected and nowhere else.
package struct LoggedTable: Sendable {
  /// Every action that was logged, in the order of their bytes.
  package let actions: [String]
  /// By row: the number of its action.
  package let action: [Int]
  /// By row: the probability with which its action was shown; above 0 and at most 1.
  package let propensity: [Double]
  package let reward: [Double]
  /// By row: the probability with which the policy to be judged would have shown the same action; nil if the log has no
  /// such column.
  package let target: [Double]?
  /// By row: the number of its person, in the order in which they first appear; without a person a row has its own.
  package let person: [Int]
  /// By person: a hash of the name, or of the row's number in the file where there is none.
  let personHash: [UInt64]
  /// All other columns that may tell people apart.
  package let context: [WordColumn]
  package let rejected: LogRejections

  package var count: Int { action.count }
  package var personCount: Int { personHash.count }

  /// Reads a log as JSON lines if its first byte is `{`, and as values separated by commas otherwise.
  package static func read(_ bytes: [UInt8], columns: LogColumns = LogColumns()) throws(LogError) -> LoggedTable {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = bytes.starts(with: mark) ? mark.count : 0
    guard let first = bytes.dropFirst(start).first(where: { !LogText.blanks.contains($0) }) else {
      throw LogError("the log is empty; it needs the columns action, propensity and reward")
    }
    switch first {
    case UInt8(ascii: "{"): return try LogText(json: bytes, from: start).table(columns)
    case UInt8(ascii: "["):
      throw LogError("the log is a JSON array; write one object a line, without brackets and commas around them")
    case 0x1F where bytes.starts(with: [0x1F, 0x8B]): throw LogError("the log is compressed; unpack it first")
    default: return try LogText(csv: bytes, from: start, columns).table(columns)
    }
  }

  package static func read(_ text: String, columns: LogColumns = LogColumns()) throws(LogError) -> LoggedTable {
    try read(Array(text.utf8), columns: columns)
  }

  /// - Parameter rows: those of the text that are whole, in order.
  init(_ text: LogText, _ values: LogValues, rows: [Int], rejected: LogRejections) {
    self.rejected = rejected
    (propensity, reward) = (rows.map { values.propensity[$0] }, rows.map { values.reward[$0] })
    target = values.target.map { target in rows.map { target[$0] } }
    let shown = text.columns[values.action].keeping(rows)
    let order = shown.words.indices.sorted { shown.words[$0].utf8.lexicographicallyPrecedes(shown.words[$1].utf8) }
    var numbers = [Int](repeating: 0, count: order.count)
    for (number, word) in order.enumerated() { numbers[word] = number }
    actions = order.map { shown.words[$0] }
    action = shown.codes.map { numbers[Int($0)] }
    (person, personHash) = LoggedTable.persons(values.person.map { text.columns[$0] }, rows)
    context = values.context.map { text.columns[$0].keeping(rows) }
  }

  private static func persons(_ column: WordColumn?, _ rows: [Int]) -> (numbers: [Int], hashes: [UInt64]) {
    var numbers: [Int] = []
    var hashes: [UInt64] = []
    var known = [Int?](repeating: nil, count: column?.words.count ?? 0)
    for row in rows {
      let code = column.map { Int($0.codes[row]) }
      let name = code.flatMap { code in column?.words[code] } ?? ""
      if let code, !name.isEmpty {
        if known[code] == nil {
          known[code] = hashes.count
          hashes.append(hash("person", name))
        }
        numbers.append(known[code] ?? 0)
      } else {
        numbers.append(hashes.count)
        hashes.append(hash("row", String(row)))
      }
    }
    return (numbers, hashes)
  }

  private static func hash(_ kind: String, _ name: String) -> UInt64 {
    SipHash(k0: 0, k1: 0).hash((kind + "\u{1F}" + name).utf8)
  }
}
