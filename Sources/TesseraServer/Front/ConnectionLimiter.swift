import Synchronization

/// Counts the open connections of a server and says what to do with the next one.
package final class ConnectionLimiter: Sendable {
  /// What becomes of a connection.
  package enum Admission: Sendable {
    /// It is served.
    case serve
    /// It is told to come back later.
    case refuse
    /// It is cut without an answer, because answering would cost as much as serving.
    case drop
  }

  private let maxConnections: Int
  private let maxRefusals: Int
  private let served = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)

  /// Creates a limiter that nothing has been admitted by.
  package init(maxConnections: Int, maxRefusals: Int) {
    self.maxConnections = maxConnections
    self.maxRefusals = maxRefusals
  }

  /// How many connections are being served at this moment.
  package var connections: Int { served.load(ordering: .relaxed) }

  /// Counts a new connection in; `release` must be called with the answer when it has closed.
  package func admit() -> Admission {
    // Add first and take back if it was too much: two loops that admit at once can then never both pass the cap.
    if served.add(1, ordering: .relaxed).newValue <= maxConnections { return .serve }
    served.subtract(1, ordering: .relaxed)
    if refused.add(1, ordering: .relaxed).newValue <= maxRefusals { return .refuse }
    refused.subtract(1, ordering: .relaxed)
    return .drop
  }

  /// Counts a connection out.
  package func release(_ admission: Admission) {
    switch admission {
    case .serve: served.subtract(1, ordering: .relaxed)
    case .refuse: refused.subtract(1, ordering: .relaxed)
    case .drop: break
    }
  }
}
