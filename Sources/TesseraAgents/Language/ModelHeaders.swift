/// Headers of an answer; names in any case.
package struct ModelHeaders: Sendable, Equatable {
  private let values: [String: String]

  /// Of a header sent twice, the first counts.
  package init(_ headers: [(String, String)] = []) {
    values = Dictionary(headers.map { ($0.0.lowercased(), $0.1) }) { first, _ in first }
  }

  /// - Parameter name: in lower case.
  package subscript(name: String) -> String? { values[name] }
}
