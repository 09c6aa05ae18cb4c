#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The functions of the C library that evidence needs, in one file, so that no other file of it imports the library.
enum RealFunctions {
  /// ln x; −∞ at 0.
  static func logarithm(_ x: Double) -> Double { log(x) }

  /// ln(1 + x), exact for small x.
  static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }

  static func exponential(_ x: Double) -> Double { exp(x) }

  /// ln Γ(x) for x > 0.
  static func logarithmOfGamma(_ x: Double) -> Double {
    // The reentrant call: the plain one writes the sign to a variable that all threads share.
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}
