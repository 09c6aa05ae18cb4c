import Liquid
import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraSegments
import Yams

/// What the server itself needs to know.
struct ServerSettings: Equatable, Sendable {
  var host = "127.0.0.1"
  var port = 8_080
  var allowedOrigins: [String] = []
}

/// A configuration as read: the policy, and the server's settings.
struct LoadedConfiguration: Sendable {
  let policy: Policy
  let server: ServerSettings
  /// Nil: the built-in rule analyst works.
  let model: ModelSettings?
  /// Where it came from, for messages.
  let source: String
}

/// Reads `tessera.yaml`, with the environment above it and the defaults below.
enum ConfigurationFile {
  /// - Parameters:
  ///   - yaml: the file's text, or nil to use the defaults alone.
  ///   - environment: variables; those named `TESSERA_<SECTION>_<KEY>` set single values.
  static func load(yaml: String?, source: String, environment: [String: String]) throws(ConfigurationError)
    -> LoadedConfiguration
  {
    var json = try parse(BuiltinConfiguration.yaml)
    if let yaml {
      guard case .object(let given) = try parse(yaml), case .object(var merged) = json else {
        throw ConfigurationError(path: source, message: "must be a mapping; `tessera init` writes one to start from")
      }
      let known = Policy.keys + ["server", "model"]
      for (name, value) in given {
        guard known.contains(name) else {
          throw ConfigurationError(
            path: name, message: "there is no such setting\(NearestName.suggestion(for: name, among: known))")
        }
        merged[name] = value
      }
      if given["creatives"] == nil, let axes = given["axes"], !axes.isNull {
        merged["creatives"] = try merged["creatives"].map { creatives throws(ConfigurationError) in
          fitting(creatives, try AxisReader.definitions(axes, box: AxisRegistry.box.definitions))
        }
      }
      json = .object(merged)
    }
    json = EnvironmentSettings.apply(environment, to: json)
    guard case .object(let all) = json else { throw ConfigurationError(path: source, message: "must be a mapping") }
    var policyJSON = JSONObject()
    for name in Policy.keys { policyJSON[name] = all[name] }
    let policy = try Policy(json: .object(policyJSON), box: AxisRegistry.box)
    try check(policy)
    return LoadedConfiguration(
      policy: policy, server: try server(all["server"]), model: try ModelSettings(json: all["model"]), source: source)
  }

  /// The creatives in the box without those meant for values of axes that the store has left out or changed.
  private static func fitting(_ creatives: JSONValue, _ axes: [AxisDefinition]) -> JSONValue {
    .array(
      (creatives.elements ?? []).filter { creative in
        (creative["only_for"]?.members?.members ?? []).allSatisfy { name, values in
          let words = axes.first { $0.name == name }?.words ?? []
          return (values.elements ?? [values]).allSatisfy { $0.text.map(words.contains) ?? false }
        }
      })
  }

  private static func server(_ json: JSONValue?) throws(ConfigurationError) -> ServerSettings {
    let reader = try ConfigurationReader(json, path: "server", keys: ["host", "port", "allowed_origins"])
    var settings = ServerSettings()
    settings.host = try reader.string("host") ?? settings.host
    settings.port = try reader.integer("port", in: 0...65_535) ?? settings.port
    settings.allowedOrigins = try reader.strings("allowed_origins") ?? []
    return settings
  }

  /// What only this side can check: the time zone, and that every template parses.
  private static func check(_ policy: Policy) throws(ConfigurationError) {
    if TimeZoneOffset.seconds(policy.shop.timeZone, at: Instant(milliseconds: 0)) == nil {
      let near = TimeZoneOffset.nearest(to: policy.shop.timeZone).first.map { "; did you mean \"\($0)\"?" } ?? ""
      throw ConfigurationError(
        path: "shop.time_zone", message: "there is no time zone \"\(policy.shop.timeZone)\"\(near)")
    }
    for (i, creative) in policy.creatives.enumerated() {
      if let (plain, html) = ContentSlot.conflict(creative, policy) {
        throw ConfigurationError(
          path: "creatives[\(i)].placements",
          message:
            "\(creative.id) goes to \(plain), which shows plain text, and to \(html), which is HTML: a name such as "
            + "O'Brien is written differently there. Make a creative of each, or let the names of its texts end in _text"
        )
      }
      for field in creative.content {
        let path = "creatives[\(i)].content.\(field.name)"
        let template: Template
        do { template = try Template(field.template) } catch {
          throw ConfigurationError(path: path, message: "\(error)")
        }
        if template.asksForSnippets {
          throw ConfigurationError(
            path: path, message: "creatives have no snippets: write the text of the snippet in place of {% render %}")
        }
        for reference in template.references {
          guard let problem = TagNames.problem(reference.path, policy) else { continue }
          throw ConfigurationError(
            path: path, message: "line \(reference.line), column \(reference.column): \(problem)")
        }
      }
    }
  }

  /// YAML as JSON: plain scalars are read by JSON's rules, so that a time or a version stays the text that was typed.
  static func parse(_ yaml: String) throws(ConfigurationError) -> JSONValue {
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch {
      throw ConfigurationError(path: "", message: "the YAML cannot be read: \(error)")
    }
    return try node.map { node throws(ConfigurationError) in try value(node, depth: 0) } ?? .object(JSONObject())
  }

  private static func value(_ node: Node, depth: Int) throws(ConfigurationError) -> JSONValue {
    guard depth < JSONParser.depthMax else {
      throw ConfigurationError(path: "", message: "the YAML is nested too deeply")
    }
    switch node {
    case .scalar(let scalar): return plain(scalar)
    case .sequence(let sequence):
      var out: [JSONValue] = []
      for element in sequence { out.append(try value(element, depth: depth + 1)) }
      return .array(out)
    case .mapping(let mapping):
      var object = JSONObject()
      for (key, element) in mapping {
        guard let name = key.string else { throw ConfigurationError(path: "", message: "a key must be a text") }
        object[name] = try value(element, depth: depth + 1)
      }
      return .object(object)
    case .alias: throw ConfigurationError(path: "", message: "YAML aliases are not supported")
    }
  }

  private static func plain(_ scalar: Node.Scalar) -> JSONValue {
    guard scalar.style == .plain else { return .string(scalar.string) }
    switch scalar.string {
    case "", "~", "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      if let number = try? JSONParser.parse(scalar.string), case .number = number { return number }
      return .string(scalar.string)
    }
  }
}

/// Settings from the environment: `TESSERA_GUARDRAILS_BOOK_AGE_MAX_HOURS=12` sets `guardrails.book_age_max_hours`.
enum EnvironmentSettings {
  static let prefix = "TESSERA_"

  static func apply(_ environment: [String: String], to json: JSONValue) -> JSONValue {
    var json = json
    for (path, name) in names(json, path: []) {
      guard let text = environment[name] else { continue }
      let parsed = try? JSONParser.parse(text)
      let isText = parsed.map { if case .object = $0 { true } else { $0.isNull } } ?? true
      set(&json, path[...], to: isText ? .string(text) : parsed ?? .string(text))
    }
    return json
  }

  /// Every single value of the default configuration with its environment name.
  static func names(_ json: JSONValue, path: [String]) -> [([String], String)] {
    guard case .object(let object) = json else {
      if case .array(let elements) = json, elements.contains(where: { $0.members != nil }) { return [] }
      return [(path, prefix + path.joined(separator: "_").uppercased())]
    }
    return object.flatMap { names($0.value, path: path + [$0.name]) }
  }

  private static func set(_ json: inout JSONValue, _ path: ArraySlice<String>, to value: JSONValue) {
    guard let name = path.first else {
      json = value
      return
    }
    guard case .object(var object) = json else { return }
    var child = object[name] ?? .object(JSONObject())
    set(&child, path.dropFirst(), to: value)
    object[name] = child
    json = .object(object)
  }
}
