package import Liquid
package import TesseraModel

/// What merge tags see of shop, offer and segment.
package enum TagData {
  package static func shop(_ shop: Shop) -> LiquidValue {
    .object(["name": .string(shop.name), "url": .string(shop.url), "currency": .string(shop.currency)])
  }

  package static func offer(_ offer: Offer) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(offer.id), "kind": .string(offer.kind.rawValue)]
    if offer.value != .zero { object["value"] = .string(offer.value.description) }
    if let code = offer.code { object["code"] = .string(code) }
    if let end = offer.endsAt { object["ends_at"] = .string(end.description) }
    return .object(object)
  }

  /// Axes by name; relaxed ones are not there, and neither is a brand or category that is none.
  /// - Parameter spelling: how the store writes a name of an axis.
  package static func segment(
    _ segment: Segment, description: String = "", spelling: (_ axis: String, String) -> String = { $1 }
  ) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(segment.id), "description": .string(description)]
    for (axis, value) in zip(segment.axes, segment.values) {
      switch value {
      case .any: continue
      case .word(let word): if axis != "brand", axis != "researching" { object[axis] = .string(word) }
      case .name(let name): object[axis] = .string(spelling(axis, name))
      }
    }
    return .object(object)
  }
}
