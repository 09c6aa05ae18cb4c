/// Numbers in the sentences that evidence is reported in, as the dashboard writes them.
enum EvidenceText {
  /// The narrow space that keeps a number's parts on one line.
  static let thin = "\u{202F}"

  /// 10 000, with narrow spaces.
  static func count(_ n: Int) -> String {
    var digits = String(n.magnitude)
    var out = ""
    while digits.count > 3 {
      out = thin + digits.suffix(3) + out
      digits.removeLast(3)
    }
    return (n < 0 ? "−" : "") + digits + out
  }

  /// A sum that need not be whole, to the nearest whole number.
  static func count(_ x: Double) -> String { count(Int(exactly: x.rounded()) ?? (x < 0 ? Int.min : Int.max)) }

  /// 12 %, or 1.2 % below 10 %.
  static func share(_ x: Double) -> String {
    guard x.isFinite else { return "?\(thin)%" }
    if x > 0, x < 0.000_5 { return "less than 0.1\(thin)%" }
    return (abs(x) < 0.1 ? decimal(x * 100, places: 1) : count((x * 100).rounded())) + "\(thin)%"
  }

  /// A number with a fixed number of decimal places.
  static func decimal(_ x: Double, places: Int) -> String {
    var unit = 1.0
    for _ in 0..<max(places, 0) { unit *= 10 }
    guard let scaled = Int(exactly: (x * unit).rounded()) else { return count(x) }
    let digits = String(scaled.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "−" : ""
    return places > 0 ? sign + padded.dropLast(places) + "." + padded.suffix(places) : sign + padded
  }

  /// 1 exposure, 2 exposures.
  static func counted(_ n: Int, _ one: String, _ many: String) -> String { "\(count(n)) \(n == 1 ? one : many)" }
}
