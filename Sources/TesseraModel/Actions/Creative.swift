/// What is said: texts in Liquid, and the attributes by which it is eligible, learned and explained.
package struct Creative: Sendable, Equatable {
  /// A brand or category a creative speaks of: a fixed one, or the segment's own.
  package enum Subject: Sendable, Equatable {
    case segment
    case fixed(String)

    init?(_ text: String?) {
      guard let text else { return nil }
      self = text == "segment" ? .segment : .fixed(text)
    }

    package var text: String {
      switch self {
      case .segment: "segment"
      case .fixed(let name): name
      }
    }
  }

  package let id: String
  package let placements: [String]
  package let brand: Subject?
  package let category: Subject?
  package let style: String?
  /// The creative that this one is a variant of: it starts from what is known of that one, and with little traffic.
  package let parent: String?
  /// The look that proposed it, for an approved text of an agent; nil for a marketer's own.
  package let proposedBy: String?
  /// Axis → the values for which the creative makes sense; axes not named do not matter.
  package let onlyFor: [(axis: String, values: [String])]
  /// Fields of the answer's `content`, in order; each a Liquid template.
  package let content: [(name: String, template: String)]

  package init(json: JSONValue, path: String) throws(ConfigurationError) {
    let reader = try ConfigurationReader(
      json, path: path,
      keys: ["id", "placements", "brand", "category", "style", "variant_of", "proposed_by", "only_for", "content"])
    id = try reader.requiredString("id")
    placements = try reader.strings("placements") ?? []
    guard !placements.isEmpty else { throw reader.failure("placements", "name at least one placement") }
    brand = Subject(try reader.string("brand"))
    category = Subject(try reader.string("category"))
    style = try reader.string("style")
    parent = try reader.string("variant_of")
    proposedBy = try reader.string("proposed_by")
    guard let fields = reader.value("content")?.members, !fields.isEmpty else {
      throw reader.failure("content", "give the texts, such as title, body and url")
    }
    var content: [(name: String, template: String)] = []
    for field in fields {
      guard let template = field.value.text else { throw reader.failure("content.\(field.name)", "must be a text") }
      content.append((field.name, template))
    }
    self.content = content
    var rules: [(axis: String, values: [String])] = []
    if let given = reader.value("only_for") {
      guard let axes = given.members else { throw reader.failure("only_for", "must map axes to lists of values") }
      let inner = try ConfigurationReader(given, path: reader.child("only_for"), keys: axes.names)
      for axis in axes.names { rules.append((axis, try inner.strings(axis) ?? [])) }
    }
    onlyFor = rules
  }

  package var json: JSONValue {
    var object = JSONObject([("id", .string(id)), ("placements", .strings(placements))])
    if let brand { object["brand"] = .string(brand.text) }
    if let category { object["category"] = .string(category.text) }
    if let style { object["style"] = .string(style) }
    if let parent { object["variant_of"] = .string(parent) }
    if let proposedBy { object["proposed_by"] = .string(proposedBy) }
    if !onlyFor.isEmpty { object["only_for"] = .object(JSONObject(onlyFor.map { ($0.axis, .strings($0.values)) })) }
    object["content"] = .object(JSONObject(content.map { ($0.name, .string($0.template)) }))
    return .object(object)
  }

  package static func == (a: Creative, b: Creative) -> Bool { a.json == b.json }
}
