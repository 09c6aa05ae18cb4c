package import TesseraModel

/// What agents may spend: hard limits of money and tokens per hour, day and month. Nil is no limit.
package struct AgentLimits: Sendable, Equatable {
  /// A stretch of time with its own limits.
  package enum Span: String, Sendable, CaseIterable { case hour, day, month }

  /// Billionths of a dollar.
  package var money: [Span: Int64]
  package var tokens: [Span: Int64]

  package init(money: [Span: Int64], tokens: [Span: Int64]) { (self.money, self.tokens) = (money, tokens) }
}

/// The account of what agents spent and have reserved. A call is reserved at the most that it can cost before it is
/// made, and settled at what it cost after; what is reserved counts as spent, so that no crash can overrun a limit: the
/// account is on disk before the call goes out.
package struct AgentBudget: Sendable, Equatable {
  /// An amount of both.
  package struct Amount: Sendable, Equatable {
    package var money: Int64
    package var tokens: Int64
    package init(money: Int64 = 0, tokens: Int64 = 0) { (self.money, self.tokens) = (money, tokens) }

    static func += (a: inout Amount, b: Amount) {
      a.money += b.money
      a.tokens += b.tokens
    }
  }

  /// By the span's name, such as `2026-05-01T10` for an hour.
  private var spent: [String: Amount] = [:]
  /// Reserved and not settled, by the call's id, and the spans they count in.
  private var open: [String: (amount: Amount, spans: [String])] = [:]

  package init() {}

  package static func == (a: AgentBudget, b: AgentBudget) -> Bool { a.bytes == b.bytes }

  private static func names(_ instant: Instant) -> [(AgentLimits.Span, String)] {
    let text = "\(instant)"
    return [(.hour, String(text.prefix(13))), (.day, String(text.prefix(10))), (.month, String(text.prefix(7)))]
  }

  /// What counts in the span that holds an instant, reservations included.
  package func used(_ span: AgentLimits.Span, at instant: Instant) -> Amount {
    let name = AgentBudget.names(instant).first { $0.0 == span }?.1 ?? ""
    var sum = spent[name] ?? Amount()
    for entry in open.values where entry.spans.contains(name) { sum += entry.amount }
    return sum
  }

  /// Sets the most that a call can cost aside.
  /// - Returns: the span whose limit it would pass, or nil if it was reserved.
  package mutating func reserve(
    _ id: String, _ amount: Amount, limits: AgentLimits, at instant: Instant
  ) -> AgentLimits.Span? {
    for (span, _) in AgentBudget.names(instant) {
      let used = used(span, at: instant)
      if let limit = limits.money[span], used.money + amount.money > limit { return span }
      if let limit = limits.tokens[span], used.tokens + amount.tokens > limit { return span }
    }
    open[id] = (amount, AgentBudget.names(instant).map(\.1))
    return nil
  }

  /// Books what the call cost, which may be more than was reserved: then the next reservation is refused the sooner.
  package mutating func settle(_ id: String, _ cost: Amount) {
    guard let entry = open.removeValue(forKey: id) else { return }
    for name in entry.spans { spent[name, default: Amount()] += cost }
  }

  /// At a start: what was reserved and never settled may have been spent, and counts.
  package mutating func recover() {
    for (id, entry) in open { settle(id, entry.amount) }
  }

  /// Drops spans that are over for longer than a marketer looks back.
  package mutating func trim(at instant: Instant) {
    let hours = AgentBudget.names(instant.adding(-2 * Instant.day))[0].1
    let days = AgentBudget.names(instant.adding(-100 * Instant.day))[1].1
    spent = spent.filter { name, _ in
      switch name.utf8.count {
      case 13: name >= hours
      case 10: name >= days
      default: true
      }
    }
  }

  package var bytes: [UInt8] {
    func row(_ amount: Amount) -> [JSONValue] { [.number("\(amount.money)"), .number("\(amount.tokens)")] }
    let spent = spent.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.array(row($0.value))) }
    let open = open.sorted { $0.key < $1.key }.map { id, entry in
      (id, JSONValue.array(row(entry.amount) + [.strings(entry.spans)]))
    }
    return JSONWriter.bytes(["spent": .object(JSONObject(spent)), "open": .object(JSONObject(open))])
  }

  package init?(bytes: [UInt8]) {
    guard let json = try? JSONParser.parse(bytes) else { return nil }
    func amount(_ values: [JSONValue]) -> Amount? {
      guard values.count >= 2, let money = values[0].integer, let tokens = values[1].integer else { return nil }
      return Amount(money: Int64(money), tokens: Int64(tokens))
    }
    for member in json["spent"]?.members ?? JSONObject() {
      guard let amount = member.value.elements.flatMap(amount) else { return nil }
      spent[member.name] = amount
    }
    for member in json["open"]?.members ?? JSONObject() {
      guard let values = member.value.elements, let amount = amount(values), values.count == 3 else { return nil }
      open[member.name] = (amount, values[2].elements?.compactMap(\.text) ?? [])
    }
  }
}
