import Synchronization
import TesseraModel

/// Who may see the dashboard: whoever followed a one-time link, for as long as the session lives.
package final class Sessions: Sendable {
  private struct State {
    var links: [[UInt8]: ContinuousClock.Instant] = [:]
    var sessions: [[UInt8]: ContinuousClock.Instant] = [:]
  }

  private let state = Mutex(State())
  private let makeSecret: @Sendable () -> String

  /// A link is for the person who started the server, now.
  static let linkLife = Duration.seconds(30 * 60)
  static let sessionLife = Duration.seconds(12 * 3_600)
  /// More people do not look at one store at once.
  static let sessionsMax = 1_000

  /// - Parameter makeSecret: a fresh unguessable text each time.
  package init(makeSecret: @escaping @Sendable () -> String) { self.makeSecret = makeSecret }

  /// A link's secret, good for one log-in.
  package func newLink() -> String {
    let secret = makeSecret()
    state.withLock { $0.links[SHA256.hash(secret.utf8)] = .now + Sessions.linkLife }
    return secret
  }

  /// Trades a link's secret for a session's, once.
  func open(link: String) -> String? {
    state.withLock { state in
      guard let expiry = state.links.removeValue(forKey: SHA256.hash(link.utf8)), expiry > .now else { return nil }
      state.sessions = state.sessions.filter { $0.value > .now }
      guard state.sessions.count < Sessions.sessionsMax else { return nil }
      let session = makeSecret()
      state.sessions[SHA256.hash(session.utf8)] = .now + Sessions.sessionLife
      return session
    }
  }

  func isOpen(session: String) -> Bool {
    state.withLock { $0.sessions[SHA256.hash(session.utf8)].map { $0 > .now } ?? false }
  }
}
