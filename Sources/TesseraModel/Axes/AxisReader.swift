/// Reads definitions of axes as a configuration writes them.
package enum AxisReader {
  /// - Parameters:
  ///   - value: a list of names of axes in the box, and of mappings.
  ///   - box: the axes that can be used by name alone, or with some settings changed.
  package static func definitions(
    _ value: JSONValue, box: [AxisDefinition]
  ) throws(ConfigurationError) -> [AxisDefinition] {
    guard let elements = value.elements else {
      throw ConfigurationError(path: "axes", message: "must be a list of axes, such as [visits, orders]")
    }
    var out: [AxisDefinition] = []
    for (i, element) in elements.enumerated() {
      let axis = try definition(element, path: "axes[\(i)]", box: box)
      guard !out.contains(where: { $0.name == axis.name }) else {
        throw ConfigurationError(path: "axes[\(i)]", message: "the axis \"\(axis.name)\" is there twice")
      }
      out.append(axis)
    }
    guard !out.isEmpty else { throw ConfigurationError(path: "axes", message: "name at least one axis") }
    guard out.count <= AxisDefinition.countMax else {
      throw ConfigurationError(
        path: "axes[\(AxisDefinition.countMax)]", message: "a store has at most \(AxisDefinition.countMax) axes")
    }
    let compared = out.indices.filter { if case .percentiles = out[$0].form { true } else { false } }
    if compared.count > 1 {
      throw ConfigurationError(
        path: "axes[\(compared[1])].percentiles",
        message: "one axis can compare people by percentiles, and \"\(out[compared[0]].name)\" does; use cuts here")
    }
    return out
  }

  /// One axis.
  package static func definition(
    _ value: JSONValue, path: String, box: [AxisDefinition]
  ) throws(ConfigurationError) -> AxisDefinition {
    if let name = value.text { return try boxed(name, path: path, box) }
    let reader = try ConfigurationReader(value, path: path, keys: keys)
    let name = try reader.requiredString("axis")
    guard isName(name) else {
      throw reader.failure("axis", "must be of small letters, digits and hyphens, and not \"customer\" or \"segment\"")
    }
    let given = forms.filter { reader.value($0) != nil }
    if given.isEmpty {
      let held = try boxed(name, path: reader.child("axis"), box)
      if case .builtin = held.form {
        guard reader.object.names.count == 1 else {
          throw ConfigurationError(
            path: path,
            message: "\"\(name)\" is made of code and cannot be changed; use it by its name, or leave it out")
        }
        return held
      }
      guard case .object(var merged) = held.json else { return held }
      // What the box says of its values does not hold of others.
      merged["says"] = nil
      for (key, value) in reader.object { merged[key] = value }
      return try read(ConfigurationReader(.object(merged), path: path, keys: keys), name)
    }
    return try read(reader, name)
  }

  private static func boxed(
    _ name: String, path: String, _ box: [AxisDefinition]
  ) throws(ConfigurationError) -> AxisDefinition {
    if let found = box.first(where: { $0.name == name }) { return found }
    let near = NearestName.suggestion(for: name, among: box.map(\.name))
    let hint = near.isEmpty ? "; an axis of your own says what it measures, such as count: orders" : near
    throw ConfigurationError(
      path: path, message: "there is no axis \"\(name)\" in the box\(hint)")
  }

  private static let forms = AxisMeasure.Quantity.allCases.map(\.rawValue) + ["top", "rules"]
  private static let keys =
    ["axis"] + forms
    + [
      "where", "window", "cuts", "percentiles", "values", "none", "says", "weights", "half_life", "at_least",
      "of_total", "ties",
    ]

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 40 && name != "customer" && name != "segment"
      && name.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
  }

  private static func read(_ reader: ConfigurationReader, _ name: String) throws(ConfigurationError) -> AxisDefinition {
    let given = forms.filter { reader.value($0) != nil }
    guard given.count == 1 else {
      throw reader.failure(given[1], "an axis has one measure, and \(given[0]) is there already")
    }
    let (form, words): (AxisDefinition.Form, [String])
    if reader.value("rules") != nil {
      try AxisReader.refuse(reader, except: ["rules", "values"])
      (form, words) = try AxisRuleReader.read(reader)
    } else if reader.value("top") != nil {
      try AxisReader.refuse(
        reader, except: ["top", "weights", "half_life", "window", "at_least", "of_total", "ties", "none"])
      (form, words) = try AxisTopReader.read(reader)
    } else {
      try AxisReader.refuse(
        reader, except: [given[0], "where", "window", "cuts", "percentiles", "values", "none"])
      (form, words) = try AxisCutReader.read(reader)
    }
    try check(words, reader)
    return AxisDefinition(
      name: name, form: form, words: words, says: try says(reader, words, form), json: .object(reader.object))
  }

  /// A setting that the form has no use for would be ignored silently.
  private static func refuse(_ reader: ConfigurationReader, except known: [String]) throws(ConfigurationError) {
    for key in reader.object.names where !(known + ["axis", "says"]).contains(key) && reader.value(key) != nil {
      let measure = forms.first { reader.value($0) != nil } ?? ""
      throw reader.failure(key, "has no meaning beside \(measure)")
    }
  }

  private static func check(_ words: [String], _ reader: ConfigurationReader) throws(ConfigurationError) {
    for word in words {
      guard !word.isEmpty, word != "any", word.utf8.count <= 40,
        word.utf8.allSatisfy({ $0 > 32 && $0 != 44 && $0 != 127 })
      else {
        throw reader.failure(
          "values", "\"\(word)\" cannot be a value: up to 40 letters, no space or comma, not \"any\"")
      }
      if words.count(where: { $0 == word }) > 1 {
        throw reader.failure("values", "the value \"\(word)\" is there twice")
      }
    }
    if words.count > AxisDefinition.wordsMax {
      throw reader.failure("values", "an axis has at most \(AxisDefinition.wordsMax) values")
    }
  }

  private static func says(
    _ reader: ConfigurationReader, _ words: [String], _ form: AxisDefinition.Form
  ) throws(ConfigurationError) -> [String: String] {
    guard let value = reader.value("says") else { return [:] }
    guard let members = value.members else { throw reader.failure("says", "must be a mapping of values to clauses") }
    var known = words
    if case .top(let top) = form, top.names != .tier { known.append("name") }
    var out: [String: String] = [:]
    for (word, clause) in members {
      guard known.contains(word) else {
        throw reader.failure(
          "says.\(word)", "there is no value \"\(word)\"\(NearestName.suggestion(for: word, among: known))")
      }
      guard let text = clause.text, !text.isEmpty else { throw reader.failure("says.\(word)", "must be a text") }
      out[word] = text
    }
    return out
  }
}
