import Foundation
import Liquid
import TesseraModel

/// Measures rendering of parsed templates, one thread, beside python-liquid; and what is left of a banner once its
/// segment is known, which is what an answer of the server waits for.
struct TemplateBench {
  let seconds: Double
  let console: Console

  static let customers = 1_000
  static let rounds = 3

  func run() throws -> [JSONValue] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tessera-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let customers = (0..<TemplateBench.customers).map(TemplateCases.data)
    let data = customers.map(LiquidData.value)
    var peer = try TemplatePeer(folder: folder)
    if peer?.isInstalled() != true {
      console.remark("the peer is not installed: pip install python-liquid")
      peer = nil
    }
    try Data(JSONWriter.bytes(.array(customers))).write(to: folder.appending(path: "customers.json"))
    var lines: [JSONValue] = []
    for item in TemplateCases.all { lines.append(try measure(item, data, peer)) }
    lines.append(try measureResidue(data))
    return lines
  }

  private static func options(_ slot: Slot) -> RenderOptions {
    RenderOptions(slot: slot, nowMilliseconds: 1_790_000_000_000)
  }

  /// Ours and the peer take turns, for the machine is not always as fast; the ratio is the median of the pairs'.
  private func measure(_ item: TemplateCases.Case, _ data: [LiquidValue], _ peer: TemplatePeer?) throws -> JSONValue {
    let template = try Template(item.source)
    let options = TemplateBench.options(item.slot)
    let outputs = try data.map { try template.render($0, options: options) }
    var (own, other, ratios, isEqual) = ([Double](), [Double](), [Double](), true)
    if let peer {
      let given: JSONValue = ["template": .string(item.source), "escapes": .bool(item.slot == .html)]
      try Data(JSONWriter.bytes(given)).write(to: peer.folder.appending(path: item.name + ".json"))
    }
    for round in 1...TemplateBench.rounds {
      console.remark("\(item.name), round \(round) of \(TemplateBench.rounds) …")
      own.append(try perSecond(data) { try template.render($0, options: options) })
      guard let peer else { continue }
      let theirs = try peer.run(item.name, seconds: seconds)
      other.append(theirs.perSecond)
      ratios.append(own[round - 1] / theirs.perSecond)
      if theirs.outputs != outputs {
        isEqual = false
        console.remark(TemplateBench.difference(outputs, theirs.outputs))
      }
    }
    return TemplateBench.line(
      item.name, "renders/s", ours: own.median, theirs: peer == nil ? nil : other.median,
      ratio: peer == nil ? nil : ratios.median, isEqual: peer == nil ? nil : isEqual)
  }

  /// Microseconds of the rest of a banner, and whether it says what the whole banner says.
  private func measureResidue(_ data: [LiquidValue]) throws -> JSONValue {
    let options = TemplateBench.options(.html)
    let template = try Template(TemplateCases.banner)
    let residue = template.partiallyEvaluated(with: data[0], bound: TemplateCases.bound, options: options)
    let isEqual = try data.allSatisfy {
      try residue.render($0, options: options) == template.render($0, options: options)
    }
    var micros: [Double] = []
    for _ in 0..<TemplateBench.rounds {
      micros.append(1e6 / (try perSecond(data) { try residue.render($0, options: options) }))
    }
    return TemplateBench.line(
      "banner_residue", "µs", ours: micros.median, theirs: nil, ratio: nil, isEqual: isEqual)
  }

  private func perSecond(_ data: [LiquidValue], _ render: (LiquidValue) throws -> String) throws -> Double {
    var count = 0
    var bytes = 0
    let began = ContinuousClock.now
    while true {
      for customer in data { bytes += try render(customer).utf8.count }
      count += data.count
      let taken = (ContinuousClock.now - began).inSeconds
      if taken >= seconds, bytes > 0 { return Double(count) / taken }
    }
  }

  private static func difference(_ ours: [String], _ theirs: [String]) -> String {
    guard let i = zip(ours, theirs).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset else {
      return "python-liquid rendered \(theirs.count) texts, ours are \(ours.count)"
    }
    let lines = zip(ours[i].split(separator: "\n"), theirs[i].split(separator: "\n")).first { $0 != $1 }
    return "python-liquid differs, first for customer \(i): \(lines?.1 ?? "more lines"), ours \(lines?.0 ?? "fewer")"
  }

  private static func line(
    _ name: String, _ unit: String, ours: Double, theirs: Double?, ratio: Double?, isEqual: Bool?
  ) -> JSONValue {
    func rounded(_ x: Double) -> JSONValue { .double((x * 1_000).rounded() / 1_000) }
    var object: [(String, JSONValue)] = [
      ("bench", "template"), ("case", .string(name)), ("unit", .string(unit)), ("ours", rounded(ours)),
      ("peer", theirs == nil ? .null : "python-liquid"), ("theirs", theirs.map(rounded) ?? .null),
      ("ratio", ratio.map(rounded) ?? .null),
    ]
    if let isEqual { object.append(("equal", .bool(isEqual))) }
    return .object(JSONObject(object))
  }
}
