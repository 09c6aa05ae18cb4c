/// One value of an axis, in words. A brand that happens to be called "none" is `.name("none")`, never `.word("none")`.
package enum AxisValue: Hashable, Sendable {
  /// The axis is relaxed: every value matches.
  case any
  /// One of the axis's own words, such as `returning` or `none`.
  case word(String)
  /// The normalised name of a brand or category of the store.
  case name(String)

  /// As shown in lists and files.
  package var text: String {
    switch self {
    case .any: "any"
    case .word(let word): word
    case .name(let name): name
    }
  }

  /// A spelling that no other value shares: the basis of ids and orders.
  package var canonical: String {
    switch self {
    case .any: "*"
    case .word(let word): "=" + word
    case .name(let name): "~" + name
    }
  }

  /// Reads `canonical` back.
  package init?(canonical: String) {
    switch canonical.utf8.first {
    case UInt8(ascii: "*") where canonical.utf8.count == 1: self = .any
    case UInt8(ascii: "="): self = .word(String(canonical.dropFirst()))
    case UInt8(ascii: "~"): self = .name(String(canonical.dropFirst()))
    default: return nil
    }
  }
}
