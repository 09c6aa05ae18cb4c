package import TesseraModel
import TesseraSegments

/// The names that merge tags may ask for: a misspelt one would be empty for everybody, and its fallback would hide it.
package enum TagNames {
  private static let products = ["id", "title", "brand", "category", "price", "compare_at_price", "url", "image"]
  private static let members: [String: [String]] = [
    "customer": [
      "first_name", "last_name", "brand", "researching", "traits", "last_viewed", "basket", "last_order",
    ],
    "offer": ["id", "kind", "value", "code", "ends_at"], "product": products, "shop": ["name", "url", "currency"],
  ]
  /// What other systems call a person, or what is known of one.
  private static let elsewhere = ["custom_attribute", "event_attribute", "person", "profile", "subscriber", "user"]

  /// What is wrong with a path that a text asks for, in a sentence that says what to write; nil if nothing is.
  package static func problem(_ path: String, _ policy: Policy) -> String? {
    let path = TagPath(path)
    var members = members
    // An axis of the box that a store has left out is empty there, as its texts' fallbacks expect.
    members["segment"] = ["id", "description"] + policy.axes.map(\.name) + AxisRegistry.box.definitions.map(\.name)
    guard let known = members[path.root] else {
      if members["customer"]?.contains(path.root) == true {
        return sentence(path.root, "it is customer.\(path.root) here")
      }
      if elsewhere.contains(path.root) {
        return sentence(path.text, "what is known of a person is customer.first_name, customer.traits.… and so on")
      }
      let roots = members.keys.sorted()
      let near = NearestName.suggestion(for: path.root, among: roots)
      return sentence(path.root, "tags begin with \(roots.joined(separator: ", "))\(near)")
    }
    guard let member = path.member, !known.contains(member) else {
      return path.root == "customer" && path.member == "last_viewed" ? problem(ofProduct: path) : nil
    }
    let near = NearestName.nearest(to: member, among: known).first.map { "did you mean \(path.root).\($0)?" }
    let own = path.root == "customer" ? "; what a store knows of its own accord is customer.traits.…" : ""
    return sentence(
      "\(path.root).\(member)", near ?? "\(path.root) has \(Set(known).sorted().joined(separator: ", "))" + own)
  }

  private static func problem(ofProduct path: TagPath) -> String? {
    guard let member = path.text.split(separator: ".").dropFirst(2).first.map({ String($0.prefix { $0 != "[" }) }),
      !products.contains(member), !["size", "first", "last"].contains(member)
    else { return nil }
    return sentence(path.text, "a product has \(products.sorted().joined(separator: ", "))")
  }

  private static func sentence(_ name: String, _ advice: String) -> String {
    "there is no merge tag \"\(name)\"; \(advice)"
  }
}
