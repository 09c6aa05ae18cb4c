package import TesseraModel

/// The learner's sufficient statistics: exposures and their rewards, by placement, action and micro-segment. Whole
/// numbers, so that they do not depend on the order of the facts.
package struct PosteriorTable: Sendable, Equatable {
  /// What counts are kept by: an action of a placement, in a context.
  package struct CellKey: Hashable, Sendable {
    package let placement: UInt32
    package let action: UInt64
    package let context: ContextCode
    package init(placement: UInt32, action: UInt64, context: ContextCode) {
      (self.placement, self.action, self.context) = (placement, action, context)
    }

    /// The canonical order, in which sums run.
    static func precedes(_ a: CellKey, _ b: CellKey) -> Bool {
      if a.placement != b.placement { return a.placement < b.placement }
      if a.action != b.action { return a.action < b.action }
      return a.context.codes.lexicographicallyPrecedes(b.context.codes)
    }
  }

  /// What was seen of an action in a context.
  package struct Cell: Sendable, Equatable {
    /// Matured exposures.
    package var exposures: Int
    /// Those of them that were rewarded.
    package var rewards: Int
    /// What exposures weigh by age and by how much of their reward is due, in units of 1/1,024.
    package var weight: Int
    /// Rewards by weight, in steps of `RewardScale`, and their squares divided by the steps in one.
    package var value: Int
    package var square: Int

    package init(exposures: Int = 0, rewards: Int = 0) {
      self.init(
        exposures: exposures, rewards: rewards, weight: exposures * Cell.whole,
        value: rewards * Cell.whole * RewardScale.steps, square: rewards * Cell.whole * RewardScale.steps)
    }

    package init(exposures: Int, rewards: Int, weight: Int, value: Int, square: Int) {
      (self.exposures, self.rewards, self.weight) = (exposures, rewards, weight)
      (self.value, self.square) = (value, square)
    }

    /// The weight of an exposure of this hour whose reward is known.
    package static let whole = 1_024

    package static func += (a: inout Cell, b: Cell) {
      a.exposures += b.exposures
      a.rewards += b.rewards
      a.weight &+= b.weight
      a.value &+= b.value
      a.square &+= b.square
    }
  }

  package private(set) var cells: [CellKey: Cell] = [:]
  /// Exposures whose window has not passed, a placement.
  package private(set) var pending: [UInt32: Int] = [:]

  package init() {}

  /// Counts the outcomes of the two groups in which an action was drawn.
  package init(_ join: RewardJoin) {
    for outcome in join.outcomes {
      guard outcome.action != 0, outcome.group == .decisioned || outcome.group == .random else { continue }
      if !outcome.isMatured { pending[outcome.placement, default: 0] += 1 }
      guard outcome.weight > 0 || outcome.dueWeight > 0 else { continue }
      let key = CellKey(placement: outcome.placement, action: outcome.action, context: outcome.context)
      cells[key, default: Cell()] += Cell(
        exposures: outcome.isMatured ? 1 : 0, rewards: outcome.isMatured && outcome.steps != 0 ? 1 : 0,
        weight: outcome.dueWeight,
        value: outcome.weight * outcome.dueSteps,
        square: outcome.weight * outcome.dueSteps * outcome.dueSteps / RewardScale.steps)
    }
  }

  /// Adds counts to a cell; for tests and for reading a record back.
  package mutating func add(_ cell: Cell, to key: CellKey) { cells[key, default: Cell()] += cell }

  /// One row a cell, in canonical order.
  package var json: JSONValue {
    let rows = cells.sorted { CellKey.precedes($0.key, $1.key) }.map { key, cell in
      JSONValue.array([
        .integer(key.placement), .string(String(key.action, radix: 16)),
        .array(key.context.codes.map { .integer($0) }), .integer(cell.exposures), .integer(cell.rewards),
        .integer(cell.weight), .integer(cell.value), .integer(cell.square),
      ])
    }
    let pending = pending.sorted { $0.key < $1.key }.map { JSONValue.array([.integer($0.key), .integer($0.value)]) }
    return ["cells": .array(rows), "pending": .array(pending)]
  }

  package init?(json: JSONValue) {
    guard let rows = json["cells"]?.elements else { return nil }
    for row in rows {
      guard let fields = row.elements, fields.count == 5 || fields.count == 8, let placement = fields[0].integer,
        let action = fields[1].text.flatMap({ UInt64($0, radix: 16) }),
        let codes = fields[2].elements?.compactMap(\.integer)
      else { return nil }
      let numbers = fields[3...].compactMap(\.integer)
      guard numbers.count == fields.count - 3 else { return nil }
      let key = CellKey(
        placement: UInt32(clamping: placement), action: action,
        context: ContextCode(codes: codes.map { UInt16(clamping: $0) }))
      cells[key] =
        numbers.count == 5
        ? Cell(
          exposures: numbers[0], rewards: numbers[1], weight: numbers[2], value: numbers[3], square: numbers[4])
        : Cell(exposures: numbers[0], rewards: numbers[1])
    }
    for row in json["pending"]?.elements ?? [] {
      guard let fields = row.elements?.compactMap(\.integer), fields.count == 2 else { return nil }
      pending[UInt32(clamping: fields[0])] = fields[1]
    }
  }
}
