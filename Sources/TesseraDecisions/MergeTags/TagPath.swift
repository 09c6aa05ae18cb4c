package import Liquid
import TesseraModel

/// A path that a merge tag asks for, such as `customer.basket[0].title`, taken apart.
package struct TagPath: Hashable, Sendable {
  private enum Step: Hashable, Sendable {
    case name(String)
    case index(Int)
  }

  /// As templates spell it.
  package let text: String
  package let root: String
  private let steps: [Step]

  package init(_ text: String) {
    self.text = text
    var steps: [Step] = []
    for (i, part) in text.split(separator: ".", omittingEmptySubsequences: false).enumerated() {
      var pieces = part.split(separator: "[", omittingEmptySubsequences: false)[...]
      if let name = pieces.popFirst(), i > 0 { steps.append(.name(String(name))) }
      for piece in pieces { steps.append(piece.hasSuffix("]") ? .index(Int(piece.dropLast()) ?? -1) : .name("")) }
    }
    root = String(text.prefix { $0 != "." && $0 != "[" })
    self.steps = steps
  }

  /// The name right under the root: `title` of `product.title`.
  package var member: String? { if case .name(let name)? = steps.first { name } else { nil } }

  /// Whether another path is this one or asks for a part of it.
  func holds(_ other: TagPath) -> Bool {
    root == other.root && steps.count <= other.steps.count && other.steps.prefix(steps.count).elementsEqual(steps)
  }

  /// Whether there is something to write: no value, nothing but blanks and an empty list are a hole in a sentence.
  /// - Parameter value: that of the root.
  package func isFilled(in value: LiquidValue) -> Bool {
    var value = value
    for step in steps {
      switch (step, value) {
      case (.name("size"), .array(let list)): return !list.isEmpty
      case (.name("size"), .string(let text)): return !text.isEmpty
      case (.name("first"), .array): value = value[0]
      case (.name("last"), .array(let list)): value = list.last ?? .null
      case (.name(let name), _): value = value[name]
      case (.index(let i), .array(let list)): value = i < 0 ? value[list.count + i] : value[i]
      case (.index, _): return false
      }
    }
    switch value {
    case .null, .bool(false): return false
    case .string(let text): return !BlankText.isBlank(text.utf8)
    case .array(let list): return !list.isEmpty
    case .object(let object): return !object.isEmpty
    case .bool, .int, .double: return true
    }
  }

  /// The root's value with something to read at the path.
  func filling(_ value: LiquidValue, with text: String) -> LiquidValue { TagPath.filling(value, steps[...], text) }

  private static func filling(_ value: LiquidValue, _ steps: ArraySlice<Step>, _ text: String) -> LiquidValue {
    guard let step = steps.first else { return .string(text) }
    switch step {
    case .name(let name):
      var object = LiquidObject([:])
      if case .object(let held) = value { object = held }
      object[name] = filling(value[name], steps.dropFirst(), text)
      return .object(object)
    case .index(let i):
      var list: [LiquidValue] = []
      if case .array(let held) = value { list = held }
      guard (0..<TagPath.indexMax).contains(i) else { return value }
      while list.count <= i { list.append(.null) }
      list[i] = filling(list[i], steps.dropFirst(), text)
      return .array(list)
    }
  }

  /// Lists that are made up to show how a text would look are no longer.
  private static let indexMax = 100
}
