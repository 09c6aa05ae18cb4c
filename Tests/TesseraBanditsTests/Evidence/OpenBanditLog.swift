import Foundation
import TesseraBandits
import Testing

/// The small Open Bandit sample (Saito, Aihara, Matsutani and Narita 2020), which is not part of the repository: the
/// uniformly random log of a campaign, and the distribution of the policy `bts` over items by position.
struct OpenBanditLog {
  static let absent: Comment = "SKIPPED: no folder shared/data/open_bandit_sample beside the package"

  /// The folder beside the package, found from this file's place.
  static let folder: URL? = {
    var place = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while place.path != "/" {
      place.deleteLastPathComponent()
      let manifest = place.appendingPathComponent("Package.swift")
      guard FileManager.default.fileExists(atPath: manifest.path) else { continue }
      let data = place.deletingLastPathComponent().appendingPathComponent("shared/data/open_bandit_sample")
      return FileManager.default.fileExists(atPath: data.path) ? data : nil
    }
    return nil
  }()

  /// As `bts` is to be judged from it.
  let rows: [LoggedRow]

  /// - Parameter campaign: `men` or `women`.
  init(_ campaign: String) throws {
    let folder = try #require(OpenBanditLog.folder)
    let policy = try Data(contentsOf: folder.appendingPathComponent("bts_action_dist_\(campaign).csv"))
    var target: [[String]: Double] = [:]
    for fields in OpenBanditLog.fields(policy, count: 3) {
      let probability: Double = try #require(Double(fields[2]))
      target[Array(fields[..<2])] = probability
    }
    let log = try OpenBanditLog.unzipped(folder.appendingPathComponent("random_\(campaign).csv.gz"))
    // row, timestamp, item_id, position, click, propensity_score
    rows = try OpenBanditLog.fields(log, count: 6).map { fields in
      LoggedRow(
        reward: try #require(Double(fields[4])), propensity: try #require(Double(fields[5])),
        targetProbability: try #require(target[Array(fields[2...3])]))
    }
  }

  /// The first fields of each line but the heading.
  private static func fields(_ bytes: Data, count: Int) -> [[String]] {
    bytes.split(separator: UInt8(ascii: "\n")).dropFirst().map { line in
      line.split(separator: UInt8(ascii: ","), maxSplits: count).prefix(count).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  private static func unzipped(_ file: URL) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return bytes
  }
}
