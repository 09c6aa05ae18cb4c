/// The members of a JSON object in the order written. Small, so a look-up is a linear search.
package struct JSONObject: Sendable, Equatable, Sequence {
  package private(set) var members: [(name: String, value: JSONValue)] = []

  package init() {}
  init(labelled members: [(name: String, value: JSONValue)]) { self.members = members }
  package init(_ members: [(String, JSONValue)]) { self.members = members.map { (name: $0.0, value: $0.1) } }

  package subscript(name: String) -> JSONValue? {
    get {
      // Only what is found is copied.
      for i in members.indices where members[i].name == name { return members[i].value }
      return nil
    }
    set {
      if let i = members.firstIndex(where: { $0.name == name }) {
        if let newValue { members[i].value = newValue } else { members.remove(at: i) }
      } else if let newValue {
        members.append((name, newValue))
      }
    }
  }

  package var names: [String] { members.map(\.name) }
  package var isEmpty: Bool { members.isEmpty }
  package func makeIterator() -> IndexingIterator<[(name: String, value: JSONValue)]> { members.makeIterator() }

  package static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count
      && zip(a.members, b.members).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }
}
