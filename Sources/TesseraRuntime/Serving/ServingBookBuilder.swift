import Liquid
import TesseraDecisions
import TesseraModel
import TesseraSegments

/// Turns a decision book into what requests are answered from: codes for look-ups, programs for texts, products to
/// speak of.
struct ServingBookBuilder {
  /// What of a book needs the live profiles.
  struct Keys: Sendable {
    let keys: [SegmentKey]
    let catalog: Catalog
  }

  let policy: Policy
  let space: AxisSpace
  private let compiler: ContentCompiler
  private var contents: [String: (fields: [ContentCompiler.ParsedField], asksForSegment: Bool)] = [:]
  private var products: [String: Int32] = [:]
  private var programs: [String: ContentProgram] = [:]

  init(policy: Policy, space: AxisSpace) {
    (self.policy, self.space) = (policy, space)
    compiler = ContentCompiler(policy: policy)
    for creative in policy.creatives {
      let fields = compiler.parsed(creative)
      contents[creative.id] = (fields, ContentCompiler.asksForSegment(fields))
    }
  }

  /// The part of the work that needs the live profiles: the book's names are entered, so that they can be looked up.
  /// - Returns: nil if the book speaks of axes that are not in use here.
  static func keys(_ book: DecisionBook, space: AxisSpace, profiles: inout Profiles) -> Keys? {
    guard book.axes == space.names, !book.entries.isEmpty else { return nil }
    var keys: [SegmentKey] = []
    for entry in book.entries {
      guard let key = profiles.key(of: entry.segment, in: space) else { return nil }
      keys.append(key)
    }
    return Keys(keys: keys, catalog: profiles.catalog)
  }

  /// - Parameter profiles: the live ones.
  /// - Returns: nil if the book speaks of axes that are not in use here.
  mutating func build(_ book: DecisionBook, profiles: inout Profiles) -> ServingBook? {
    ServingBookBuilder.keys(book, space: space, profiles: &profiles).map { build(book, $0) }
  }

  mutating func build(_ book: DecisionBook, _ keys: Keys) -> ServingBook {
    var decisions: [ServingBook.PlacedDecision] = []
    for entry in book.entries { decisions += self.decisions(entry, book, keys.catalog) }
    let root = keys.keys.firstIndex(of: SegmentKey()) ?? 0
    let order = book.relaxation.compactMap { step in space.names.firstIndex(of: step.axis) }
    let masks = (0...order.count).map { SegmentMask(relaxing: order.prefix($0)) }
    return ServingBook(
      cycle: book.cycle, at: book.at, spendCuts: book.spendCuts, masks: masks, decisions: decisions,
      placements: policy.placements.count, index: SegmentIndex(keys.keys.enumerated().map { ($1, $0) }), root: root)
  }

  private mutating func decisions(
    _ entry: DecisionBook.Entry, _ book: DecisionBook, _ catalog: Catalog
  ) -> [ServingBook.PlacedDecision] {
    var byPlacement: [String: String] = [:]
    for (placement, id) in zip(book.placements, entry.decisions) { byPlacement[placement] = id }
    let scene = Scene(
      segment: entry.segment, data: ServingBookBuilder.data(entry.segment, entry.description, catalog),
      catalog: catalog)
    let described: JSONValue = [
      "id": .string(entry.segment.id), "description": .string(entry.description),
      "relaxed": .strings(entry.segment.relaxed),
    ]
    return policy.placements.map { placement in
      let id = byPlacement[placement.id] ?? ""
      return placed(
        placement, record: book.records[id], scene,
        head: JSONWriter.bytes(["decision": .string(id), "cycle": .integer(book.cycle)]).dropLast(),
        placed: JSONWriter.bytes(["placement": .string(placement.id), "segment": described]).dropFirst().dropLast())
    }
  }

  /// What a decision's texts may speak of.
  private struct Scene {
    let segment: Segment
    let data: LiquidObject
    let catalog: Catalog
  }

  private mutating func placed(
    _ placement: PlacementPolicy, record: [UInt8]?, _ scene: Scene, head: ArraySlice<UInt8>, placed: ArraySlice<UInt8>
  ) -> ServingBook.PlacedDecision {
    let usual = placement.businessAsUsual.flatMap { policy.creative($0) }.map { creative in
      ServingBookBuilder.usual(
        creative, placement, program(creative, scene.segment, scene.data, offer: .null, offerID: "", product: -1, nil))
    }
    let decision = record.flatMap { try? JSONParser.parse($0) }.flatMap { Decision(json: $0) }
    var arms: [ServingBook.Arm] = []
    for arm in decision?.arms ?? [] { if let ready = self.arm(arm, scene) { arms.append(ready) } }
    let code = record.map { Decision.idBytes(of: $0).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    return ServingBook.PlacedDecision(
      code: decision == nil ? nil : code, arms: arms, head: Array(head), placed: [UInt8(ascii: ",")] + placed,
      segmentID: Array(scene.segment.id.utf8), usual: usual)
  }

  /// What business as usual shows.
  static func usual(_ creative: Creative, _ placement: PlacementPolicy, _ program: ContentProgram) -> ServingBook.Arm {
    let action = Action(creative: creative.id, offer: "none", channel: placement.channel)
    return ServingBook.Arm(
      code: action.code, action: written(action), content: program)
  }

  private static func written(_ action: Action) -> [UInt8] {
    Array(",\"action\":".utf8) + JSONWriter.bytes(action.json)
  }

  private mutating func arm(_ arm: Decision.Arm, _ scene: Scene) -> ServingBook.Arm? {
    let action = ServingBookBuilder.written(arm.action)
    if arm.action.isNothing {
      return ServingBook.Arm(
        code: arm.action.code, off: arm.off, on: arm.on, action: action, content: nil)
    }
    guard let creative = policy.creative(arm.action.creative), let offer = policy.offer(arm.action.offer) else {
      return nil
    }
    let product = product(for: creative, scene.segment, scene.catalog)
    let place = policy.offers.firstIndex { $0.id == offer.id && $0.budgetOrders != nil && $0.code != nil }
    let program = program(
      creative, scene.segment, scene.data, offer: TagData.offer(offer, compiler.timeZone), offerID: offer.id,
      product: product,
      scene.catalog)
    if program.hasHole { return nil }
    return ServingBook.Arm(
      code: arm.action.code, off: arm.off, on: arm.on, offerEndsAt: offer.endsAt, offer: Int32(place ?? -1),
      product: product, action: action, content: program)
  }

  /// A program for these texts; segments that the texts do not ask for share one.
  private mutating func program(
    _ creative: Creative, _ segment: Segment, _ data: LiquidObject, offer: LiquidValue, offerID: String,
    product: Int32, _ catalog: Catalog?
  ) -> ContentProgram {
    let (fields, asksForSegment) = contents[creative.id] ?? ([], false)
    let memo = "\(creative.id)\u{1F}\(offerID)\u{1F}\(product)\u{1F}\(asksForSegment ? segment.id : "")"
    if let known = programs[memo] { return known }
    let program = compiler.program(
      fields, segment: data, relaxed: segment.relaxed, offer: offer,
      product: catalog?.record(product).map(MergeData.product) ?? .null)
    programs[memo] = program
    return program
  }

  /// The product a creative may show: the newest in stock of its brand or category; none when it speaks of neither.
  /// - Returns: its number, or -1.
  private mutating func product(for creative: Creative, _ segment: Segment, _ catalog: Catalog) -> Int32 {
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
    guard brand != nil || category != nil else { return -1 }
    let memo = "\(brand.map(Int.init) ?? -1)/\(category.map(Int.init) ?? -1)"
    if let known = products[memo] { return known }
    var best: (record: ProductRecord, number: Int32)?
    for (i, entry) in catalog.entries.enumerated() {
      guard let record = entry.record, record.isAvailable, brand == nil || catalog.brand(Int32(i)) == brand,
        category == nil || catalog.category(Int32(i)) == category
      else { continue }
      let isNewer = best.map {
        (record.createdAt?.milliseconds ?? .min, $0.record.id) > ($0.record.createdAt?.milliseconds ?? .min, record.id)
      }
      if isNewer ?? true { best = (record, Int32(i)) }
    }
    let number = best?.number ?? -1
    products[memo] = number
    return number
  }

  private static func data(_ segment: Segment, _ description: String, _ catalog: Catalog) -> LiquidObject {
    let value = TagData.segment(segment, description: description) { axis, name in
      MergeData.spelling(name, axis == "brand" ? catalog.brands : catalog.categories)
    }
    guard case .object(let object) = value else { return [:] }
    return object
  }
}
