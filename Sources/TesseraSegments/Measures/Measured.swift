import TesseraModel

/// What a measure found.
enum Measured {
  /// There is nothing to measure: no denominator, or nothing that has an age.
  case nothing
  case whole(Int64)
  case ratio(Int64, of: Int64)
  case money(Money)
  /// The time, in milliseconds, since which an age is counted.
  case since(Int64)

  var isNothing: Bool { if case .nothing = self { true } else { false } }

  var isZero: Bool {
    switch self {
    case .nothing, .whole(0): true
    default: false
    }
  }

  var amount: Money { if case .money(let money) = self { money } else { .zero } }

  /// Whether it is at or above a cut.
  func hasReached(_ cut: AxisThreshold, at instant: Instant) -> Bool {
    switch (self, cut) {
    case (.whole(let n), .whole(let cut)): n >= cut
    case (.ratio(let part, let all), .millionths(let cut)):
      Int128(part) * 1_000_000 >= Int128(cut) * Int128(all)
    case (.money(let money), .money(let cut)): money >= cut
    case (.since(let at), .age(let cut)): instant.milliseconds - at >= cut
    default: false
    }
  }

  func isExactly(_ cut: AxisThreshold, at instant: Instant) -> Bool {
    switch (self, cut) {
    case (.whole(let n), .whole(let cut)): n == cut
    case (.ratio(let part, let all), .millionths(let cut)):
      Int128(part) * 1_000_000 == Int128(cut) * Int128(all)
    case (.money(let money), .money(let cut)): money == cut
    case (.since(let at), .age(let cut)): instant.milliseconds - at == cut
    default: false
    }
  }

  /// When an age reaches a cut.
  func reaches(_ cut: AxisThreshold) -> Int64? {
    if case (.since(let at), .age(let cut)) = (self, cut) { at + cut } else { nil }
  }
}
