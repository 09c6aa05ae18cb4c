import TesseraModel

/// How a visitor comes back: sessions of on-site events, split by gaps of 30 minutes, and the age of the last event.
package enum VisitsAxis {
  /// A pause this long starts a new session.
  package static let sessionGap = 30 * Instant.minute

  static let definition = """
    {"axis": "visits", "rules": [
      {"value": "never", "no": "visits"},
      {"value": "lapsed", "last": "visits", "over": "90d"},
      {"value": "lapsing", "last": "visits", "over": "30d"},
      {"value": "new", "count": "sessions", "at_most": 1},
      {"value": "returning"}],
     "values": ["never", "new", "returning", "lapsing", "lapsed"]}
    """
}
