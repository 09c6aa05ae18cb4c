import TesseraModel
import TesseraSimulator

/// One learner's life in a world whose rates are known.
struct WorldRun {
  /// Shares of what the oracle gains over chance: over all hours, and over the last quarter.
  struct Gain {
    let all: Double
    let last: Double
  }

  let world: SegmentWorld
  private var sums = (chosen: 0.0, uniform: 0.0, oracle: 0.0)
  private var lastSums = (chosen: 0.0, uniform: 0.0, oracle: 0.0)

  init(_ world: SegmentWorld) { self.world = world }

  /// - Parameters:
  ///   - policy: one of the bandit's.
  ///   - segmentsMax: how many segments are decided at most; the largest, by how much happens in them.
  static func learned(
    _ world: SegmentWorld, policy: String, seed: UInt64, segmentsMax: Int? = nil
  ) throws -> Gain {
    var run = WorldRun(world)
    var driver = try LearnerDriver(
      segments: world.segments, creatives: world.actions.map { "creative \($0.creative)" },
      // A channel is a placement's; here it is a part of the offer, as a page's two forms would be.
      offers: world.actions.map { "offer \($0.offer).\($0.channel)" }, policy: policy,
      windowHours: SegmentWorld.windowHours, segmentsMax: segmentsMax ?? 100_000,
      members: segmentsMax.map { _ in world.events.reduce(into: world.segments.map { _ in 1 }) { $0[$1.segment] += 1 } }
    )
    var generator = SeededGenerator(seed: seed)
    var next = 0
    for hour in 0..<world.shape.hours {
      let start = LearnerDriver.start.adding(Int64(hour) * Instant.hour)
      driver.plan(at: start)
      let allowed = world.allowed(hour: hour)
      while next < world.events.count, world.events[next].hour == hour {
        let event = world.events[next]
        let p = driver.propensities(event.segment, allowed: allowed)
        let action = generator.weighted(p)
        let rate = world.rate(hour: hour, segment: event.segment, action: action)
        let at = start.adding(Int64(next % world.shape.eventsPerHour) * Instant.hour / Int64(world.shape.eventsPerHour))
        driver.show(
          event.segment, action, propensity: p[action], reward: event.uniform < rate ? 1 : 0, at: at,
          delay: Int64(event.delayHours) * Instant.hour + 1_000)
        run.count(event, chosen: rate, allowed)
        next += 1
      }
    }
    return run.gain
  }

  /// The single action that would have earned most, known only afterwards.
  static func bestFixed(_ world: SegmentWorld) -> Gain {
    let runs = world.actions.indices.map { action in
      var run = WorldRun(world)
      for event in world.events {
        let allowed = world.allowed(hour: event.hour)
        // While it is not there, chance stands in for it.
        let rate =
          allowed[action]
          ? world.rate(hour: event.hour, segment: event.segment, action: action) : run.uniform(event, allowed)
        run.count(event, chosen: rate, allowed)
      }
      return run.gain
    }
    return runs.max { $0.all < $1.all } ?? Gain(all: 0, last: 0)
  }

  private var gain: Gain {
    func share(_ s: (chosen: Double, uniform: Double, oracle: Double)) -> Double {
      s.oracle > s.uniform ? (s.chosen - s.uniform) / (s.oracle - s.uniform) : 0
    }
    return Gain(all: share(sums), last: share(lastSums))
  }

  /// What a team without a learner does: chance for a tenth of the hours, and from then on the action that earned most
  /// by what was known at the end of the test.
  static func tested(_ world: SegmentWorld, seed: UInt64) -> Gain {
    var run = WorldRun(world)
    var generator = SeededGenerator(seed: seed)
    let end = max(1, world.shape.hours / 10)
    var shown = world.actions.map { _ in 0 }
    var rewarded = shown
    var ranked: [Int] = []
    for event in world.events {
      let allowed = world.allowed(hour: event.hour)
      guard event.hour < end else {
        if ranked.isEmpty {
          let rates = zip(rewarded, shown).map { $1 == 0 ? -1 : Double($0) / Double($1) }
          ranked = rates.indices.sorted { rates[$0] != rates[$1] ? rates[$0] > rates[$1] : $0 < $1 }
        }
        let best = ranked.first { allowed[$0] } ?? 0
        run.count(event, chosen: world.rate(hour: event.hour, segment: event.segment, action: best), allowed)
        continue
      }
      let action = generator.weighted(allowed.map { $0 ? 1 : 0 })
      let rate = world.rate(hour: event.hour, segment: event.segment, action: action)
      shown[action] += 1
      if event.uniform < rate, event.hour + event.delayHours < end { rewarded[action] += 1 }
      run.count(event, chosen: run.uniform(event, allowed), allowed)
    }
    return run.gain
  }

  private func uniform(_ event: SegmentWorld.Event, _ allowed: [Bool]) -> Double {
    var (sum, count) = (0.0, 0)
    for a in world.actions.indices where allowed[a] {
      sum += world.rate(hour: event.hour, segment: event.segment, action: a)
      count += 1
    }
    return sum / Double(max(1, count))
  }

  private mutating func count(_ event: SegmentWorld.Event, chosen: Double, _ allowed: [Bool]) {
    let uniform = uniform(event, allowed)
    var oracle = 0.0
    for a in world.actions.indices where allowed[a] {
      oracle = max(oracle, world.rate(hour: event.hour, segment: event.segment, action: a))
    }
    sums = (sums.chosen + chosen, sums.uniform + uniform, sums.oracle + oracle)
    guard event.hour >= world.shape.hours * 3 / 4 else { return }
    lastSums = (lastSums.chosen + chosen, lastSums.uniform + uniform, lastSums.oracle + oracle)
  }
}
