import Foundation
import Liquid
import TesseraDecisions
import TesseraModel
import TesseraSegments

@testable import TesseraRuntime

/// `decide` as the interface describes it, worked out a second time without anything that makes it fast: from the book
/// as planned, the profiles, and the templates as they are written, rendered at once with all the data.
struct PlainDecider {
  let policy: Policy
  let keys: StoreKeys
  let profiles: Profiles
  let book: DecisionBook
  let space: AxisSpace
  let now: Instant
  /// When the people were placed.
  let placedAt: Instant
  let rule: ActivityRule

  /// The keys of the book's segments, in its order.
  let places: [SegmentKey?]

  init(_ engine: Engine, _ book: DecisionBook, now: Instant, placedAt: Instant) {
    (policy, keys, profiles, space) = (engine.policy, engine.keys, engine.profiles, engine.serving.space)
    (self.book, self.now, self.placedAt) = (book, now, placedAt)
    rule = engine.activityRule(at: placedAt)
    var entering = engine.profiles
    let space = engine.serving.space
    places = book.entries.map { entering.key(of: $0.segment, in: space) }
  }

  /// What is chosen for somebody.
  private struct Choice {
    var action: Action?
    var p = Propensity.one
    var fields: [(name: String, text: String)]?
    var fallback: String?
    var entry: DecisionBook.Entry?
    var decision: String?
  }

  func answer(_ subject: DecideSubject, placement: String) throws -> JSONValue {
    let id = String(decoding: subject.id, as: UTF8.self)
    let (name, placed, fills) = who(subject.kind, id)
    let p = policy.placements.firstIndex { $0.id == placement }!
    let group = Group(hash: keys.group.hash(name.utf8), shares: policy.groups)
    let choice = try choose(p, name, placed, group, fills: fills)
    let isAnonymous = name.hasPrefix("~")
    var out = JSONObject([
      ("decision", .optional(choice.decision)), ("cycle", .integer(book.cycle)),
      ("customer", isAnonymous ? .null : .string(name)),
    ])
    if isAnonymous { out["anonymous"] = .string(String(name.dropFirst())) }
    out["placement"] = .string(placement)
    out["segment"] =
      choice.entry.map { entry in
        [
          "id": .string(entry.segment.id), "description": .string(entry.description),
          "relaxed": .strings(entry.segment.relaxed),
        ]
      } ?? .null
    out["action"] = choice.action?.json ?? .null
    out["propensity"] = .double((Propensity.double(choice.p) * 1e9).rounded() / 1e9)
    out["group"] = .string(group.rawValue)
    out["fallback"] = .optional(choice.fallback)
    out["age_seconds"] = .integer(max(0, book.at.age(at: now) / 1_000))
    out["content"] =
      choice.fields.map { .object(JSONObject($0.map { ($0.name, .string($0.text)) })) } ?? .null
    out["expires_at"] = .instant(book.at.adding(Instant.hour))
    return .object(out)
  }

  /// What may be filled in of a person.
  private typealias Person = [String: LiquidValue]

  private func person(_ known: Known?, fills: Bool) -> Person {
    fills ? known.map { PlainMergeData.customer($0.subject, self) } ?? [:] : [:]
  }

  private typealias Known = (subject: Profiles.Subject, placed: Placed)

  private func who(_ kind: DecideSubject.Kind, _ id: String) -> (name: String, known: Known?, fills: Bool) {
    func known(_ subject: Profiles.Subject?) -> Known? {
      guard let subject else { return nil }
      var view = ProfileView(profiles, at: placedAt, spendCuts: book.spendCuts)
      let placed = view.place(subject, of: profiles, space: space, activity: rule)
      return placed.bits & Placed.isListed == 0 ? nil : (subject, placed)
    }
    switch kind {
    case .customer: return (id, known(profiles.customer(id).map { .customer($0) }), true)
    case .unproven: return (id, nil, false)
    case .anonymous, .browser:
      let visitor = (0..<profiles.visitors.count).first { profiles.visitors.id($0) == id }.map { Int32($0) }
      let customer = visitor.flatMap { profiles.identity(ofVisitor: $0, at: placedAt) }
      let found = known(customer.map { .customer($0) } ?? visitor.map { .visitor($0) })
      if kind == .anonymous, let customer, found != nil { return (profiles.customers.id(Int(customer)), found, true) }
      return ("~" + id, found, kind == .anonymous)
    }
  }

  private func choose(_ p: Int, _ name: String, _ known: Known?, _ group: Group, fills: Bool) throws -> Choice {
    let placement = policy.placements[p]
    let person = person(known, fills: fills)
    var choice = Choice()
    let usual = placement.businessAsUsual.flatMap { policy.creative($0) }
    let isReachable =
      placement.messageChannel.map { channel in
        guard let known, let i = MessageChannel.allCases.firstIndex(of: channel) else { return false }
        return known.placed.bits & Placed.mayReceive(i) != 0
      } ?? true
    func takeUsual() {
      guard isReachable, let usual else { return }
      let naked = zip(usual.content, ContentSlot.slots(usual, policy)).flatMap { PlainDecider.naked($1, $0.template) }
      guard holes(naked, data(nil, nil, choice.entry, person)).isEmpty,
        let fields = render(usual, nil, nil, choice.entry, person), !isBlank(usual, fields)
      else { return }
      choice.action = Action(creative: usual.id, offer: "none", channel: placement.channel)
      choice.fields = fields
    }
    if book.at.age(at: now) > Int64(policy.guardrails.bookAgeMaxHours) * Instant.hour {
      choice.fallback = "stale_book"
      takeUsual()
      return choice
    }
    if known == nil { choice.fallback = "unknown_customer" }
    let ladder = entries(known?.placed.key ?? SegmentKey())
    choice.entry = ladder[0]
    choice.decision = ladder[0].decisions[book.placements.firstIndex(of: placement.id)!]
    switch group {
    case .holdout: return choice
    case .businessAsUsual:
      takeUsual()
      return choice
    case .decisioned, .random: break
    }
    for entry in isReachable ? ladder : [] {
      let id = entry.decisions[book.placements.firstIndex(of: placement.id)!]
      let decision = Decision(json: try JSONParser.parse(book.records[id]!))!
      let allowed = decision.arms.filter { arm in
        isAllowed(arm.action, entry.segment) && readsWhole(arm.action, entry, person)
      }
      let agentOn = group == .decisioned && isAgentOn(name, entry.segment.id)
      let (offSum, onSum) = (allowed.reduce(0) { $0 + $1.off }, allowed.reduce(0) { $0 + $1.on })
      // A side with nothing takes what the other one has.
      let takesOn = agentOn ? onSum > 0 : offSum == 0
      let weights = allowed.map { group == .random ? 1 : takesOn ? $0.on : $0.off }
      guard let i = Propensity.draw(drawHash(name, placement.id), weights: weights) else { continue }
      (choice.entry, choice.decision, choice.action) = (entry, id, allowed[i].action)
      let q = policy.agent.enabled ? UInt64(policy.agent.share) : 0
      func share(_ weight: UInt64, _ total: UInt64) -> UInt64 {
        weight == total ? (total == 0 ? 0 : Propensity.one) : (weight << 32) / total
      }
      let off = offSum > 0 ? share(allowed[i].off, offSum) : share(allowed[i].on, onSum)
      let on = onSum > 0 ? share(allowed[i].on, onSum) : off
      choice.p = group == .random ? Propensity.one / UInt64(allowed.count) : (q * on + (100 - q) * off) / 100
      if !allowed[i].action.isNothing {
        let creative = policy.creative(allowed[i].action.creative)!
        choice.fields = render(
          creative, policy.offer(allowed[i].action.offer), product(creative, entry.segment)?.record, entry, person)
      }
      return choice
    }
    choice.fallback = "no_allowed_action"
    takeUsual()
    return choice
  }

  /// With which probability somebody of a group gets which action, over all that hashes could be: on the first rung
  /// that has something for them, and which rung that is.
  func odds(_ subject: DecideSubject, placement: String, group: Group) throws -> (odds: [Action: Double], rung: Int)? {
    let (_, known, fills) = who(subject.kind, String(decoding: subject.id, as: UTF8.self))
    let (q, person) = (policy.agent.q, person(known, fills: fills))
    for (rung, entry) in entries(known?.placed.key ?? SegmentKey()).enumerated() {
      let id = entry.decisions[book.placements.firstIndex(of: placement)!]
      let decision = Decision(json: try JSONParser.parse(book.records[id]!))!
      let allowed = decision.arms.filter { arm in
        isAllowed(arm.action, entry.segment) && readsWhole(arm.action, entry, person)
      }
      var (off, on) = (allowed.map { Double($0.off) }, allowed.map { Double($0.on) })
      if on.reduce(0, +) == 0 { on = off }
      if off.reduce(0, +) == 0 { off = on }
      if group == .random { (off, on) = (off.map { _ in 1 }, on.map { _ in 1 }) }
      let (offSum, onSum) = (off.reduce(0, +), on.reduce(0, +))
      guard onSum > 0 else { continue }
      let odds = allowed.indices.map { (allowed[$0].action, q * on[$0] / onSum + (1 - q) * off[$0] / offSum) }
      return (Dictionary(uniqueKeysWithValues: odds), rung)
    }
    return nil
  }

  /// From the person's own segment to everyone's.
  private func entries(_ key: SegmentKey) -> [DecisionBook.Entry] {
    var out: [DecisionBook.Entry] = []
    let order = book.relaxation.compactMap { step in space.names.firstIndex(of: step.axis) }
    for n in 0...order.count {
      let relaxed = key.relaxed(SegmentMask(relaxing: order.prefix(n)))
      if let i = places.firstIndex(of: relaxed), out.last?.segment != book.entries[i].segment {
        out.append(book.entries[i])
      }
    }
    let root = book.entries[places.firstIndex(of: SegmentKey())!]
    if out.last?.segment != root.segment { out.append(root) }
    return out
  }

  /// Whether no text of an action has a hole for this person.
  private func readsWhole(_ action: Action, _ entry: DecisionBook.Entry, _ person: Person) -> Bool {
    guard let creative = policy.creative(action.creative) else { return true }
    let data = data(policy.offer(action.offer), product(creative, entry.segment)?.record, entry, person)
    return holes(
      zip(creative.content, ContentSlot.slots(creative, policy)).flatMap { PlainDecider.naked($1, $0.template) }, data
    ).isEmpty
      && !isBlank(creative, texts(creative, data))
  }

  /// Whether there are no texts, or all that people are to read has come to nothing.
  private func isBlank(_ creative: Creative, _ texts: [(name: String, text: String)]?) -> Bool {
    guard let texts else { return true }
    let toRead = creative.content.indices.filter { ContentSlot.slots(creative, policy)[$0] != .url }
    func isEmpty(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
    return toRead.contains { !isEmpty(creative.content[$0].template) } && toRead.allSatisfy { isEmpty(texts[$0].text) }
  }

  /// What a text asks for without a fallback: of each list, one is enough.
  private static func naked(_ slot: Slot, _ template: String) -> [TagReference] {
    if slot == .url { return [] }
    let needs = (try? Template(template)).map { TagNeed.all($0) } ?? []
    return needs.map { need in
      TagReference(
        path: need.paths.last?.text ?? "", hasFallback: false, insteadOf: need.paths.dropLast().map(\.text),
        onlyWith: need.guards.map(\.text), line: 0, column: 0)
    }
  }

  /// Those that a template finds to be blank where it writes them.
  private func holes(_ needs: [TagReference], _ data: LiquidValue) -> [TagReference] {
    func isFilled(_ path: String) -> Bool {
      let probe = "{% assign p = \(path) %}{% if p != blank and p != empty and p != 0 %}1{% endif %}"
      return (try? Template(probe).render(data, options: RenderOptions(slot: .plain))) == "1"
    }
    return needs.filter { need in
      !(need.insteadOf + [need.path]).contains(where: isFilled) && need.onlyWith.allSatisfy(isFilled)
    }
  }

  private func isAllowed(_ action: Action, _ segment: Segment) -> Bool {
    if let end = policy.offer(action.offer)?.endsAt, end <= now { return false }
    guard let creative = policy.creative(action.creative) else { return true }
    return product(creative, segment)?.isAvailable ?? true
  }

  /// What the book shows with a creative: chosen when it was made, so from the catalog as it was then.
  var catalogThen: Catalog?

  private func product(_ creative: Creative, _ segment: Segment) -> (record: ProductRecord, isAvailable: Bool)? {
    func name(_ subject: Creative.Subject?, _ axis: String) -> String? {
      if case .fixed(let name)? = subject { return NameNormalization.normalized(name) }
      if subject == .segment, case .name(let name)? = segment[axis] { return name }
      return nil
    }
    let (brand, category) = (name(creative.brand, "brand"), name(creative.category, "researching"))
    guard brand != nil || category != nil else { return nil }
    let candidates = (catalogThen ?? profiles.catalog).entries.compactMap(\.record).filter { record in
      record.isAvailable && (brand == nil || record.brand.flatMap { NameNormalization.normalized($0) } == brand)
        && (category == nil || record.category.flatMap { NameNormalization.normalized($0) } == category)
    }
    let best = candidates.max {
      ($0.createdAt?.milliseconds ?? .min, $1.id) < ($1.createdAt?.milliseconds ?? .min, $0.id)
    }
    return best.map { ($0, profiles.catalog.entry(of: $0.id)?.record?.isAvailable ?? true) }
  }

  private func isAgentOn(_ subject: String, _ segment: String) -> Bool {
    guard policy.agent.enabled else { return false }
    var week: [UInt8] = []
    for i in 0..<8 { week.append(UInt8(truncatingIfNeeded: (now.milliseconds / (7 * Instant.day)) >> (8 * Int64(i)))) }
    let hash = keys.agent.hash(Array(subject.utf8) + week + Array(segment.utf8))
    return ((hash >> 32) * 100) >> 32 < UInt64(policy.agent.share)
  }

  private func drawHash(_ subject: String, _ placement: String) -> UInt64 {
    let cycle = (0..<8).map { UInt8(truncatingIfNeeded: book.cycle >> (8 * $0)) }
    return keys.draw.hash(Array(subject.utf8) + [0x1F] + Array(placement.utf8) + cycle)
  }

  private func render(
    _ creative: Creative, _ offer: Offer?, _ product: ProductRecord?, _ entry: DecisionBook.Entry?, _ person: Person
  ) -> [(name: String, text: String)]? {
    texts(creative, data(offer, product, entry, person))
  }

  /// Nil where one of them fails or calls itself off.
  private func texts(_ creative: Creative, _ data: LiquidValue) -> [(name: String, text: String)]? {
    try? zip(creative.content, ContentSlot.slots(creative, policy)).map { field, slot in
      let options = RenderOptions(
        slot: slot, nowMilliseconds: now.milliseconds,
        timeZone: TimeZoneOffset.clocks(policy.shop.timeZone), moneyFormat: policy.shop.moneyFormat)
      return (field.name, try Template(field.template).render(data, options: options))
    }
  }

  private func data(
    _ offer: Offer?, _ product: ProductRecord?, _ entry: DecisionBook.Entry?, _ person: Person
  ) -> LiquidValue {
    var segment: [String: LiquidValue] = [:]
    if let entry {
      segment = ["id": .string(entry.segment.id), "description": .string(entry.description)]
      for (axis, value) in zip(entry.segment.axes, entry.segment.values) {
        if case .word(let word) = value, axis != "brand", axis != "researching" { segment[axis] = .string(word) }
        if case .name(let name) = value { segment[axis] = .string(PlainMergeData.spelling(name, axis, profiles)) }
        if value == .any, axis == "brand" || axis == "researching" { segment[axis] = person[axis] }
      }
    }
    var offerData: [String: LiquidValue] = [:]
    if let offer {
      offerData = ["id": .string(offer.id), "kind": .string(offer.kind.rawValue)]
      if offer.value != .zero { offerData["value"] = .string(offer.value.description) }
      if let code = offer.code { offerData["code"] = .string(code) }
      if let end = offer.endsAt { offerData["ends_at"] = .string(PlainMergeData.local(end, policy)) }
    }
    return LiquidValue.object([
      "customer": .object(person), "segment": .object(segment), "offer": offer == nil ? .null : .object(offerData),
      "product": product.map { MergeData.product($0) } ?? .null,
      "shop": .object([
        "name": .string(policy.shop.name), "url": .string(policy.shop.url), "currency": .string(policy.shop.currency),
      ]),
    ])
  }
}

/// The data that merge tags are filled from, read off a profile.
enum PlainMergeData {
  static func customer(_ subject: Profiles.Subject, _ decider: PlainDecider) -> [String: LiquidValue] {
    var view = ProfileView(decider.profiles, at: decider.placedAt, spendCuts: decider.book.spendCuts)
    let placed = view.place(subject, of: decider.profiles, space: decider.space, activity: decider.rule)
    let segment = decider.space.segment(of: placed.key, in: decider.profiles.catalog)
    var object: [String: LiquidValue] = [:]
    if let state = view.state {
      func isRead(_ text: String) -> Bool { text.contains { !$0.isWhitespace && $0 != "\u{200B}" } }
      if let first = state.firstName.value, isRead(first) { object["first_name"] = .string(first) }
      if let last = state.lastName.value, isRead(last) { object["last_name"] = .string(last) }
      if let traits = state.traits.value { object["traits"] = MergeData.withoutBlanks(MergeData.liquid(traits)) }
    }
    if let viewed = view.events.last(where: { $0.kind == .productViewed && $0.product >= 0 }) {
      if let record = view.catalog.record(viewed.product) { object["last_viewed"] = MergeData.product(record) }
    }
    let basket = BasketAxis.contents(of: view).products.suffix(10).compactMap { view.catalog.record($0) }
    if !basket.isEmpty { object["basket"] = .array(basket.map(MergeData.product)) }
    if let order = view.orders.max(by: { $0.placedAt < $1.placedAt }) {
      let products = view.lines[order.lines].compactMap { view.catalog.record($0.product) }.prefix(10)
      object["last_order"] = .object([
        "id": .string(view.orderID(order)), "placed_at": .string(local(order.placedAt, decider.policy)),
        "products": .array(products.map(MergeData.product)),
      ])
    }
    for axis in ["brand", "researching"] {
      if case .name(let name)? = segment[axis] { object[axis] = .string(spelling(name, axis, decider.profiles)) }
    }
    return object
  }

  /// A time as the shop's clocks show it.
  static func local(_ instant: Instant, _ policy: Policy) -> String {
    guard let zone = TimeZone(identifier: policy.shop.timeZone) else { return instant.description }
    let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000)
    if zone.secondsFromGMT(for: date) == 0 { return instant.description }
    let formatter = ISO8601DateFormatter()
    formatter.timeZone = zone
    formatter.formatOptions = [.withInternetDateTime]
    if instant.milliseconds % 1_000 != 0 { formatter.formatOptions.insert(.withFractionalSeconds) }
    return formatter.string(from: date)
  }

  static func spelling(_ name: String, _ axis: String, _ profiles: Profiles) -> String {
    let words = axis == "brand" ? profiles.catalog.brands : profiles.catalog.categories
    return words.code(of: name).map { words.spellings[Int($0)] } ?? name
  }
}
