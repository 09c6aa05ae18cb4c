package import TesseraAgents
package import TesseraModel

/// Which model a client asks, where, and how. Printed, it shows neither the key nor the extra headers.
package struct ModelClientSettings: Sendable, CustomStringConvertible, CustomReflectable {
  /// How long one question may take, tries included: what takes longer is of no use to an hourly run.
  package static let callTimeUsual = Duration.seconds(120)
  /// Bytes of an answer: the longest output of today's models is under a megabyte.
  package static let replyBytesMax = 8 << 20
  /// Bytes of a batch's results: some twenty thousand answers with their thinking.
  package static let resultsBytesMax = 128 << 20
  /// Bytes of a question: the vendors refuse longer ones.
  package static let requestBytesMax = 32 << 20
  /// Bytes of a batch handed in: the vendor's bound.
  package static let batchBytesMax = 256 << 20

  package let dialectName: ModelDialectName
  let dialect: any ModelDialect
  /// Without a slash at its end.
  package let baseURL: String
  package let key: ModelKey
  package let name: String
  package let profile: ModelProfile
  package let callTime: Duration
  package let retries: RetryPlan
  /// Sent with every request: an organisation, a project, a gateway's own key.
  package let extraHeaders: [(String, String)]

  /// - Parameters:
  ///   - baseURL: for Anthropic the root, `https://api.anthropic.com`; for the other dialect up to the version,
  ///     `https://api.openai.com/v1`.
  ///   - profile: nil chooses by dialect, URL and name.
  package init(
    dialect: ModelDialectName, baseURL: String, key: ModelKey, name: String, profile: ModelProfile? = nil,
    anthropic: AnthropicDialect = AnthropicDialect(), callTime: Duration = ModelClientSettings.callTimeUsual,
    retries: RetryPlan = RetryPlan(), extraHeaders: [(String, String)] = []
  ) throws(ConfigurationError) {
    var url = baseURL
    while url.hasSuffix("/") { url.removeLast() }
    // the paths of this dialect begin with the version
    if dialect == .anthropic, url.hasSuffix("/v1") { url.removeLast(3) }
    let rest = url.hasPrefix("https://") ? url.dropFirst(8) : url.hasPrefix("http://") ? url.dropFirst(7) : ""
    let isPlain = rest.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard let first = rest.first, first != "/", isPlain, !rest.contains("@") else {
      throw ConfigurationError(
        path: "url", message: "must be like https://api.anthropic.com, without a name, password or query")
    }
    guard !name.isEmpty else { throw ConfigurationError(path: "model", message: "is missing") }
    guard key.secret.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw ConfigurationError(path: "key", message: "must be one word; a line break or blank came along with it")
    }
    self.dialectName = dialect
    self.dialect = dialect == .anthropic ? anthropic : dialect.dialect
    (self.baseURL, self.key, self.name) = (url, key, name)
    self.profile = profile ?? ModelProfile.chosen(dialect: dialect, baseURL: url, model: name)
    (self.callTime, self.retries, self.extraHeaders) = (callTime, retries, extraHeaders)
  }
  package var description: String { "\(name) at \(baseURL) (\(dialectName.rawValue))" }
  package var customMirror: Mirror { Mirror(self, children: ["description": description]) }

  /// Bytes of a header's value from which on it may be a key: shorter ones are words like a team's name.
  static let secretBytesMin = 12

  /// The bytes without the key and without whatever else was sent that may be one.
  func masking(_ bytes: [UInt8]) -> [UInt8] {
    let others = extraHeaders.map(\.1).filter { $0.utf8.count >= ModelClientSettings.secretBytesMin }
    return others.reduce(key.masking(bytes)) { ModelKey($1).masking($0) }
  }
}
