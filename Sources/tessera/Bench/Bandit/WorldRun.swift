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

  /// - Parameter policy: one of the bandit's.
  static func learned(_ world: SegmentWorld, policy: String, seed: UInt64) throws -> Gain {
    var run = WorldRun(world)
    var driver = try LearnerDriver(
      segments: world.segments, creatives: world.actions.map { "creative \($0.creative)" },
      // A channel is a placement's; here it is a part of the offer, as a page's two forms would be.
      offers: world.actions.map { "offer \($0.offer).\($0.channel)" }, policy: policy,
      windowHours: SegmentWorld.windowHours)
    var generator = SeededGenerator(seed: seed)
    var next = 0
    for hour in 0..<world.shape.hours {
      let start = LearnerDriver.start.adding(Int64(hour) * Instant.hour)
      driver.plan(at: start)
      let allowed = world.availableFrom.map { $0 <= hour }
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
        let allowed = world.availableFrom.map { $0 <= event.hour }
        // Before it is there, chance stands in for it.
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
