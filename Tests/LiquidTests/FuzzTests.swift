import Foundation
import Liquid
import Testing

/// A minute of what the fuzzer in `Fuzz/` does for hours: templates cut, mixed and sprinkled with words of the
/// language, the same ones in every run.
@Suite struct FuzzTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fuzz")

  /// Inputs as the fuzzer begins with.
  private static let seeds: [[UInt8]] = {
    let files = try? FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "Seeds"), includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }.compactMap { try? Array(Data(contentsOf: $0)) }
  }()

  /// The words of the fuzzer's dictionary.
  private static let words: [[UInt8]] = {
    let text = (try? String(contentsOf: folder.appending(path: "liquid.dict"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("\"") }.map { line in
      Array(line.dropFirst().dropLast().replacing("\\x1e", with: "\u{1E}").replacing("\\\"", with: "\"").utf8)
    }
  }()

  private static func mutate(_ input: inout [UInt8], with others: [[UInt8]], _ random: inout FixedGenerator) {
    let place = Int.random(in: 0...input.count, using: &random)
    let length = Int.random(in: 0...Swift.min(12, input.count - place), using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: input.removeSubrange(place..<place + length)
    case 1: input.insert(contentsOf: input[place..<place + length], at: place)
    case 2: if !input.isEmpty { input[place % input.count] = UInt8.random(in: 0...255, using: &random) }
    case 3:
      guard let other = others.randomElement(using: &random) else { return }
      input.replaceSubrange(place..., with: other.suffix(Int.random(in: 0...other.count, using: &random)))
    case 4: input.replaceSubrange(place..<place + length, with: words.randomElement(using: &random) ?? [])
    default: input.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
    }
  }

  @Test(arguments: 1...8)
  func nothingIsFoundInAMinute(_ seed: Int) {
    #expect(FuzzTests.seeds.count >= 20 && FuzzTests.words.count >= 100)
    var random = FixedGenerator(seed: UInt64(seed))
    var corpus = FuzzTests.seeds + GoldenCase.all.map { [UInt8(seed)] + Array($0.source.utf8) }
    for _ in 0..<FuzzTests.inputs {
      var input = corpus.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) { FuzzTests.mutate(&input, with: corpus, &random) }
      input = Array(input.prefix(1_000))
      let flaw = FuzzedTemplate(input).flaw()
      #expect(flaw == nil, "\(input)")
      // What can be parsed is worth changing further.
      if (try? Template(FuzzedTemplate(input).source, limits: FuzzedTemplate.limits)) != nil {
        corpus[Int.random(in: 0..<corpus.count, using: &random)] = input
      }
    }
  }

  /// A seed: a minute of one processor for all of them, unoptimised.
  private static let inputs = 25_000
}
