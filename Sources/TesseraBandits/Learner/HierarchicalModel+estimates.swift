package import TesseraModel

extension HierarchicalModel {
  /// What a decided segment's people are: context columns in rising order, and the share of people with each.
  typealias Mix = [(column: Int32, share: Double)]

  /// The estimates of all actions in a decided segment, in the order of the features' actions.
  /// - Parameters:
  ///   - segment: its number among the decided segments.
  ///   - axes: names of the axes, for the terms.
  package func estimates(_ segment: Int, axes: [String]) -> [ArmEstimate] {
    let mix = mix(segment)
    let shown = telling(mix)
    return actions.actions.indices.map { estimate($0, segment, mix, shown, axes) }
  }

  /// The same with their actions.
  package func arms(_ segment: Int, axes: [String]) -> [(action: Action, estimate: ArmEstimate)] {
    zip(actions.actions, estimates(segment, axes: axes)).map { (action: $0, estimate: $1) }
  }

  /// What the choice among the actions needs of a decided segment, in the order of the features' actions.
  package func beliefs(_ segment: Int) -> [ArmBelief] {
    let mix = mix(segment)
    let count = actions.actions.count
    let unit = 1 / Double(PosteriorTable.Cell.whole)
    return (0..<count).map { a in
      let cell = cells[segment * count + a]
      var logit = base + cell.offset
      for (column, share) in mix { logit += share * effects[Int(column) * count + a] }
      let rest = (1 - cell.pull) * (1 - cell.pull)
      let variance = rest * covariance.variances(action: a, mix).contrast + tau2 * (1 - cell.pull)
      return ArmBelief(
        mean: logit, standardDeviation: variance.squareRoot(),
        exposures: Double(max(0, cell.seen.weight)) * unit,
        value: scale.value(cell.seen), reward: Logit.share(logit) - scale.zero, zero: scale.zero,
        dispersion: dispersion)
    }
  }

  /// How far one action's score moves in a segment, on the log-odds scale, where what is seen there moves another's by
  /// 1: what is learned of one says something of those that it shares a creative, an offer or people with.
  package func move(of action: Action, with seen: Action, in segment: Int) -> Double {
    guard let a = actions.actions.firstIndex(of: action), let b = actions.actions.firstIndex(of: seen) else { return 0 }
    let (mix, count) = (mix(segment), actions.actions.count)
    let (others, rest) = (1 - cells[segment * count + a].pull, 1 - cells[segment * count + b].pull)
    let variance = rest * rest * covariance.variances(action: b, mix).whole + tau2 * rest
    return variance > 0 ? others * rest * covariance.covariance(a, b, mix) / variance : 0
  }

  private func mix(_ segment: Int) -> Mix {
    var shares = [Double](repeating: 0, count: contexts.width)
    let parts = segments.populations[segment]
    let total = Double(max(1, parts.reduce(0) { $0 + $1.members }))
    if parts.isEmpty {
      // Nobody rests here: the segment is all that is known.
      for column in contexts.columns(of: segments.contexts[segment]) { shares[Int(column)] = 1 }
    }
    for part in parts {
      for column in contexts.columns(of: part.context) { shares[Int(column)] += Double(part.members) / total }
    }
    return shares.enumerated().filter { $1 > 0 }.map { (Int32($0), $1) }
  }

  /// The axes that do most to tell the actions apart here, at most two.
  private func telling(_ mix: Mix) -> [Int] {
    let count = actions.actions.count
    guard count > 0 else { return [] }
    var low = [Double](repeating: .infinity, count: contexts.axisCount)
    var high = [Double](repeating: -.infinity, count: contexts.axisCount)
    var sums = [Double](repeating: 0, count: contexts.axisCount)
    for a in 0..<count {
      for axis in sums.indices { sums[axis] = 0 }
      for (column, share) in mix where column > 0 {
        sums[contexts.axes[Int(column)]] += share * effects[Int(column) * count + a]
      }
      for axis in sums.indices { (low[axis], high[axis]) = (min(low[axis], sums[axis]), max(high[axis], sums[axis])) }
    }
    let ranked = sums.indices.filter { high[$0] - low[$0] > 1e-9 }
      .sorted { high[$0] - low[$0] != high[$1] - low[$1] ? high[$0] - low[$0] > high[$1] - low[$1] : $0 < $1 }
    return ranked.prefix(2).sorted()
  }

  private func estimate(_ a: Int, _ segment: Int, _ mix: Mix, _ shown: [Int], _ axes: [String]) -> ArmEstimate {
    let count = actions.actions.count
    let cell = cells[segment * count + a]
    var parts = [Double](repeating: 0, count: contexts.axisCount)
    for (column, share) in mix where column > 0 {
      parts[contexts.axes[Int(column)]] += share * effects[Int(column) * count + a]
    }
    let neighbours = base + effects[a] + parts.reduce(0, +)
    let logit = neighbours + cell.offset
    let variances = covariance.variances(action: a, mix)
    let own = tau2 * (1 - cell.pull)
    let rest = (1 - cell.pull) * (1 - cell.pull)
    let share = Logit.share(logit)
    let deviation = (rest * variances.whole + own).squareRoot()
    let reach = HierarchicalModel.intervalReach * deviation
    let unit = 1 / Double(PosteriorTable.Cell.whole)
    return ArmEstimate(
      mean: scale.earned(share), low: scale.earned(Logit.share(logit - reach)),
      high: scale.earned(Logit.share(logit + reach)),
      terms: terms(a, parts, cell, logit, shown, axes), logit: logit, deviation: deviation,
      spread: (rest * variances.contrast + own).squareRoot(), exposures: cell.seen.exposures,
      rewards: cell.seen.rewards, weight: Double(max(0, cell.seen.weight)) * unit,
      value: scale.value(cell.seen), dispersion: dispersion, share: share, zero: scale.zero)
  }

  /// The score's parts in the placement's unit. They add up on the log-odds scale; each is given the share of the way
  /// from the common mean to the score that it goes there.
  private func terms(
    _ a: Int, _ parts: [Double], _ cell: CellBelief, _ logit: Double, _ shown: [Int], _ axes: [String]
  ) -> [ArmEstimate.Term] {
    let everyone = base + coefficient(0, 0)
    let (from, to) = (scale.earned(Logit.share(everyone)), scale.earned(Logit.share(logit)))
    let width = scale.high - scale.low
    let share = Logit.share(everyone)
    let slope = abs(logit - everyone) < 1e-9 ? width * share * (1 - share) : (to - from) / (logit - everyone)
    var terms = [ArmEstimate.Term(name: "everyone", value: from)]
    for kind in ActionFeatures.Kind.allCases where kind != .everyone && actions.kinds.contains(kind) {
      let sum = actions.columns[a].filter { actions.kinds[$0] == kind }.reduce(0) { $0 + coefficient(0, $1) }
      terms.append(ArmEstimate.Term(name: kind.term, value: slope * sum))
    }
    for axis in shown {
      terms.append(ArmEstimate.Term(name: axis < axes.count ? axes[axis] : "axis", value: slope * parts[axis]))
    }
    if parts.count > shown.count {
      let others = parts.indices.filter { !shown.contains($0) }.reduce(0) { $0 + parts[$1] }
      terms.append(ArmEstimate.Term(name: shown.isEmpty ? "axes" : "other axes", value: slope * others))
    }
    terms.append(ArmEstimate.Term(name: "this segment", value: slope * cell.offset))
    return terms
  }
}
