package import TesseraModel

/// The axes in use, and the meaning of their codes against a catalog's vocabularies.
package struct AxisSpace: Sendable {
  package let definitions: [AxisDefinition]
  package let axes: [any Axis]
  /// `axes` once more, to be asked of every person.
  private let readers: UncountedList<Reader>
  package let names: [String]
  /// Tells spaces apart by what their axes mean.
  package let identity: UInt64
  /// Where the axis is that compares everyone's amounts, and at which percentiles.
  let comparedIndex: Int?
  let percentiles: [Int]
  private let compared: PercentilesAxis?
  /// What axes that read orders alone say of all who have none; 0 for the others.
  private let bareCodes: SIMD16<UInt16>
  /// Whether prices of products move people.
  let readsTiers: Bool

  /// An axis where it can be called without counting references to it.
  private final class Reader: Sendable {
    let axis: any Axis

    init(_ axis: any Axis) { self.axis = axis }
  }

  package init(_ definitions: [AxisDefinition] = AxisRegistry.box.defaults) {
    precondition(definitions.count <= SegmentKey.axesMax, "a store has at most 15 axes")
    let axes = definitions.map(AxisRegistry.make)
    self.definitions = definitions
    self.axes = axes
    readers = UncountedList(axes.map(Reader.init))
    names = definitions.map(\.name)
    identity = SipHash(k0: 0, k1: 0).hash(JSONWriter.bytes(.array(definitions.map(\.json))))
    let index = axes.firstIndex { $0 is PercentilesAxis }
    (comparedIndex, compared) = (index, index.map { axes[$0] } as? PercentilesAxis)
    percentiles =
      definitions.lazy.compactMap { definition -> [Int]? in
        if case .percentiles(_, let ranks) = definition.form { ranks } else { nil }
      }.first ?? SpendCuts.defaultPercentiles
    readsTiers = definitions.contains(where: AxisSpace.readsTiers)
    let nobody = ProfileView(Profiles(), at: Instant(milliseconds: 0), spendCuts: .none)
    var bareCodes = SIMD16<UInt16>.zero
    for (i, definition) in definitions.enumerated() where AxisSpace.readsOrdersAlone(definition) {
      bareCodes[i] = axes[i].reading(of: nobody).code
    }
    self.bareCodes = bareCodes
  }

  /// A copy for one thread, as `Profiles.unshared`.
  func unshared() -> AxisSpace { AxisSpace(definitions) }

  private static func readsTiers(_ definition: AxisDefinition) -> Bool {
    func reads(_ measure: AxisMeasure) -> Bool { measure.filter.tier != nil }
    switch definition.form {
    case .builtin: return false
    case .cuts(let measure, _, _), .percentiles(let measure, _): return reads(measure)
    case .top(let top): return top.names == .tier
    case .rules(let rules): return rules.contains { $0.condition.measure.map(reads) ?? false }
    }
  }

  private static func readsOrdersAlone(_ definition: AxisDefinition) -> Bool {
    func reads(_ measure: AxisMeasure) -> Bool {
      switch measure.source {
      case .orders, .lines, .units, .refunds: true
      case .events, .visits, .sessions, .joined: false
      }
    }
    switch definition.form {
    case .builtin: return false
    case .cuts(let measure, _, _), .percentiles(let measure, _): return reads(measure)
    case .top(let top): return top.weights.isEmpty
    case .rules(let rules): return rules.allSatisfy { $0.condition.measure.map(reads) ?? true }
    }
  }

  /// The amount of a profile that is compared with everyone's.
  func amount(of profile: ProfileView) -> Money { compared?.amount(of: profile) ?? .zero }

  /// The micro-segment of a profile.
  package func key(of profile: ProfileView) -> SegmentKey { reading(of: profile).key }

  /// The micro-segment of a profile, and the first time after its T at which it may be another without a new fact.
  func reading(of profile: ProfileView) -> (key: SegmentKey, until: Int64) {
    var (key, until) = (SegmentKey(), Int64.max)
    // Codes go to memory one by one: read back as a vector after each, they would wait for one another.
    withUnsafeMutableBytes(of: &key.codes) { codes in
      let isBare = profile.orders.isEmpty
      for i in axes.indices {
        if isBare, bareCodes[i] != 0 {
          codes.storeBytes(of: bareCodes[i], toByteOffset: i * 2, as: UInt16.self)
          continue
        }
        let reading = readers.call(i) { $0.axis.reading(of: profile) }
        codes.storeBytes(of: reading.code, toByteOffset: i * 2, as: UInt16.self)
        until = min(until, reading.until)
      }
    }
    return (key, until)
  }

  /// The key with the value that the axes which compare people read from an amount.
  func key(_ key: SegmentKey, revenue: Money, _ cuts: SpendCuts) -> SegmentKey {
    guard let comparedIndex else { return key }
    var key = key
    key[comparedIndex] = code(of: revenue, cuts)
    return key
  }

  /// The code of an amount for the axis that compares.
  func code(of amount: Money, _ cuts: SpendCuts) -> UInt16 { compared?.code(of: amount, cuts) ?? 0 }

  /// The value behind a code.
  package func value(axis i: Int, code: UInt16, in catalog: Catalog) -> AxisValue {
    if code == 0 { return .any }
    let axis = axes[i]
    if Int(code) <= axis.words.count { return .word(axis.words[Int(code) - 1]) }
    let number = Int(code) - axis.words.count - 1
    switch axis.nameSource {
    case .brands: return .name(catalog.brands.names[number])
    case .categories: return .name(catalog.categories.names[number])
    case nil: return .any
    }
  }

  package func segment(of key: SegmentKey, in catalog: Catalog) -> Segment {
    Segment(axes: names, values: axes.indices.map { value(axis: $0, code: key[$0], in: catalog) })
  }

  /// See `Profiles.key(of:in:)`.
  func key(of segment: Segment, entering catalog: inout Catalog) -> SegmentKey? {
    guard segment.axes == names else { return nil }
    var key = SegmentKey()
    for (i, axis) in axes.enumerated() {
      switch segment.values[i] {
      case .any: continue
      case .word(let word):
        guard let index = axis.words.firstIndex(of: word) else { return nil }
        key[i] = UInt16(index + 1)
      case .name(let name):
        let number =
          switch axis.nameSource {
          case .brands: catalog.internName(brand: name)
          case .categories: catalog.internName(category: name)
          case nil: UInt16?.none
          }
        guard let number else { return nil }
        key[i] = UInt16(axis.words.count + 1) + number
      }
    }
    return key
  }
}
