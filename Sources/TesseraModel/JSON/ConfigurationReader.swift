/// Why a configuration cannot be used: where, and what to write instead.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Such as `placements[2].reward`.
  package let path: String
  package let message: String
  package init(path: String, message: String) { (self.path, self.message) = (path, message) }
  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Reads one object of a configuration. A key nobody asked for is an error that names the nearest known one.
package struct ConfigurationReader {
  package let object: JSONObject
  package let path: String

  /// - Parameter keys: all keys the object may have.
  package init(_ value: JSONValue?, path: String, keys: [String]) throws(ConfigurationError) {
    let value = value ?? .null
    switch value {
    case .null: object = JSONObject()
    case .object(let o): object = o
    default: throw ConfigurationError(path: path, message: "must be a mapping of \(keys.joined(separator: ", "))")
    }
    self.path = path
    for name in object.names where !keys.contains(name) {
      let hint = NearestName.suggestion(for: name, among: keys)
      throw ConfigurationError(path: child(name), message: "there is no such setting\(hint)")
    }
  }

  package func child(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  package func failure(_ name: String, _ message: String) -> ConfigurationError {
    ConfigurationError(path: child(name), message: message)
  }

  package func value(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  package func string(_ name: String) throws(ConfigurationError) -> String? {
    guard let value = value(name) else { return nil }
    switch value {
    case .string(let text): return text
    case .number(let text): return text
    default: throw failure(name, "must be a text")
    }
  }

  package func requiredString(_ name: String) throws(ConfigurationError) -> String {
    guard let text = try string(name), !text.isEmpty else { throw failure(name, "is missing") }
    return text
  }

  package func word<W: RawRepresentable & CaseIterable>(
    _ name: String, of type: W.Type
  ) throws(ConfigurationError) -> W? where W.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let word = W(rawValue: text) else {
      let all = W.allCases.map(\.rawValue)
      throw failure(
        name, "must be one of \(all.joined(separator: ", "))\(NearestName.suggestion(for: text, among: all))")
    }
    return word
  }

  package func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let value = value(name) else { return nil }
    guard let number = value.integer, range.contains(number) else {
      throw failure(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func number(_ name: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
    guard let value = value(name) else { return nil }
    guard let number = value.double, range.contains(number) else {
      throw failure(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  package func flag(_ name: String) throws(ConfigurationError) -> Bool? {
    guard let value = value(name) else { return nil }
    guard let flag = value.flag else { throw failure(name, "must be true or false") }
    return flag
  }

  package func money(_ name: String) throws(ConfigurationError) -> Money? {
    guard let text = try string(name) else { return nil }
    guard let money = Money(decimal: text) else { throw failure(name, "must be an amount like 19.90") }
    return money
  }

  package func strings(_ name: String) throws(ConfigurationError) -> [String]? {
    guard let value = value(name) else { return nil }
    if let text = value.text { return [text] }
    guard let elements = value.elements else { throw failure(name, "must be a list") }
    var out: [String] = []
    for element in elements {
      guard let text = element.text else { throw failure(name, "must be a list of texts") }
      out.append(text)
    }
    return out
  }

  /// Elements of a list of mappings, each with its path.
  package func list(_ name: String) throws(ConfigurationError) -> [(value: JSONValue, path: String)]? {
    guard let value = value(name) else { return nil }
    guard let elements = value.elements else { throw failure(name, "must be a list") }
    return elements.enumerated().map { ($1, child("\(name)[\($0)]")) }
  }
}

/// Guesses what someone meant to type.
package enum NearestName {
  /// `, did you mean "x"?`, or nothing when no name is near.
  package static func suggestion(for name: String, among names: [String]) -> String {
    nearest(to: name, among: names).first.map { "; did you mean \"\($0)\"?" } ?? ""
  }

  /// Up to three names within a third of their length in edits, nearest first.
  package static func nearest(to name: String, among names: [String]) -> [String] {
    let scored = names.map { (name: $0, distance: distance(name, $0)) }
    return scored.filter { $0.distance <= max(2, $0.name.count / 3) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// Edits (insert, delete, replace) from one text to the other; long texts are cut, since only short ones are names.
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8.prefix(64)), Array(b.utf8.prefix(64)))
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }
}
