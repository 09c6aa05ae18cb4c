package import TesseraModel
import TesseraSegments
package import TesseraStorage

extension Engine {
  /// Facts of the timeline shown with a profile, the newest.
  static let timelineMax = 200

  /// A customer's profile, axes and timeline as of now.
  package func customer(_ id: String) async throws(EngineError) -> JSONValue {
    let now = clock.now()
    let cuts = serving.spendCuts
    let profiles = profiles
    let subject: Profiles.Subject? =
      id.utf8.first == UInt8(ascii: "~")
      ? profiles.visitor(String(id.dropFirst())).map { .visitor($0) } : profiles.customer(id).map { .customer($0) }
    guard let subject, let view = profiles.view(of: subject, at: now, spendCuts: cuts) else {
      throw EngineError(.notFound, "there is no customer \"\(id.prefix(80))\"")
    }
    let served = serving.space
    let segment = served.segment(of: served.key(of: view), in: profiles.catalog)
    let timeline = view.events.suffix(Engine.timelineMax).reversed().map { event -> JSONValue in
      let product = event.product >= 0 ? profiles.catalog.entries[Int(event.product)].id : nil
      return [
        "at": .instant(Instant(milliseconds: event.at)), "kind": .string("\(event.kind)"),
        "product": .optional(product),
      ]
    }
    var consents = JSONObject()
    for channel in MessageChannel.allCases {
      consents[channel.rawValue] = .string(view.isSubscribed(channel) ? "subscribed" : "not subscribed")
    }
    return [
      "id": .string(id), "first_name": .optional(view.state?.firstName.value),
      "last_name": .optional(view.state?.lastName.value), "email": .optional(view.state?.email.value),
      "phone": .optional(view.state?.phone.value), "created_at": .instant(view.state?.createdAt.value),
      "traits": view.state?.traits.value ?? .object(JSONObject()), "consents": .object(consents),
      "orders": .integer(view.orders.count), "net_revenue": .money(view.netRevenue),
      "segment": [
        "id": .string(segment.id), "description": .string(SegmentDescription.sentence(segment, phrases: phrases)),
        "axes": segment.json,
      ],
      "timeline": .array(Array(timeline)),
    ]
  }

  /// Everything held of a customer: each fact as it was sent.
  package func export(customer id: String) async throws(EngineError) -> JSONValue {
    let profiles = profiles
    guard let c = profiles.customer(id) else {
      throw EngineError(.notFound, "there is no customer \"\(id.prefix(80))\"")
    }
    let anonymous = profiles.visitorsKnownOnly(as: c)
    do throws(StorageError) {
      var facts: [JSONValue] = []
      for logged in try await log.facts(ofCustomer: id, anonymous: anonymous) {
        facts.append([
          "position": .integer(logged.position), "kind": .string(logged.kind.plural),
          "body": (try? JSONParser.parse(logged.body)) ?? .null,
        ])
      }
      return ["customer": .string(id), "anonymous": .strings(anonymous), "facts": .array(facts)]
    } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// The micro-segment of every listed customer at T, sorted by id, and the axes.
  package func assignments(
    at instant: Instant
  ) async -> (axes: [String], customers: [(name: String, segment: Segment)]) {
    let (profiles, rules) = (profiles, current)
    let space = rules.space
    let sweep = await Sweep.parallel(
      profiles, space: space, at: instant, activity: Engine.activityRule(rules.policy, utcOffset(at: instant)))
    var memo: [SegmentKey: Segment] = [:]
    var out: [(name: String, segment: Segment)] = []
    out.reserveCapacity(sweep.placements.count)
    for placement in sweep.placements {
      let segment = memo[placement.key] ?? space.segment(of: placement.key, in: profiles.catalog)
      memo[placement.key] = segment
      out.append((profiles.name(of: placement.subject), segment))
    }
    return (space.names, out.sorted { NameNormalization.precedes($0.name, $1.name) })
  }
}

extension Engine {
  /// A stored event.
  package func event(id: String) async throws(EngineError) -> LoggedFact? {
    do throws(StorageError) { return try await log.event(id: id) } catch { throw EngineError(.storage, error.message) }
  }

  /// Stored events in the order accepted.
  package func events(after position: Int64, limit: Int) async throws(EngineError) -> [LoggedFact] {
    do throws(StorageError) { return try await log.events(after: position, limit: limit) } catch {
      throw EngineError(.storage, error.message)
    }
  }
}
