#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Decay by halves.
package enum Halving {
  /// What an hour leaves of a weight that halves in so many hours.
  static func factor(hours: Double) -> Double { exp2(-1 / hours) }
  /// What is left after so many half-lives.
  package static func remaining(_ halfLives: Double) -> Double { exp2(-halfLives) }
}
