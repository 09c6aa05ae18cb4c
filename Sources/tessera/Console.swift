import Foundation
import Glibc
import TesseraModel

/// What people and programs read: answers on standard output, progress and remarks on standard error.
struct Console: Sendable {
  let isQuiet: Bool
  let isJSON: Bool

  init(_ options: GlobalOptions) { (isQuiet, isJSON) = (options.quiet, options.json) }

  /// An answer: the JSON itself, or what `text` makes of it.
  func answer(_ json: JSONValue, text: (JSONValue) -> String) {
    Console.write((isJSON ? JSONWriter.text(json) : text(json)) + "\n", to: 1)
  }

  /// A remark, unless quiet.
  func remark(_ text: String) {
    if !isQuiet { Console.write(text + "\n", to: 2) }
  }

  /// A count that overwrites itself, on a terminal only.
  func progress(_ what: String) -> @Sendable (Int) -> Void {
    guard !isQuiet, isatty(2) == 1 else { return { _ in } }
    return { count in Console.write("\r\(what): \(count) ", to: 2) }
  }

  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written <= 0 { return }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Colour, where the terminal shows it and nobody objects.
  static var hasColour: Bool { isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }
  static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  /// Columns wide enough for their widest cell.
  static func table(_ rows: [[String]]) -> String {
    guard let first = rows.first else { return "" }
    let widths = first.indices.map { i in rows.map { $0[i].count }.max() ?? 0 }
    return rows.map { row in
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined(
        separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
