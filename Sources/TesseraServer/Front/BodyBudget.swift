import Synchronization

/// Bounds the memory of the request bodies that are being received or handled, over all connections of a server.
///
/// The front bounds each body, but as many connections as it serves could together hold more than a machine has. Bytes
/// are counted as they arrive and not when they are announced: announcing costs nothing, and must not shut out others.
final class BodyBudget: Sendable {
  /// There is no room for a body beside the others.
  struct Exhausted: Error {}

  /// 256 MiB: over thirty of the largest bodies at once, which is more than the other parts of a server keep up with.
  static let defaultBytes = 256 * 1024 * 1024
  /// 64 KiB: as much as a browser lets a page send when it is left, so that large uploads never shut out page views.
  /// All connections together can hold another 256 MiB of it.
  static let defaultUncountedBytes = 64 * 1024

  private let bytes: Int
  private let uncountedBytes: Int
  private let held = Atomic<Int>(0)

  /// - Parameters:
  ///   - bytes: how many counted bytes all bodies may have together.
  ///   - uncountedBytes: how much of the beginning of each body is not counted.
  init(bytes: Int = BodyBudget.defaultBytes, uncountedBytes: Int = BodyBudget.defaultUncountedBytes) {
    (self.bytes, self.uncountedBytes) = (bytes, uncountedBytes)
  }

  /// How many counted bytes are held at this moment.
  var heldBytes: Int { held.load(ordering: .relaxed) }

  /// The part of one request, empty at first; its `giveBack` must be called when the request has been handled.
  func share() -> Share { Share(self) }

  private func counted(_ length: Int) -> Int { max(0, length - uncountedBytes) }

  private func reserve(_ count: Int) -> Bool {
    // Small bodies pass whatever the others do at this moment.
    guard count > 0 else { return true }
    // Add first and take back if it was too much: two requests that ask at once can then never both pass the bound.
    if held.add(count, ordering: .relaxed).newValue <= bytes { return true }
    held.subtract(count, ordering: .relaxed)
    return false
  }

  /// What the body of one request has of the budget.
  final class Share: Sendable {
    private let budget: BodyBudget
    private let received = Atomic<Int>(0)

    fileprivate init(_ budget: BodyBudget) { self.budget = budget }

    /// Refuses a body that is announced and has no room now, before anything of it is read.
    func expect(_ length: Int) throws(Exhausted) {
      let needed = budget.counted(length)
      guard needed == 0 || needed <= budget.bytes - budget.heldBytes else { throw Exhausted() }
    }

    /// Counts bytes that have arrived, or refuses them.
    func take(_ count: Int) throws(Exhausted) {
      let sum = received.add(count, ordering: .relaxed)
      guard budget.reserve(budget.counted(sum.newValue) - budget.counted(sum.oldValue)) else {
        received.subtract(count, ordering: .relaxed)
        throw Exhausted()
      }
    }

    /// Gives back everything.
    func giveBack() {
      let all = received.exchange(0, ordering: .relaxed)
      budget.held.subtract(budget.counted(all), ordering: .relaxed)
    }
  }
}
