import Foundation
import TesseraBandits
import Testing

/// The small Open Bandit sample (Saito, Aihara, Matsutani and Narita 2020), which is not part of the repository: the
/// uniformly random log of a campaign, and the distribution of the policy `bts` over items by position.
struct OpenBanditLog {
  static let absent: Comment = "SKIPPED: no folder shared/data/open_bandit_sample beside the package"

  static let folder = PublicLog.folder?.appendingPathComponent("open_bandit_sample")

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
    let log = Data(try PublicLog.bytes("open_bandit_sample/random_\(campaign).csv.gz"))
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
}
