package import TesseraModel

/// The learner's sufficient statistics: matured exposures and their rewards, by placement, action and micro-segment.
/// Counts, so that they do not depend on the order of the facts.
package struct PosteriorTable: Sendable, Equatable {
  /// What counts are kept by: an action of a placement, in a context.
  package struct CellKey: Hashable, Sendable {
    package let placement: UInt32
    package let action: UInt64
    package let context: ContextCode
    package init(placement: UInt32, action: UInt64, context: ContextCode) {
      (self.placement, self.action, self.context) = (placement, action, context)
    }
  }

  /// Matured exposures, and those of them that were rewarded.
  package struct Cell: Sendable, Equatable {
    package var exposures: Int
    package var rewards: Int
    package init(exposures: Int = 0, rewards: Int = 0) { (self.exposures, self.rewards) = (exposures, rewards) }
    package static func += (a: inout Cell, b: Cell) {
      a.exposures += b.exposures
      a.rewards += b.rewards
    }
    package static func - (a: Cell, b: Cell) -> Cell {
      Cell(exposures: a.exposures - b.exposures, rewards: a.rewards - b.rewards)
    }
  }

  package private(set) var cells: [CellKey: Cell] = [:]
  /// Exposures whose window has not passed, a placement.
  package private(set) var pending: [UInt32: Int] = [:]

  package init() {}

  /// Counts the matured outcomes of the two groups in which an action was drawn.
  package init(_ join: RewardJoin) {
    for outcome in join.outcomes {
      let receipt = outcome.exposure.receipt
      guard receipt.action != 0, receipt.group == .decisioned || receipt.group == .random else { continue }
      guard outcome.isMatured else {
        pending[receipt.placement, default: 0] += 1
        continue
      }
      let key = CellKey(placement: receipt.placement, action: receipt.action, context: receipt.context)
      cells[key, default: Cell()] += Cell(exposures: 1, rewards: outcome.reward)
    }
  }

  /// Adds counts to a cell; for tests and for reading a record back.
  package mutating func add(_ cell: Cell, to key: CellKey) { cells[key, default: Cell()] += cell }

  /// One row a cell, in canonical order.
  package var json: JSONValue {
    let rows = cells.sorted { a, b in
      if a.key.placement != b.key.placement { return a.key.placement < b.key.placement }
      if a.key.action != b.key.action { return a.key.action < b.key.action }
      return a.key.context.codes.lexicographicallyPrecedes(b.key.context.codes)
    }.map { key, cell in
      JSONValue.array([
        .integer(key.placement), .string(String(key.action, radix: 16)),
        .array(key.context.codes.map { .integer($0) }), .integer(cell.exposures), .integer(cell.rewards),
      ])
    }
    let pending = pending.sorted { $0.key < $1.key }.map { JSONValue.array([.integer($0.key), .integer($0.value)]) }
    return ["cells": .array(rows), "pending": .array(pending)]
  }

  package init?(json: JSONValue) {
    guard let rows = json["cells"]?.elements else { return nil }
    for row in rows {
      guard let fields = row.elements, fields.count == 5, let placement = fields[0].integer,
        let action = fields[1].text.flatMap({ UInt64($0, radix: 16) }),
        let codes = fields[2].elements?.compactMap(\.integer),
        let exposures = fields[3].integer, let rewards = fields[4].integer
      else { return nil }
      let key = CellKey(
        placement: UInt32(clamping: placement), action: action,
        context: ContextCode(codes: codes.map { UInt16(clamping: $0) }))
      cells[key] = Cell(exposures: exposures, rewards: rewards)
    }
    for row in json["pending"]?.elements ?? [] {
      guard let fields = row.elements?.compactMap(\.integer), fields.count == 2 else { return nil }
      pending[UInt32(clamping: fields[0])] = fields[1]
    }
  }
}
