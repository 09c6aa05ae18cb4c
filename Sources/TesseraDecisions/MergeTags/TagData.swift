package import Liquid
package import TesseraModel

/// What merge tags see of shop, offer and segment.
package enum TagData {
  package static func shop(_ shop: Shop) -> LiquidValue {
    .object(["name": .string(shop.name), "url": .string(shop.url), "currency": .string(shop.currency)])
  }

  /// - Parameter clocks: the shop's; nil where only what is there is asked.
  package static func offer(_ offer: Offer, _ clocks: ShopTimeZone?) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(offer.id), "kind": .string(offer.kind.rawValue)]
    if offer.value != .zero { object["value"] = .string(offer.value.description) }
    if let code = offer.code { object["code"] = .string(code) }
    if let end = offer.endsAt { object["ends_at"] = time(end, clocks) }
    return .object(object)
  }

  /// A moment as the shop's clocks show it, with their distance from UTC, so that `date` writes what people there read
  /// off their own: `2026-12-25T00:30:00+01:00`.
  /// - Parameter clocks: nil for UTC.
  package static func time(_ instant: Instant, _ clocks: ShopTimeZone?) -> LiquidValue {
    let offset = clocks?.offsetSeconds(atMilliseconds: instant.milliseconds) ?? 0
    guard offset != 0 else { return .string(instant.description) }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let minutes = Int(offset.magnitude) / 60
    let local = instant.adding(Int64(offset) * 1_000).description.dropLast()
    return .string(local + (offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60))
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
