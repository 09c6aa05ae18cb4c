import ArgumentParser
import Foundation
import TesseraModel
import TesseraRuntime

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(name: .long, help: "The store's data directory. (default: ./tessera-data; demo: ./tessera-demo)")
  var data: String?

  @Option(name: .long, help: "The configuration file; the built-in one serves without it.")
  var config = "tessera.yaml"

  @Flag(name: .long, help: "Print JSON on standard output, and nothing else.")
  var json = false

  @Flag(name: .long, help: "Print no progress.")
  var quiet = false

  var directory: DataDirectory { DataDirectory(path: GlobalOptions.absolute(data ?? "./tessera-data")) }

  /// Paths are made absolute at once, since a server may carry the command out elsewhere.
  static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// What counts as now: the time that was asked for, else the machine's. A demo that has stopped keeps the time its
  /// shop had come to, which is ahead of the machine's.
  func clock(_ at: TimeArgument?) -> any EngineClock {
    if let at { return FixedClock(at.instant) }
    if let demo = directory.demoTime, demo > SystemClock().now() { return FixedClock(demo) }
    return SystemClock()
  }

  /// Reads the configuration file, or the built-in one when there is none.
  func configuration(demo: Bool = false) throws -> LoadedConfiguration {
    let environment = ProcessInfo.processInfo.environment
    if let data = FileManager.default.contents(atPath: config) {
      guard let text = String(validating: data, as: UTF8.self) else { throw CommandError("\(config) is not UTF-8") }
      do { return try ConfigurationFile.load(yaml: text, source: config, environment: environment) } catch {
        let line = YAMLLines.line(of: error.path, in: text).map { "line \($0): " } ?? ""
        throw CommandError("\(config): \(line)\(error)")
      }
    }
    if config != "tessera.yaml" {
      throw CommandError("there is no configuration file \(config); `tessera init` writes one")
    }
    do {
      let yaml = demo || directory.demoTime != nil ? BuiltinConfiguration.demoYAML : nil
      return try ConfigurationFile.load(yaml: yaml, source: "the built-in configuration", environment: environment)
    } catch { throw CommandError("\(error)") }
  }
}

/// A time on the command line.
struct TimeArgument: ExpressibleByArgument {
  let instant: Instant

  init?(argument: String) {
    guard let instant = try? Instant(parsing: argument, assumingUTC: true) else { return nil }
    self.instant = instant
  }
}
