import TesseraBandits
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// The learner behind `cycle`, driven through what a store would record: decisions are the planner's, what is shown and
/// what follows are exposures with receipts, and every plan joins rewards and fits anew. Nothing of it is the
/// scorecard's own.
struct LearnerDriver {
  let policy: Policy
  let actions: [Action]
  private let contexts: [ContextCode]
  private let census: Census
  private var log = ExposureLog()
  private var orders: [String: [RewardJoin.Order]] = [:]
  private var exposures = 0
  private var cycle = 0
  private var plan: Reconsideration?
  private var choices: [Int: [Double]] = [:]

  static let start = Instant(milliseconds: 1_780_000_000_000)

  /// - Parameters:
  ///   - segments: axis values by micro-segment, from 0.
  ///   - creatives: by action; offers and channels likewise, all of one length.
  ///   - reward: `click`, or `margin` for rewards that may be negative, up to 1.
  ///   - placements: how many, all with these actions.
  ///   - segmentsMax: how many segments are decided at most, coarser ones among them.
  ///   - members: how many people are in each segment; one in each, if nil.
  init(
    segments: [[Int]], creatives: [String], offers: [String], policy name: String, reward: String = "click",
    windowHours: Int = 24, rules: [(String, JSONValue)] = [], placements count: Int = 1,
    segmentsMax: Int = 100_000, members: [Int]? = nil
  ) throws {
    let names = (0..<count).map { "p\($0)" }
    let bank = Set(creatives).sorted().map { id -> JSONValue in
      ["id": .string(id), "placements": .strings(names), "content": ["title": "x"]]
    }
    let stock = Set(offers).sorted().filter { $0 != "none" }.map { id -> JSONValue in ["id": .string(id)] }
    policy = try Policy(
      json: [
        "segments": ["min_members": 1, "max_segments": .integer(segmentsMax)],
        "bandit": .object(JSONObject([("policy", .string(name))] + rules)), "agent": ["enabled": false],
        "placements": .array(
          names.map { name in
            [
              "id": .string(name), "reward": .string(reward), "reward_window_hours": .integer(windowHours),
              "reward_cap": 1,
            ]
          }),
        "creatives": .array(bank), "offers": .array(stock),
      ], box: AxisRegistry.box)
    actions = zip(creatives, offers).map { Action(creative: $0, offer: $1, channel: "onsite") }
    let axes = (segments.first ?? []).indices.map { "axis \($0 + 1)" }
    let sizes = axes.indices.map { axis in (segments.map { $0[axis] }.max() ?? 0) + 1 }
    let values = sizes.map { size in (0..<size).map { AxisValue.word("value \($0)") } }
    let codes = zip(axes, values).map { axis, values in values.map { ContextCode.code(axis: axis, value: $0) } }
    contexts = segments.map { segment in
      ContextCode(codes: segment.enumerated().map { codes[$0][$1] })
    }
    let entries = segments.enumerated().map { number, segment -> Census.Entry in
      var key = SegmentKey()
      for (axis, value) in segment.enumerated() { key[axis] = UInt16(value + 1) }
      let count = members?[number] ?? 1
      return Census.Entry(key: key, members: count, active: count)
    }
    census = Census(axes: axes, values: values, entries: entries.sorted { $0.key < $1.key })
  }

  private var placement: PlacementPolicy { policy.placements[0] }

  /// Plans anew from everything that is known at an instant.
  mutating func plan(at instant: Instant) {
    cycle += 1
    plan = Reconsideration(input(at: instant))
    choices = [:]
  }

  /// What a cycle would be made from: every exposure joined with its reward, by cells.
  func input(at instant: Instant) -> PlannerInput {
    let orders = orders
    let join = RewardJoin(
      log, at: instant, placements: policy.placements, halfLifeHours: policy.bandit.halfLifeDays.map { $0 * 24 }
    ) { orders[$0] ?? [] }
    return PlannerInput(
      cycle: cycle, at: instant, position: 0, previous: "", policy: policy, utcOffsetSeconds: 0, census: census,
      spendCuts: .none, catalog: CatalogSummary(), posterior: PosteriorTable(join), offerOrders: [:], spellings: [:],
      overlays: [])
  }

  /// The propensities of the actions in a micro-segment.
  /// - Parameter allowed: actions that can be shown now; the rest is renormalised.
  mutating func propensities(_ segment: Int, allowed: [Bool]? = nil) -> [Double] {
    if let known = choices[segment] { return known }
    let code = placement.code
    let choice = plan?.choice(contexts[segment], placement: code)
    var p = actions.map { choice?.propensities[$0.code] ?? 0 }
    if let allowed {
      for a in p.indices where !allowed[a] { p[a] = 0 }
      let total = p.reduce(0, +)
      p = p.map { total > 0 ? $0 / total : 0 }
    }
    choices[segment] = p
    return p
  }

  /// Records that something was shown, and what came of it.
  /// - Parameters:
  ///   - reward: 0 or 1 for a click; up to 1 and possibly negative otherwise.
  ///   - delay: until it came.
  ///   - place: the placement's number.
  mutating func show(
    _ segment: Int, _ action: Int, propensity: Double, reward: Double, at instant: Instant, delay: Int64 = 1_000,
    in place: Int = 0
  ) {
    exposures += 1
    let placement = policy.placements[place]
    let p = UInt64(min(1, max(0, propensity)) * Double(Propensity.one))
    let receipt = Receipt(
      cycle: cycle, decision: [0, 0, 0, 0, 0, 0, 0, 1], placement: placement.code, group: .decisioned, agentOn: false,
      action: actions[action].code, propensity: p, propensityOff: p, propensityOn: p, at: instant,
      context: contexts[segment], subject: String(exposures, radix: 36))
    log.fold(shown: receipt, at: instant)
    guard reward != 0 else { return }
    if placement.reward == .click {
      log.fold(clicked: receipt, at: instant.adding(delay))
    } else {
      let amount = Money(approximating: reward)
      orders[receipt.subject] = [
        RewardJoin.Order(placedAt: instant.adding(delay), revenue: amount, margin: amount)
      ]
    }
  }
}
