import TesseraModel

/// How well each rung predicts what people did, for people who were left out when the means were learned: a segment's
/// mean, shrunk to the coarser segment's; for single people also what they did before.
struct PredictedValue {
  /// The share of variance explained, a mean over the outcomes; a number a rung.
  let explained: [Double]

  private typealias Vector = SIMD16<Float>

  /// Sums of a cell, over all and over each fold.
  private struct Cell {
    var count: Float = 0
    var sum = Vector.zero
    var foldCount = [Float](repeating: 0, count: GranularityPlan.folds)
    var foldSum = [Vector](repeating: .zero, count: GranularityPlan.folds)

    mutating func add(_ y: Vector, fold: Int) {
      count += 1
      sum += y
      foldCount[fold] += 1
      foldSum[fold] += y
    }
  }

  init(_ people: [GranularityPlan.Person], ladder: Ladder, minMembers: Int) {
    let known = people.filter { $0.pastKey != nil }
    guard known.count >= 2 * GranularityPlan.folds else {
      explained = [Double](repeating: 0, count: ladder.steps.count)
      return
    }
    let outcomes = known.map(\.outcomes)
    var out: [Double] = []
    var finest: [Vector] = []
    for step in ladder.steps {
      if step.kind == .person {
        out.append(PredictedValue.share(outcomes, PredictedValue.own(known, finest)))
        continue
      }
      let least = step.kind == .cells ? 1 : Float(minMembers)
      let predictions = PredictedValue.predictions(known, ladder.masks(from: step), least: least)
      if step.kind == .decided { finest = predictions }
      out.append(PredictedValue.share(outcomes, predictions))
    }
    explained = out
  }

  /// Means from coarse to fine, each shrunk to the one before, without the person's own fold.
  private static func predictions(
    _ people: [GranularityPlan.Person], _ masks: [SegmentMask], least: Float
  ) -> [Vector] {
    var out = [Vector](repeating: .zero, count: people.count)
    // How many were in the last cell that each was foretold from: one that an axis did not split says nothing new.
    var evidence = [Float](repeating: 0, count: people.count)
    for (level, mask) in masks.reversed().enumerated() {
      var cells: [SegmentKey: Cell] = [:]
      for person in people {
        guard let key = person.pastKey else { continue }
        cells[key.relaxed(mask), default: Cell()].add(person.outcomes, fold: fold(person))
      }
      for (i, person) in people.enumerated() {
        guard let key = person.pastKey, let cell = cells[key.relaxed(mask)], level == 0 || cell.count >= least,
          cell.count != evidence[i]
        else { continue }
        evidence[i] = cell.count
        let fold = fold(person)
        let (count, sum) = (cell.count - cell.foldCount[fold], cell.sum - cell.foldSum[fold])
        let weight = level == 0 ? 0 : GranularityPlan.shrinkage
        if count + weight > 0 { out[i] = (sum + weight * out[i]) / (count + weight) }
      }
    }
    return out
  }

  /// What the finest segment predicts, moved by what the person did before as much as the others' pasts say one should.
  private static func own(_ people: [GranularityPlan.Person], _ segment: [Vector]) -> [Vector] {
    let mean = people.reduce(into: Vector.zero) { $0 += $1.pastOutcomes } / Float(people.count)
    var (xy, xx) = (
      [Vector](repeating: .zero, count: GranularityPlan.folds), [Vector](repeating: .zero, count: GranularityPlan.folds)
    )
    for (i, person) in people.enumerated() {
      let x = person.pastOutcomes - mean
      xy[fold(person)] += x * (person.outcomes - segment[i])
      xx[fold(person)] += x * x
    }
    let (allXY, allXX) = (xy.reduce(.zero, +), xx.reduce(.zero, +))
    return people.enumerated().map { i, person in
      let (top, bottom) = (allXY - xy[fold(person)], allXX - xx[fold(person)])
      var slope = Vector.zero
      for k in 0..<Vector.scalarCount where bottom[k] > 0 { slope[k] = top[k] / bottom[k] }
      return segment[i] + slope * (person.pastOutcomes - mean)
    }
  }

  /// The share of variance that predictions explain, over the outcomes that vary at all.
  static func share(_ outcomes: [SIMD16<Float>], _ predictions: [SIMD16<Float>]) -> Double {
    let mean = outcomes.reduce(into: Vector.zero) { $0 += $1 } / Float(max(1, outcomes.count))
    var (error, variance) = (Vector.zero, Vector.zero)
    for (outcome, prediction) in zip(outcomes, predictions) {
      let (e, v) = (outcome - prediction, outcome - mean)
      error += e * e
      variance += v * v
    }
    // Of what hardly anybody did, nothing can be said.
    let varying = (0..<Vector.scalarCount).filter { variance[$0] > PredictedValue.varianceMin }
    guard !varying.isEmpty else { return 0 }
    return varying.reduce(0.0) { $0 + max(0, 1 - Double(error[$1] / variance[$1])) } / Double(varying.count)
  }

  /// As much as some thirty people make who did what the others did not.
  private static let varianceMin: Float = 30

  private static func fold(_ person: GranularityPlan.Person) -> Int {
    Int(person.hash % UInt64(GranularityPlan.folds))
  }
}
