#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Powers 2⁻ˣ from a table of 1,024 steps and three terms of the series between them: exact at the steps, off by less
/// than 2·10⁻¹⁴ elsewhere, and several times as fast as the C library's, which is asked for every fact of a person.
final class DecayTable: Sendable {
  private static let steps = 1_024
  /// 2⁻ʲᐟ¹⁰²⁴.
  private let fractions: [Double]
  /// 2⁻ⁱ; beyond the last one nothing is left that a score could count.
  private let wholes: [Double]

  init() {
    fractions = (0..<DecayTable.steps).map { exp2(-Double($0) / Double(DecayTable.steps)) }
    wholes = (0...62).map { exp2(-Double($0)) }
  }

  /// - Parameter x: not negative.
  @inline(__always)
  func power(_ x: Double) -> Double {
    let scaled = x * Double(DecayTable.steps)
    guard scaled < Double(62 * DecayTable.steps) else { return 0 }
    let whole = UInt(scaled)
    let rest = (scaled - Double(whole)) * DecayTable.unit
    let series = 1 - rest * (1 - rest * (0.5 - rest * (1.0 / 6)))
    return fractions[Int(whole % UInt(DecayTable.steps))] * wholes[Int(whole / UInt(DecayTable.steps))] * series
  }

  /// ln 2 / 1,024.
  private static let unit = 0.693_147_180_559_945_3 / 1_024
}
