import TesseraModel

/// An answer in the making.
struct DecisionAnswer {
  /// Why a default was served.
  enum Fallback: String {
    case unknownCustomer = "unknown_customer"
    case noDecision = "no_decision"
    case staleBook = "stale_book"
    case noAllowedAction = "no_allowed_action"
  }

  let place: Int
  let now: Instant
  let inForce: Serving.InForce
  var group = Group.decisioned
  var decision: ServingBook.PlacedDecision?
  var fallback: Fallback?
  var agentOn = false
  private(set) var arm: ServingBook.Arm?
  var propensity = Propensity.one
  var propensityOff = Propensity.one
  var propensityOn = Propensity.one

  init(place: Int, now: Instant, inForce: Serving.InForce) {
    (self.place, self.now, self.inForce) = (place, now, inForce)
  }

  mutating func take(_ arm: ServingBook.Arm) { self.arm = arm }

  /// Takes back an action whose texts came to nothing after all: a blank is worse than what the page has anyway.
  mutating func retract() {
    (arm, agentOn, fallback) = (nil, false, .noAllowedAction)
    (propensity, propensityOff, propensityOn) = (Propensity.one, Propensity.one, Propensity.one)
  }

  /// What texts are rendered with beside the person.
  var surroundings: ContentProgram.Surroundings {
    let (compiler, now) = (inForce.policy.compiler, now)
    return ContentProgram.Surroundings(shelf: inForce.shelf, options: { compiler.options($0, now: now) })
  }

  /// Whether an action can be had: its offer has not ended and is not used up, what it shows is in stock, and its texts
  /// read whole and do not fail.
  /// - Parameter row: the person's; nil where nothing of theirs may be filled in.
  func allows(_ odds: ServingBook.Odds, _ row: RowFields?) -> Bool {
    if odds.endsAt <= now.milliseconds || inForce.shelf.isGone(odds.product) { return false }
    if odds.offer >= 0, inForce.closedOffers[Int(odds.offer)] { return false }
    guard odds.asksPerson, let content = odds.arm.content else { return true }
    return content.isWhole(row, inForce.shelf) && (!content.mayFail || content.succeeds(row, surroundings))
  }

  /// From `action` to before the receipt.
  func writeAction(to out: inout ByteWriter) {
    if let arm { out.append(arm.action) } else { out.append(",\"action\":null") }
    out.append(",\"propensity\":")
    out.append(propensity: propensity)
    switch group {
    case .decisioned: out.append(",\"group\":\"decisioned\",\"fallback\":")
    case .random: out.append(",\"group\":\"random\",\"fallback\":")
    case .businessAsUsual: out.append(",\"group\":\"business_as_usual\",\"fallback\":")
    case .holdout: out.append(",\"group\":\"holdout\",\"fallback\":")
    }
    switch fallback {
    case nil: out.append("null,\"age_seconds\":")
    case .unknownCustomer: out.append("\"unknown_customer\",\"age_seconds\":")
    case .noDecision: out.append("\"no_decision\",\"age_seconds\":")
    case .staleBook: out.append("\"stale_book\",\"age_seconds\":")
    case .noAllowedAction: out.append("\"no_allowed_action\",\"age_seconds\":")
    }
    if let book = inForce.book {
      out.append(decimal: Int(max(0, book.at.age(at: now) / Instant.second)))
    } else {
      out.append("null")
    }
    out.append(",\"receipt\":")
  }
}
