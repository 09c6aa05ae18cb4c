/// A table of the scorecard as an SVG: a line a policy with its mean and interval, ours marked. It brings its own
/// paper, light or dark as the reader's, no script and no font.
struct ScorecardPicture {
  let table: ScorecardTable

  private static let width = 760.0
  private static let rowHeight = 26.0
  /// Below the title and the unit.
  private static let top = 72.0
  /// Longer names of policies are cut, so that the plot keeps half of the picture.
  private static let nameMax = 44
  /// Of a letter at 13 px in the widest of the usual fonts, so that names fit where none of the others is installed.
  private static let letter = 7.6
  private static let ticks = 5.0

  /// Where the numbers go.
  private struct Scale {
    let from: Double
    let to: Double
    let left: Double
    let right: Double

    func x(_ value: Double) -> Double { left + (value - from) / (to - from) * (right - left) }
  }

  var svg: String {
    let names = table.lines.map { ScorecardPicture.short($0.policy) }
    let left = 24 + ScorecardPicture.letter * Double(names.map(\.count).max() ?? 0) + 16
    let means = table.lines.map { FixedPoint.text($0.estimate.mean, table.digits).count }.max() ?? 0
    let right = ScorecardPicture.width - 24 - (ScorecardPicture.letter + 1) * Double(means) - 16
    let scale = scale(left: max(left, 120), right: right)
    let bottom = ScorecardPicture.top + ScorecardPicture.rowHeight * Double(table.lines.count)
    let height = bottom + 68
    let size = "\(ScorecardPicture.number(ScorecardPicture.width)) \(ScorecardPicture.number(height))"
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="760" role="img" aria-labelledby="t">
      <title id="t">\(ScorecardPicture.escaped(table.name)): \(ScorecardPicture.escaped(table.unit))</title>
      \(ScorecardPicture.style)
      <rect class="paper" x="0.5" y="0.5" width="759" height="\(ScorecardPicture.number(height - 1))" rx="8"/>
      <text class="ink title" x="24" y="32">\(ScorecardPicture.escaped(table.name))</text>
      <text class="soft small" x="24" y="52">\(ScorecardPicture.escaped(subtitle))</text>

      """
    // Bands first, then what is drawn on them.
    for (i, line) in table.lines.enumerated() where line.standing == .ours {
      let y = ScorecardPicture.number(ScorecardPicture.top + ScorecardPicture.rowHeight * Double(i))
      out += "<rect class=\"band\" x=\"12\" y=\"\(y)\" width=\"736\" height=\"26\" rx=\"4\"/>\n"
    }
    out += axis(scale, bottom)
    for (i, line) in table.lines.enumerated() {
      out += row(line, names[i], scale, ScorecardPicture.top + ScorecardPicture.rowHeight * (Double(i) + 0.5))
    }
    return out + legend(height - 18) + "</svg>\n"
  }

  private var subtitle: String {
    let seeds = table.seeds == 1 ? "one seed" : "95 % intervals over \(table.seeds) seeds"
    return [table.unit, seeds].filter { !$0.isEmpty }.joined(separator: " · ")
  }

  /// From the lowest to the highest end of an interval, with some room.
  private func scale(left: Double, right: Double) -> Scale {
    let low = table.lines.map(\.estimate.low).min() ?? 0
    let high = table.lines.map(\.estimate.high).max() ?? 1
    let room = high > low ? (high - low) * 0.04 : high == 0 ? 1 : abs(high) * 0.1
    return Scale(from: low - room, to: high + room, left: left, right: right)
  }

  /// Lines of the grid at round numbers, and ours all the way down.
  private func axis(_ scale: Scale, _ bottom: Double) -> String {
    let (step, digits) = ScorecardPicture.step(scale.to - scale.from)
    var out = ""
    let (top, end) = (ScorecardPicture.number(ScorecardPicture.top), ScorecardPicture.number(bottom + 4))
    let first = Int((scale.from / step).rounded(.up))
    let last = Int((scale.to / step).rounded(.down))
    for i in first...max(first, last) {
      let x = ScorecardPicture.number(scale.x(Double(i) * step))
      let text = FixedPoint.text(Double(i) * step, digits)
      out += "<line class=\"grid\" x1=\"\(x)\" y1=\"\(top)\" x2=\"\(x)\" y2=\"\(end)\"/>\n"
      out +=
        "<text class=\"soft small middle\" x=\"\(x)\" y=\"\(ScorecardPicture.number(bottom + 19))\">\(text)</text>\n"
    }
    if let ours = table.ours {
      let x = ScorecardPicture.number(scale.x(ours.estimate.mean))
      out += "<line class=\"level\" x1=\"\(x)\" y1=\"\(top)\" x2=\"\(x)\" y2=\"\(end)\"/>\n"
    }
    return out
  }

  private func row(_ line: ScorecardTable.Line, _ name: String, _ scale: Scale, _ y: Double) -> String {
    let kind = line.standing == .ours ? "ours" : "peer"
    let text = ScorecardPicture.number(y + 4.5)
    var out = "<text class=\"\(kind)-name\" x=\"24\" y=\"\(text)\">\(ScorecardPicture.escaped(name))</text>\n"
    if !line.estimate.isSingle {
      let (low, high) = (scale.x(line.estimate.low), scale.x(line.estimate.high))
      out += ScorecardPicture.path(
        "\(kind)-line",
        [(low, y - 4, low, y + 4), (low, y, high, y), (high, y - 4, high, y + 4)])
    }
    out += ScorecardPicture.mark(line.standing, scale.x(line.estimate.mean), y) + "\n"
    let mean = FixedPoint.text(line.estimate.mean, table.digits)
    out += "<text class=\"\(kind)-name end\" x=\"736\" y=\"\(text)\">\(mean)</text>\n"
    return out
  }

  private static func path(_ kind: String, _ lines: [(Double, Double, Double, Double)]) -> String {
    let d = lines.map { "M\(number($0.0)) \(number($0.1))L\(number($0.2)) \(number($0.3))" }.joined()
    return "<path class=\"\(kind)\" d=\"\(d)\"/>\n"
  }

  /// Marks differ in shape or filling as well as in colour.
  private static func mark(_ standing: ScorecardTable.Standing, _ x: Double, _ y: Double) -> String {
    let at = "cx=\"\(number(x))\" cy=\"\(number(y))\""
    switch standing {
    case .ours: return "<circle class=\"ours\" \(at) r=\"6\"/>"
    case .above: return "<circle class=\"worse\" \(at) r=\"4.5\"/>"
    case .below:
      let corners = [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)].map { "\(number($0.0)),\(number($0.1))" }
      return "<polygon class=\"better\" points=\"\(corners.joined(separator: " "))\"/>"
    case .unclear: return "<circle class=\"level-with\" \(at) r=\"4.5\"/>"
    case .incomparable:
      return "<rect class=\"worse\" x=\"\(number(x - 1.5))\" y=\"\(number(y - 5))\" width=\"3\" height=\"10\"/>"
    }
  }

  private func legend(_ y: Double) -> String {
    let entries: [(ScorecardTable.Standing, String)] = [
      (.ours, "ours"), (.above, "ours is above it"), (.unclear, "no clear difference"), (.below, "ours is below it"),
      (.incomparable, "not compared"),
    ]
    var (out, x) = ("", 30.0)
    for (standing, text) in entries where table.count(standing) > 0 {
      out += ScorecardPicture.mark(standing, x, y - 4)
      out += "<text class=\"soft small\" x=\"\(ScorecardPicture.number(x + 12))\" y=\"\(ScorecardPicture.number(y))\">"
      out += text + "</text>\n"
      x += 12 + 6.6 * Double(text.count) + 24
    }
    return out
  }

  /// A round step that makes about five of a span, and the places it needs after the point.
  private static func step(_ span: Double) -> (step: Double, digits: Int) {
    var (power, digits) = (1.0, 0)
    while power > span / ticks, digits < 9 { (power, digits) = (power / 10, digits + 1) }
    while power * 10 <= span / ticks { power *= 10 }
    // power ≤ span / 5 < 10 power
    for factor in [1.0, 2, 5] where power * factor >= span / ticks * 0.8 { return (power * factor, digits) }
    return (power * 10, max(0, digits - 1))
  }

  private static func short(_ name: String) -> String {
    name.count > nameMax ? name.prefix(nameMax - 1) + "…" : name
  }

  /// To a tenth of a pixel.
  private static func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    return tenths == tenths.rounded() ? String(Int(tenths)) : "\(tenths)"
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.append(character)
      }
    }
    return out
  }

  /// The dashboard's colours. Without variables, which some viewers do not know.
  private static let style = """
    <style>
    text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums }
    .title { font-size: 16px; font-weight: 600 } .small { font-size: 12px }
    .middle { text-anchor: middle } .end { text-anchor: end }
    .ours-name { font-weight: 600 }
    .grid { stroke-width: 1 } .level { stroke-width: 1; stroke-dasharray: 3 3 }
    .ours-line { stroke-width: 2; fill: none } .peer-line { stroke-width: 1.5; fill: none }
    .level-with { stroke-width: 1.5 }
    .paper { fill: #ffffff; stroke: #dce1e6 } .band { fill: #eaf2fa }
    .ink, .peer-name { fill: #1b1f24 } .soft { fill: #545e69 } .ours-name { fill: #0b5aa8 }
    .grid { stroke: #dce1e6 } .level, .ours-line { stroke: #0b5aa8 } .peer-line { stroke: #7d8894 }
    .ours { fill: #0b5aa8 } .worse { fill: #545e69 } .better { fill: #b3541e }
    .level-with { fill: #ffffff; stroke: #545e69 }
    @media (prefers-color-scheme: dark) {
    .paper { fill: #14181c; stroke: #343c45 } .band { fill: #1b2a39 }
    .ink, .peer-name { fill: #e6e9ed } .soft { fill: #aab4be } .ours-name { fill: #85bdf6 }
    .grid { stroke: #343c45 } .level, .ours-line { stroke: #85bdf6 } .peer-line { stroke: #77828d }
    .ours { fill: #85bdf6 } .worse { fill: #aab4be } .better { fill: #f2a06a }
    .level-with { fill: #14181c; stroke: #aab4be }
    }
    </style>
    """
}
