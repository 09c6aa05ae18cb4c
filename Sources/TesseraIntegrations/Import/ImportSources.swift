import TesseraModel
package import TesseraStorage

/// The kinds of files that can be imported, by the words of the command line.
package enum ImportSources {
  /// All kinds, in the order of the manual.
  package static let kinds = ["events", "customers", "products", "orders", "clickstream", "shopify"]

  /// A source over the paths, which are read one after the other. Files are opened when their turn comes.
  /// - Throws: `FactSourceError` for an unknown kind, naming the nearest and all, and for no path at all.
  package static func make(kind: String, paths: [String]) throws(FactSourceError) -> any FactSource {
    guard kinds.contains(kind) else {
      let nearest = nearest(to: kind).map { " Did you mean \($0)?" } ?? ""
      throw FactSourceError(
        "Nothing is known of importing \"\(kind)\".\(nearest) The kinds are \(kinds.joined(separator: ", ")).")
    }
    guard !paths.isEmpty else { throw FactSourceError("Name at least one file to import \(kind) from.") }
    switch kind {
    case "events": return NDJSONSource(kind: .event, paths: paths)
    case "customers": return NDJSONSource(kind: .customer, paths: paths)
    case "products": return NDJSONSource(kind: .product, paths: paths)
    case "orders": return NDJSONSource(kind: .order, paths: paths)
    case "clickstream": return ClickstreamSource(paths: paths)
    default: return ShopifySource(paths: paths)
    }
  }

  /// The kind that the fewest changes of a letter lead to, if they are fewer than half the word.
  private static func nearest(to word: String) -> String? {
    let word = Array(word.lowercased().prefix(40))
    let ranked = kinds.map { ($0, distance(word, Array($0))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 * 2 <= best.0.count else { return nil }
    return best.0
  }

  /// Levenshtein's distance.
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let cost = min(diagonal + (x == y ? 0 : 1), row[j] + 1, row[j + 1] + 1)
        (diagonal, row[j + 1]) = (row[j + 1], cost)
      }
    }
    return row[b.count]
  }
}
