/// A function of means with its gradient there, from which the delta method has its variance.
struct LinearizedValue: Sendable, Equatable {
  let value: Double
  let gradient: SIMD8<Double>

  /// m[over] / m[under]; nil unless the divisor is positive.
  static func ratio(_ mean: SIMD8<Double>, _ over: Int, _ under: Int) -> LinearizedValue? {
    guard mean[under] > 0 else { return nil }
    let value = mean[over] / mean[under]
    var gradient = SIMD8<Double>()
    gradient[over] = 1 / mean[under]
    gradient[under] = -value / mean[under]
    return value.isFinite ? LinearizedValue(value: value, gradient: gradient) : nil
  }

  static func + (a: LinearizedValue, b: LinearizedValue) -> LinearizedValue {
    LinearizedValue(value: a.value + b.value, gradient: a.gradient + b.gradient)
  }

  static func - (a: LinearizedValue, b: LinearizedValue) -> LinearizedValue {
    LinearizedValue(value: a.value - b.value, gradient: a.gradient - b.gradient)
  }
}
