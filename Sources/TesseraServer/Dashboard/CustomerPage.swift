import HTTPTypes
import TesseraModel
import TesseraRuntime

/// One customer: axes, segment, consents, decisions, timeline. Addresses and numbers are never shown in full.
struct CustomerPage {
  let engine: Engine

  private struct View {
    let id: String
    let missing: String?
    let person: Person?
  }

  private struct Person {
    let name: String
    let description: String
    let segment: String
    let axes: [AxisChip]
    let facts: [Fact]
    let decisions: [Decided]
    let hasTimeline: Bool
    let shown: String
    let timeline: [Happening]
  }

  private struct Fact {
    let name: String
    let value: String
  }

  private struct Happening {
    let at: String
    let what: String
    let product: String
  }

  private struct Decided {
    struct Field {
      let name: String
      let text: String
    }
    let placement: String
    let link: String?
    let group: String
    let action: String
    let fallback: String?
    let propensity: String
    let content: [Field]
  }

  func page(_ id: String?) async throws -> DashboardPage {
    let id = id ?? ""
    var person: Person?
    if !id.isEmpty {
      do throws(EngineError) { person = self.person(id, try await engine.customer(id)) } catch {
        guard error.code == .notFound else { throw error }
      }
    }
    let view = View(id: id, missing: id.isEmpty || person != nil ? nil : String(id.prefix(80)), person: person)
    var page = DashboardPage(.customers, title: "Customers", template: "customer", view: view)
    if view.missing != nil { page.status = .notFound }
    return page
  }

  private func person(_ id: String, _ json: JSONValue) -> Person {
    let segment = json["segment"]
    let timeline = (json["timeline"]?.elements ?? []).map { event in
      Happening(
        at: time(event["at"]), what: CustomerPage.words(event["kind"]?.text ?? ""),
        product: event["product"]?.text ?? "")
    }
    return Person(
      name: CustomerPage.name(id, json), description: segment?["description"]?.text ?? "",
      segment: segment?["id"]?.text ?? "", axes: AxisChip.chips(segment?["axes"]), facts: facts(json),
      decisions: engine.policy.placements.compactMap { decided(id, $0.id) }, hasTimeline: !timeline.isEmpty,
      shown: timeline.count == 1 ? "1 event" : "The last \(timeline.count) events", timeline: timeline)
  }

  /// The id, with the first name and the initial of the last where they are known.
  private static func name(_ id: String, _ json: JSONValue) -> String {
    let known = [json["first_name"]?.text, json["last_name"]?.text.map { $0.prefix(1) + "." }].compactMap(\.self)
    return PersonalText.masked(known.isEmpty ? id : known.joined(separator: " ") + " (\(id))")
  }

  private func facts(_ json: JSONValue) -> [Fact] {
    let consents = (json["consents"]?.members?.members ?? []).map { "\($0.name) \($0.value.text ?? "")" }
    var facts = [
      Fact(name: "Consents", value: consents.joined(separator: ", ")),
      Fact(name: "E-mail", value: json["email"]?.text.map(PersonalText.email) ?? DashboardText.none),
      Fact(name: "Phone", value: json["phone"]?.text.map(PersonalText.phone) ?? DashboardText.none),
      Fact(name: "Created", value: time(json["created_at"])),
      Fact(name: "Orders", value: DashboardText.number(json["orders"])),
      Fact(
        name: "Net revenue of 365 days",
        value: DashboardText.cell(json["net_revenue"]) + DashboardText.thin + engine.policy.shop.currency),
    ]
    for trait in json["traits"]?.members?.members ?? [] {
      facts.append(Fact(name: trait.name, value: PersonalText.masked(DashboardText.cell(trait.value))))
    }
    return facts
  }

  /// The answer that `decide` would give, filled in for this person.
  private func decided(_ id: String, _ placement: String) -> Decided? {
    let isVisitor = id.utf8.first == UInt8(ascii: "~")
    let subject: DecideSubject = isVisitor ? .anonymous(Array(id.utf8.dropFirst())) : .customer(Array(id.utf8))
    var out: [UInt8] = []
    do throws(DecideError) {
      try Decider(engine.serving, now: engine.clock.now()).answer(subject, placement: placement, to: &out)
    } catch { return nil }
    guard let json = try? JSONParser.parse(out) else { return nil }
    let fields = json["content"]?.members?.members ?? []
    return Decided(
      placement: placement, link: json["decision"]?.text.flatMap { $0.isEmpty ? nil : "/decisions/\($0)" },
      group: (json["group"]?.text ?? "").replacing("_", with: " ").replacing("holdout", with: "hold-out"),
      action: DashboardText.action(json["action"]), fallback: json["fallback"]?.text.map { "fallback: \($0)" },
      propensity: DashboardText.percent(json["propensity"]?.double),
      content: fields.map { Decided.Field(name: $0.name, text: PersonalText.masked($0.value.text ?? "")) })
  }

  private static func words(_ kind: String) -> String {
    switch EventKind.allCases.first(where: { "\($0)" == kind }) {
    case .site: "was on site"
    case .productViewed: "viewed a product"
    case .addedToCart: "added to the basket"
    case .removedFromCart: "removed from the basket"
    case .checkoutStarted: "started the checkout"
    case .decisionShown: "saw a decision"
    case .decisionClicked: "clicked a decision"
    case .message: "message event"
    case .messageDelivered: "message delivered"
    case .messageClicked: "clicked a message"
    case .messageUnsubscribed: "unsubscribed"
    case nil: kind
    }
  }

  private func time(_ value: JSONValue?) -> String {
    let at = DashboardText.instant(value)
    return DashboardText.time(at, offsetSeconds: at.map { engine.utcOffsetSeconds(at: $0) } ?? 0)
  }
}
