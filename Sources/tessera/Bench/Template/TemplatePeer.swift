import Foundation
import TesseraModel

/// python-liquid in a process of its own, rendering the same templates for the same customers.
struct TemplatePeer {
  private let peer: PythonPeer

  /// - Returns: nil where there is no `python3`.
  init?(folder: URL) throws {
    guard let peer = try PythonPeer(folder: folder, script: TemplatePeer.script) else { return nil }
    self.peer = peer
  }

  var folder: URL { peer.folder }
  func isInstalled() -> Bool { peer.has("liquid", "markupsafe") }

  /// Reads `<name>.json` (`template`, `escapes`) and `customers.json`.
  /// - Returns: renderings a second of the parsed template, and what it renders for each customer.
  func run(_ name: String, seconds: Double) throws -> (perSecond: Double, outputs: [String]) {
    let json = try peer.run([name, String(seconds)])
    guard let perSecond = json["per_second"]?.double, let outputs = json["outputs"]?.elements?.compactMap(\.text) else {
      throw CommandError("python-liquid failed at \(name)")
    }
    return (perSecond, outputs)
  }

  /// Escapes for HTML where ours does. A customer's data is handed over as it is: no copy is part of the time.
  private static let script = #"""
    import json, sys, time
    from liquid import Environment

    folder, name, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(f"{folder}/{name}.json") as file:
        case = json.load(file)
    with open(f"{folder}/customers.json") as file:
        customers = json.load(file)
    template = Environment(autoescape=case["escapes"]).from_string(case["template"])
    outputs = [template.render(**customer) for customer in customers]
    count, start = 0, time.perf_counter()
    while True:
        for customer in customers:
            template.render(**customer)
        count += len(customers)
        taken = time.perf_counter() - start
        if taken >= seconds:
            break
    print(json.dumps({"per_second": count / taken, "outputs": outputs}))
    """#
}
