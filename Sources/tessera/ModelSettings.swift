import TesseraAgents
import TesseraModel

/// Which language model the agents are, as configured. Printed, it shows no key.
struct ModelSettings: Sendable, Equatable, CustomStringConvertible {
  let dialectName: ModelDialectName
  let url: String
  let name: String
  let key: String
  /// The built-in table and what the configuration adds.
  let prices: ModelPrices

  /// - Returns: nil where no address is given.
  init?(json: JSONValue?) throws(ConfigurationError) {
    let reader = try ConfigurationReader(json, path: "model", keys: ["dialect", "url", "name", "key", "prices"])
    guard let url = try reader.string("url"), !url.isEmpty else { return nil }
    switch try reader.string("dialect") ?? "" {
    case "anthropic": dialectName = .anthropic
    case "openai": dialectName = .chatCompletions
    default: throw reader.failure("dialect", "must be anthropic or openai")
    }
    self.url = url
    name = try reader.requiredString("name")
    key = try reader.string("key") ?? ""
    prices = try ModelPrices.builtin.extended(with: reader.value("prices"), path: "model.prices")
  }

  var description: String { "\(name) at \(url)" }
}
