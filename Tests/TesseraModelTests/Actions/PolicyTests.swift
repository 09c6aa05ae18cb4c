import TesseraModel
import Testing

@Suite struct PolicyTests {
  static let small: JSONValue = [
    "placements": [["id": "home"]],
    "creatives": [["id": "a", "placements": ["home"], "content": ["title": "A"]]],
  ]
  static let axes = AxisBox([.builtin("visits", words: ["never", "new"]), .builtin("brand", words: ["none"])])

  private func message(_ change: (inout JSONObject) -> Void) -> String {
    guard case .object(var object) = PolicyTests.small else { return "" }
    change(&object)
    do throws(ConfigurationError) {
      _ = try Policy(json: .object(object), box: PolicyTests.axes)
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test func defaultsRoundTrip() throws {
    let policy = try Policy(json: PolicyTests.small, box: PolicyTests.axes)
    #expect(policy.segments.minMembers == 10)
    #expect(policy.segments.segmentsMax == 4_000)
    #expect(policy.offers.map(\.id) == ["none"])
    let again = try Policy(json: try JSONParser.parse(JSONWriter.text(policy.json)), box: PolicyTests.axes)
    #expect(again == policy)
    #expect(JSONWriter.text(again.json) == JSONWriter.text(policy.json))
  }

  @Test func errorsNameTheNearestKey() {
    #expect(message { $0["placments"] = [] } == "placments: there is no such setting; did you mean \"placements\"?")
    #expect(
      message { $0["shop"] = ["curency": "EUR"] }
        == "shop.curency: there is no such setting; did you mean \"currency\"?")
    #expect(
      message { $0["guardrails"] = ["frequency_cap": ["message": 3]] }
        == "guardrails.frequency_cap.message: there is no such setting; did you mean \"messages\"?")
    #expect(message { $0["segments"] = ["zzzzzzzz": 1] } == "segments.zzzzzzzz: there is no such setting")
    #expect(
      message { $0["placements"] = [["id": "home", "reward": "clik"]] }
        == "placements[0].reward: must be one of click, order, revenue, margin; did you mean \"click\"?")
    #expect(
      message { $0["creatives"] = [["id": "a", "placements": ["hom"], "content": ["t": "x"]]] }
        == "creatives[0].placements: there is no placement \"hom\"; did you mean \"home\"?")
    #expect(
      message {
        $0["creatives"] = [["id": "a", "placements": ["home"], "content": ["t": "x"], "only_for": ["visit": ["new"]]]]
      }
        == "creatives[0].only_for: there is no axis \"visit\"; did you mean \"visits\"?")
    #expect(
      message {
        $0["creatives"] = [
          ["id": "a", "placements": ["home"], "content": ["t": "x"], "only_for": ["visits": ["neww"]]]
        ]
      }
        == "creatives[0].only_for.visits: there is no value \"neww\"; did you mean \"new\"?")
  }

  @Test func boundsAreKept() {
    #expect(
      message { $0["segments"] = ["min_members": 0] }.hasPrefix("segments.min_members: must be a whole number from 1"))
    #expect(message { $0["groups"] = ["holdout": 6] } == "groups: the four shares must add up to 100, not 101")
    #expect(
      message { $0["bandit"] = ["exploration_floor": 1.5.json] }.hasPrefix("bandit.exploration_floor: must be a number")
    )
    #expect(
      message { $0["offers"] = [["id": "x", "kind": "percentage"]] }.hasPrefix("offers[0].value: must be a percentage"))
    #expect(message { $0["offers"] = [["id": "x"], ["id": "x"]] } == "offers: the id \"x\" is used twice")
    #expect(
      message { $0["placements"] = [["id": "home", "channel": "fax"]] }.hasPrefix(
        "placements[0].channel: must be one of"))
    #expect(
      message { $0["placements"] = [["id": "home", "send_at": "10:00"]] }.hasPrefix(
        "placements[0].send_at: is for message"))
    #expect(message { $0["placements"] = .null } == "placements: name at least one placement")
    #expect(message { $0["shop"] = ["currency": "eur"] } == "shop.currency: must be an ISO code like EUR")
  }

  @Test func quietHoursMayPassMidnight() throws {
    for (from, to, quiet, loud) in [
      ("21:00", "08:00", [1_260, 1_439, 0, 479], [480, 1_259]), ("12:00", "13:00", [720, 779], [719, 780]),
    ] {
      var object = JSONObject([("placements", [["id": "home"]])])
      object["guardrails"] = ["quiet_hours": ["from": .string(from), "to": .string(to)]]
      let rules = try Policy(json: .object(object), box: AxisBox([])).guardrails
      for minute in quiet { #expect(rules.isQuiet(localMinute: minute)) }
      for minute in loud { #expect(!rules.isQuiet(localMinute: minute)) }
    }
  }
}

extension Double {
  fileprivate var json: JSONValue { .double(self) }
}
