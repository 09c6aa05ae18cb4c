/// Sums over the people of a group from which come a reward rate, rewards by exposures, and its spread between people.
///
/// A person's exposures belong together, so people are what is counted: with rate r = R/N the variance of r is, by
/// linearisation, Σ (Rᵢ − rNᵢ)² / (m − 1) / (N/m)² / m over m people (Cochran 1977, chapter 6; Deng, Knoblich and Lu
/// 2018).
package struct ClusteredRate: Sendable, Equatable {
  /// People with at least one exposure.
  package private(set) var persons = 0
  /// Those of them with a reward other than 0.
  package private(set) var rewardedPersons = 0
  /// Σ Nᵢ
  package private(set) var exposures = 0.0
  /// Σ Rᵢ
  package private(set) var reward = 0.0
  /// Σ Nᵢ²
  package private(set) var exposureSquares = 0.0
  /// Σ Rᵢ²
  package private(set) var rewardSquares = 0.0
  /// Σ RᵢNᵢ
  package private(set) var products = 0.0

  package init() {}

  /// From sums that someone else has added up; sums that cannot be are taken as no people at all.
  package init(
    persons: Int, rewardedPersons: Int, exposures: Double, reward: Double, exposureSquares: Double,
    rewardSquares: Double, products: Double
  ) {
    let sums = [exposures, reward, exposureSquares, rewardSquares, products]
    guard (1...ClusteredRate.personsMax).contains(persons), exposures > 0,
      sums.allSatisfy({ $0.magnitude <= ClusteredRate.sumMax })
    else { return }
    self.persons = persons
    self.rewardedPersons = min(max(rewardedPersons, 0), persons)
    (self.exposures, self.reward, self.exposureSquares) = (exposures, reward, max(exposureSquares, 0))
    (self.rewardSquares, self.products) = (max(rewardSquares, 0), products)
  }

  /// More people than there are, and few enough to be added up.
  private static let personsMax = 1 << 40
  /// Squares of it are still numbers.
  private static let sumMax = 1e150
  private static let rewardMax = 1e60

  /// Takes a person with all exposures and rewards; one without exposures, or with a reward that is no number, is left
  /// out.
  package mutating func add(exposures n: Int, reward r: Double) {
    guard n > 0, r.magnitude <= ClusteredRate.rewardMax else { return }
    persons += 1
    rewardedPersons += r != 0 ? 1 : 0
    exposures += Double(n)
    reward += r
    exposureSquares += Double(n) * Double(n)
    rewardSquares += r * r
    products += r * Double(n)
  }

  /// Adds other people.
  package static func += (a: inout ClusteredRate, b: ClusteredRate) {
    a.persons += b.persons
    a.rewardedPersons += b.rewardedPersons
    a.exposures += b.exposures
    a.reward += b.reward
    a.exposureSquares += b.exposureSquares
    a.rewardSquares += b.rewardSquares
    a.products += b.products
  }

  /// Reward an exposure; nil without exposures.
  package var rate: Double? {
    let rate = reward / exposures
    return exposures > 0 && rate.isFinite ? rate : nil
  }

  /// Variance of a single person's share in the rate: the rate's own is this by the number of people. Nil for fewer
  /// than two.
  package var personVariance: Double? {
    guard persons > 1, let rate else { return nil }
    let squares = rewardSquares - 2 * rate * products + rate * rate * exposureSquares
    let mean = exposures / Double(persons)
    let variance = max(0, squares) / Double(persons - 1) / mean / mean
    return variance.isFinite ? variance : nil
  }
}
