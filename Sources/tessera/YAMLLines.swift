import TesseraModel
import Yams

/// Where in a YAML file a setting stands.
enum YAMLLines {
  /// The line, from 1, of the setting that an error is about, such as `axes[2].window`; of the nearest thing around it
  /// where the setting itself is missing. Nil if there is nothing of it in the file.
  static func line(of path: String, in yaml: String) -> Int? {
    guard !path.isEmpty, var node = try? Yams.compose(yaml: yaml) else { return nil }
    var line: Int?
    for part in parts(path) {
      switch part {
      case .name(let name):
        guard let mapping = node.mapping, let (key, value) = mapping.first(where: { $0.key.string == name }) else {
          return line
        }
        (line, node) = (key.mark?.line ?? line, value)
      case .index(let index):
        guard let sequence = node.sequence, index < sequence.count else { return line }
        node = sequence[index]
        line = node.mark?.line ?? line
      }
    }
    return line
  }

  private enum Part {
    case name(String)
    case index(Int)
  }

  private static func parts(_ path: String) -> [Part] {
    path.split(separator: ".").flatMap { piece -> [Part] in
      let pieces = piece.split(whereSeparator: { $0 == "[" || $0 == "]" })
      return pieces.enumerated().map { i, text in
        if i > 0, let index = Int(text) { return .index(index) }
        return .name(String(text))
      }
    }
  }
}
