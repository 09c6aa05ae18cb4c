#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a look at a segment is worth at most: how often the best action might turn out to be another one, times what
/// that would earn. It orders the work; the budget says where it stops.
package enum ValueOfLooking {
  /// Changes of past supplements move a mean by this share of it, until something better is known.
  static let shock = 0.3

  /// n·s·f(−gap/s) with f(z) = φ(z) + z·Φ(z): the expected gain of learning that another arm is better, where the
  /// change of a mean has deviation s = 0.3·mean and the gap is what the best leads by.
  /// - Parameter people: expected within the hour.
  /// - Returns: in rewards.
  package static func value(_ means: [Double], people: Int) -> Double {
    let sorted = means.sorted(by: >)
    guard sorted.count > 1, sorted[0] > 0 else { return 0 }
    let s = shock * sorted[0]
    let gap = sorted[0] - sorted[1]
    return Double(people) * s * expected(-gap / s)
  }

  static func expected(_ z: Double) -> Double {
    let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    return density + z * 0.5 * erfc(-z / 2.squareRoot())
  }
}
