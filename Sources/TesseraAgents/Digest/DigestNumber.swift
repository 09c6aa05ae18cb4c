/// Numbers as a digest shows them: what cannot matter is not told.
package enum DigestNumber {
  /// Rounded to so many significant digits.
  package static func significant(_ x: Double, digits: Int = 2) -> Double {
    guard x.isFinite, x != 0 else { return 0 }
    var (scale, size) = (1.0, abs(x))
    var least = 1.0
    for _ in 1..<max(1, digits) { least *= 10 }
    while size < least, scale < 1e12 {
      size *= 10
      scale *= 10
    }
    while size >= least * 10, scale > 1e-12 {
      size /= 10
      scale /= 10
    }
    return (x * scale).rounded() / scale
  }

  /// The bands that stock is told in: `0`, `1-9`, `10-49`, `50+`; nil where it is not counted.
  package static func stockBand(_ inventory: Int?) -> String? {
    switch inventory {
    case nil: nil
    case let n? where n <= 0: "0"
    case let n? where n < 10: "1-9"
    case let n? where n < 50: "10-49"
    default: "50+"
    }
  }

  /// The bands that counts of changes are told apart by: one more of many is no news.
  package static func countBand(_ n: Int) -> String {
    switch n {
    case ...1: "1"
    case 2: "2"
    case 3...5: "3-5"
    case 6...10: "6-10"
    default: "11+"
    }
  }
}
