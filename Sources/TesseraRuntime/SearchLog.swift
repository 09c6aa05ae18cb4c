import TesseraModel
import TesseraSegments

/// What people searched for lately, for agents to ask about: term by term how many of a segment's people, never whose.
/// Names of people are kept as hashes only.
struct SearchLog: Sendable {
  private struct Entry: Sendable {
    let person: UInt64
    let term: Int32
    let at: Instant
  }

  private var terms: [String] = []
  private var numbers: [String: Int32] = [:]
  private var entries: [Entry] = []

  /// Agents look back no further.
  static let window = 90 * Instant.day
  /// 24 bytes each: when there are more, the older half goes.
  private static let entriesMax = 2_000_000
  /// Different terms: what comes after is what next to nobody searches for.
  private static let termsMax = 200_000
  private static let termLengthMax = 80

  var isEmpty: Bool { entries.isEmpty }

  /// - Parameter name: of the subject as in receipts: the customer's id, or `~` and the anonymous id.
  static func person(_ name: String) -> UInt64 { Checksum.hash(Array(name.utf8)) }

  mutating func fold(_ event: Event) {
    guard let search = event.search, let name = event.customer ?? event.anonymous.map({ "~" + $0 }) else { return }
    restore(search, person: SearchLog.person(name), at: event.at)
  }

  mutating func restore(_ search: String, person: UInt64, at instant: Instant) {
    let words = search.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let term = NameNormalization.normalized(String(words.prefix(SearchLog.termLengthMax))) else { return }
    let number: Int32
    if let known = numbers[term] {
      number = known
    } else {
      guard terms.count < SearchLog.termsMax else { return }
      number = Int32(terms.count)
      terms.append(term)
      numbers[term] = number
    }
    entries.append(Entry(person: person, term: number, at: instant))
    if entries.count > SearchLog.entriesMax {
      entries.sort { $0.at < $1.at }
      entries.removeFirst(entries.count / 2)
    }
  }

  mutating func erase(names: [String]) {
    guard !entries.isEmpty else { return }
    let people = Set(names.map(SearchLog.person))
    entries.removeAll { people.contains($0.person) }
  }

  /// How many of some people searched for a term in the time up to an instant, the most searched first.
  /// - Parameter owner: whose entry one of a person is: several names can be one person's.
  func counts(owner: [UInt64: Int32], window: Int64, at instant: Instant) -> [(term: String, people: Int)] {
    var people: [Int32: Set<Int32>] = [:]
    for entry in entries where entry.at <= instant && entry.at.age(at: instant) < window {
      if let person = owner[entry.person] { people[entry.term, default: []].insert(person) }
    }
    return people.map { (terms[Int($0.key)], $0.value.count) }.sorted { a, b in
      a.people != b.people ? a.people > b.people : NameNormalization.precedes(a.term, b.term)
    }
  }

  /// Every entry that a start needs to know.
  func visit(_ body: (_ term: String, _ person: UInt64, _ at: Instant) throws -> Void) rethrows {
    guard let newest = entries.map(\.at).max() else { return }
    for entry in entries where entry.at.age(at: newest) < SearchLog.window {
      try body(terms[Int(entry.term)], entry.person, entry.at)
    }
  }
}
