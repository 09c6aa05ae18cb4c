package import Liquid
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// Turns a decision book into what requests are answered from: codes for look-ups, parsed templates, products to speak
/// of.
struct ServingBookBuilder {
  let policy: Policy
  let space: AxisSpace
  let now: Instant
  private var contents: [String: [(name: String, template: Template, slot: Slot)]] = [:]
  private var products: [String: LiquidValue] = [:]

  init(policy: Policy, space: AxisSpace, now: Instant) {
    (self.policy, self.space, self.now) = (policy, space, now)
    for creative in policy.creatives { contents[creative.id] = ServingBookBuilder.parsed(creative) }
  }

  /// - Parameter profiles: the live ones; the book's names are entered, so that they can be looked up.
  /// - Returns: nil if the book speaks of axes that are not in use here.
  mutating func build(_ book: DecisionBook, profiles: inout Profiles) -> ServingBook? {
    guard book.axes == space.names else { return nil }
    var entries: [ServingBook.Entry] = []
    var index: [SegmentKey: Int] = [:]
    var root = 0
    for entry in book.entries {
      guard let key = profiles.key(of: entry.segment, in: space) else { return nil }
      if key == SegmentKey() { root = entries.count }
      index[key] = entries.count
      var byPlacement: [String: ServingBook.PlacedDecision] = [:]
      for (placement, id) in zip(book.placements, entry.decisions) {
        byPlacement[placement] = placed(id, book.records[id], entry.segment, profiles.catalog)
      }
      let empty = ServingBook.PlacedDecision(id: "", idBytes: [], arms: [])
      entries.append(
        ServingBook.Entry(
          segment: entry.segment, description: entry.description, relaxed: entry.segment.relaxed,
          decisions: policy.placements.map { byPlacement[$0.id] ?? empty },
          data: ServingBookBuilder.data(entry.segment, entry.description, profiles.catalog)))
    }
    guard !entries.isEmpty else { return nil }
    let order = book.relaxation.compactMap { step in space.names.firstIndex(of: step.axis) }
    let masks = (0...order.count).map { SegmentMask(relaxing: order.prefix($0)) }
    return ServingBook(
      cycle: book.cycle, at: book.at, spendCuts: book.spendCuts, masks: masks, entries: entries, index: index,
      root: root)
  }

  private mutating func placed(
    _ id: String, _ record: [UInt8]?, _ segment: Segment, _ catalog: Catalog
  ) -> ServingBook.PlacedDecision {
    guard let record, let json = try? JSONParser.parse(record), let decision = Decision(json: json) else {
      return ServingBook.PlacedDecision(id: id, idBytes: [], arms: [])
    }
    var arms: [ServingBook.Arm] = []
    for arm in decision.arms {
      if arm.action.isNothing {
        arms.append(
          ServingBook.Arm(
            action: arm.action, code: arm.action.code, off: arm.off, on: arm.on, offerEndsAt: nil, content: nil))
        continue
      }
      guard let creative = policy.creative(arm.action.creative), let offer = policy.offer(arm.action.offer) else {
        continue
      }
      let content = ServingBook.Content(
        fields: contents[creative.id] ?? [], offer: ServingBookBuilder.data(offer),
        product: product(for: creative, segment, catalog))
      arms.append(
        ServingBook.Arm(
          action: arm.action, code: arm.action.code, off: arm.off, on: arm.on, offerEndsAt: offer.endsAt,
          content: content))
    }
    return ServingBook.PlacedDecision(id: id, idBytes: Decision.idBytes(of: record), arms: arms)
  }

  /// The product a creative may show: the newest in stock of its brand or category; none when it speaks of neither.
  private mutating func product(for creative: Creative, _ segment: Segment, _ catalog: Catalog) -> LiquidValue {
    func name(_ subject: Creative.Subject?, _ axis: String) -> String? {
      switch subject {
      case nil: return nil
      case .fixed(let name): return NameNormalization.normalized(name)
      case .segment:
        if case .name(let name)? = segment[axis] { return name }
        return nil
      }
    }
    let brand = name(creative.brand, "brand").flatMap { catalog.brands.code(of: $0) }
    let category = name(creative.category, "researching").flatMap { catalog.categories.code(of: $0) }
    guard brand != nil || category != nil else { return .null }
    let memo = "\(brand.map(Int.init) ?? -1)/\(category.map(Int.init) ?? -1)"
    if let known = products[memo] { return known }
    var best: ProductRecord?
    for (i, entry) in catalog.entries.enumerated() {
      guard let record = entry.record, record.isAvailable, brand == nil || catalog.brand(Int32(i)) == brand,
        category == nil || catalog.category(Int32(i)) == category
      else { continue }
      let isNewer = best.map {
        (record.createdAt?.milliseconds ?? .min, $0.id) > ($0.createdAt?.milliseconds ?? .min, record.id)
      }
      if isNewer ?? true { best = record }
    }
    let value = best.map(MergeData.product) ?? .null
    products[memo] = value
    return value
  }

  private static func data(_ offer: Offer) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(offer.id), "kind": .string(offer.kind.rawValue)]
    if offer.value != .zero { object["value"] = .string(offer.value.description) }
    if let code = offer.code { object["code"] = .string(code) }
    if let end = offer.endsAt { object["ends_at"] = .string(end.description) }
    return .object(object)
  }

  private static func data(_ segment: Segment, _ description: String, _ catalog: Catalog) -> LiquidValue {
    var object: [String: LiquidValue] = ["id": .string(segment.id), "description": .string(description)]
    for (axis, value) in zip(segment.axes, segment.values) {
      switch value {
      case .any: continue
      case .word(let word): if axis != "brand", axis != "researching" { object[axis] = .string(word) }
      case .name(let name):
        object[axis] = .string(MergeData.spelling(name, axis == "brand" ? catalog.brands : catalog.categories))
      }
    }
    return .object(object)
  }

  /// A template that does not parse was refused when the configuration was read; here it would only leave the field
  /// out.
  private static func parsed(_ creative: Creative) -> [(name: String, template: Template, slot: Slot)] {
    creative.content.compactMap { field in
      guard let template = try? Template(field.template) else { return nil }
      return (field.name, template, ContentSlot.slot(forField: field.name))
    }
  }
}

/// Which escaping a field of a creative's content gets, by its name.
package enum ContentSlot {
  /// `url`, `image` and names that end so are addresses; `subject`, `preheader` and `sms` are plain lines; everything
  /// else is HTML text.
  package static func slot(forField name: String) -> Slot {
    if ["url", "link", "image"].contains(name) || name.hasSuffix("_url") { return .url }
    if ["subject", "preheader"].contains(name) { return .subject }
    if ["text", "sms", "push"].contains(name) || name.hasSuffix("_text") { return .plain }
    return .html
  }
}
