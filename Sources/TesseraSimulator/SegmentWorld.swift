#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A world of micro-segments whose response rates are known: what a learner of any kind can be judged against. Rates
/// add up on the log-odds scale from what people are, what actions are made of, what some like and others do not, and
/// an accident of each segment and action; they drift, and change all at once part of the way through.
package struct SegmentWorld: Sendable {
  /// What makes one world differ from another.
  package struct Shape: Sendable {
    package var segments = 2_000
    /// Values by axis.
    package var axes = [5, 5, 4, 5, 8, 8, 5, 4, 5, 4]
    package var creatives = 5
    package var offers = 3
    package var channels = 2
    package var hours = 240
    package var eventsPerHour = 1_000
    /// Hours between steps of the drift; none if 0.
    package var driftHours = 24
    /// Deviation of a step, on the log-odds scale.
    package var drift = 0.05
    /// The hour at which a third of the likings is drawn anew; none if 0.
    package var changeHour = 144
    /// Log-odds of a response before anything else.
    package var base = -3.0
    /// Mean hours until a response is known.
    package var delayHours = 2.0
    /// A fifth of the actions comes only after this hour; all are there from the start if 0.
    package var newActionsHour = 0
    /// Another fifth of the actions is gone from this hour on; none if 0.
    package var endingActionsHour = 0
    /// Half of the segments are first seen in this hour; all from the start if 0.
    package var newSegmentsHour = 0
    package init() {}
  }

  /// Something that happens to someone: what is drawn for them does not depend on what a learner decides.
  package struct Event: Sendable {
    package let hour: Int
    package let segment: Int
    /// A response follows when this is below the rate of the action shown.
    package let uniform: Double
    /// Hours until a response is known.
    package let delayHours: Int
  }

  /// An action's parts.
  package struct Parts: Sendable {
    package let creative: Int
    package let offer: Int
    package let channel: Int
  }

  package let shape: Shape
  /// Axis values by segment, from 0.
  package let segments: [[Int]]
  package let actions: [Parts]
  /// The first hour of each phase; rates are constant within one.
  package let phases: [Int]
  package let events: [Event]
  /// The first hour in which an action can be shown.
  package let availableFrom: [Int]
  /// The first hour in which an action cannot be shown any more.
  package let availableUntil: [Int]
  private let rates: [Double]

  /// After this many hours no response comes any more.
  package static let windowHours = 24

  package init(_ shape: Shape, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.shape = shape
    segments = SegmentWorld.segments(shape, &generator)
    actions = (0..<shape.creatives).flatMap { creative in
      (0..<shape.offers).flatMap { offer in
        (0..<shape.channels).map { Parts(creative: creative, offer: offer, channel: $0) }
      }
    }
    var starts: Set<Int> = [0]
    if shape.driftHours > 0 { starts.formUnion(stride(from: 0, to: shape.hours, by: shape.driftHours)) }
    if shape.changeHour > 0 { starts.insert(shape.changeHour) }
    phases = starts.sorted()
    availableFrom = actions.indices.map { shape.newActionsHour > 0 && $0 % 5 == 4 ? shape.newActionsHour : 0 }
    availableUntil = actions.indices.map {
      shape.endingActionsHour > 0 && $0 % 5 == 3 ? shape.endingActionsHour : shape.hours + 1
    }
    var truth = Truth(shape, &generator)
    let accidents = (0..<segments.count * actions.count).map { _ in 0.2 * generator.normal() }
    var rates: [Double] = []
    for phase in phases {
      if phase > 0 { truth.drift(shape.drift, &generator) }
      if phase == shape.changeHour, phase > 0 { truth.change(&generator) }
      for (s, segment) in segments.enumerated() {
        for (a, action) in actions.enumerated() {
          let logit = shape.base + truth.logit(segment, action) + accidents[s * actions.count + a]
          rates.append(1 / (1 + exp(-logit)))
        }
      }
    }
    self.rates = rates
    events = SegmentWorld.events(shape, segments.count, &generator)
  }

  /// Which actions can be shown in an hour.
  package func allowed(hour: Int) -> [Bool] {
    actions.indices.map { availableFrom[$0] <= hour && hour < availableUntil[$0] }
  }

  /// P(response) of an action in a segment in an hour.
  package func rate(hour: Int, segment: Int, action: Int) -> Double {
    let phase = (phases.firstIndex { $0 > hour } ?? phases.count) - 1
    return rates[(phase * segments.count + segment) * actions.count + action]
  }

  /// All rates: by phase, segment, action.
  package var allRates: [Double] { rates }

  private static func segments(_ shape: Shape, _ generator: inout SeededGenerator) -> [[Int]] {
    var seen: Set<[Int]> = []
    var out: [[Int]] = []
    while out.count < shape.segments {
      // Low values are common: people are more alike than chance would have it.
      let segment = shape.axes.map { min(generator.below($0), generator.below($0)) }
      if seen.insert(segment).inserted { out.append(segment) }
    }
    return out
  }

  private static func events(_ shape: Shape, _ count: Int, _ generator: inout SeededGenerator) -> [Event] {
    let weights = (0..<count).map { 1 / (10 + Double($0)) }
    var sums: [Double] = []
    for weight in weights { sums.append((sums.last ?? 0) + weight) }
    return (0..<shape.hours * shape.eventsPerHour).map { i in
      let point = generator.unit() * (sums.last ?? 0)
      var (low, high) = (0, count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > point { high = middle } else { low = middle + 1 }
      }
      let hour = i / shape.eventsPerHour
      // Before a segment is seen, its visits are those of the one before it.
      let isUnseen = hour < shape.newSegmentsHour && low % 2 == 1
      return Event(
        hour: hour, segment: isUnseen ? low - 1 : low, uniform: generator.unit(),
        delayHours: min(windowHours - 1, generator.count(mean: shape.delayHours)))
    }
  }
}

/// The log-odds that rates are made of.
private struct Truth {
  private var values: [[Double]]
  private var parts: [[Double]]
  /// By axis, value, kind of part, part.
  private var likings: [[[[Double]]]]

  init(_ shape: SegmentWorld.Shape, _ generator: inout SeededGenerator) {
    let kinds = [shape.creatives, shape.offers, shape.channels]
    values = shape.axes.map { size in (0..<size).map { _ in 0.3 * generator.normal() } }
    parts = kinds.map { size in (0..<size).map { _ in 0.25 * generator.normal() } }
    likings = shape.axes.map { size in
      // Some axes matter for what is liked, others hardly.
      let strength = generator.happens(0.4) ? 0.2 : 0.04
      return (0..<size).map { _ in kinds.map { n in (0..<n).map { _ in strength * generator.normal() } } }
    }
  }

  func logit(_ segment: [Int], _ action: SegmentWorld.Parts) -> Double {
    let chosen = [action.creative, action.offer, action.channel]
    var sum = 0.0
    for (kind, part) in chosen.enumerated() { sum += parts[kind][part] }
    for (axis, value) in segment.enumerated() {
      sum += values[axis][value]
      for (kind, part) in chosen.enumerated() { sum += likings[axis][value][kind][part] }
    }
    return sum
  }

  mutating func drift(_ deviation: Double, _ generator: inout SeededGenerator) {
    for kind in parts.indices { for i in parts[kind].indices { parts[kind][i] += deviation * generator.normal() } }
  }

  mutating func change(_ generator: inout SeededGenerator) {
    for axis in likings.indices where generator.happens(1 / 3) {
      for value in likings[axis].indices {
        for kind in likings[axis][value].indices {
          for part in likings[axis][value][kind].indices {
            likings[axis][value][kind][part] = 0.2 * generator.normal()
          }
        }
      }
    }
  }
}

extension SeededGenerator {
  /// From the standard normal distribution (Box and Muller 1958).
  package mutating func normal() -> Double {
    let radius = (-2 * log(max(unit(), 1e-300))).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }
}
