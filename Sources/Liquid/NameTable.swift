/// The names of variables that a template uses, numbered in the order in which they are met.
struct NameTable: Sendable, Equatable {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]

  mutating func number(of name: String) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  func existingNumber(of name: String) -> Int? { numbers[name] }
}
