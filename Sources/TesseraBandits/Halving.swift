#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Decay by halves.
enum Halving {
  /// What an hour leaves of a weight that halves in so many hours.
  static func factor(hours: Double) -> Double { exp2(-1 / hours) }
}
