import TesseraModel

/// The types of events that share a kind, as small numbers: 0 is a type that was not entered. Hostile browsers can name
/// as many types as they like, so only the first ones get a number.
package struct EventTypes: Sendable {
  private var names: [String] = []
  /// Every type entered, in the order of their numbers.
  var all: [String] { names }
  private var index: [ByteKey: UInt16] = [:]

  static let countMax = 4_000

  mutating func intern(_ type: String) -> UInt16 {
    if let known = index[ByteKey(type)] { return known }
    guard names.count < EventTypes.countMax else { return 0 }
    names.append(type)
    index[ByteKey(type)] = UInt16(names.count)
    return UInt16(names.count)
  }

  /// The number of a type; nil if no event has had it.
  package func number(of type: String) -> UInt16? { index[ByteKey(type)] }
  package func name(_ number: UInt16) -> String? { number == 0 ? nil : names[Int(number) - 1] }
}
