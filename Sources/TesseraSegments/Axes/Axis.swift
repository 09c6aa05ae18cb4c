/// One way of telling customers apart: a name, a set of values, and the value of a profile at an instant.
package protocol Axis: AnyObject, Sendable {
  /// As in files, addresses and lists.
  var name: String { get }
  /// The axis's own words, in the order of its definition. The code of a word is 1 + its index.
  var words: [String] { get }
  /// Where further values come from, for an axis that takes names of the store; their codes follow those of the words.
  var nameSource: AxisNameSource? { get }
  /// The code of a profile's value, never 0, which is `any`; and the first time in milliseconds after the profile's T
  /// at which it may be another without a new fact.
  func reading(of profile: ProfileView) -> AxisReading
}

/// A value's code and how long time alone leaves it.
package struct AxisReading: Sendable, Equatable {
  package var code: UInt16
  package var until: Int64

  package init(_ code: UInt16, until: Int64 = .max) { (self.code, self.until) = (code, until) }
}

/// The store's own names that an axis can take.
package enum AxisNameSource: Sendable {
  case brands, categories
}

extension Axis {
  package var nameSource: AxisNameSource? { nil }

  /// The code of one of the axis's own words.
  func code(_ word: String) -> UInt16 { UInt16((words.firstIndex(of: word) ?? -1) + 1) }
}
