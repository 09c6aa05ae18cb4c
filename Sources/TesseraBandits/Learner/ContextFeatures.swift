import TesseraModel

/// The values of the axes as columns of ones. Broad axes keep the values that most was seen of; the rest of an axis is
/// one column.
struct ContextFeatures: Sendable {
  /// Columns an axis: enough for all words of an axis and the brands and categories that matter.
  static let valuesMax = 24

  /// By axis: code → column; column 0 is one for all.
  private let columns: [[UInt16: Int]]
  /// By axis: the column of all values without one of their own.
  private let rest: [Int]
  /// By column: its axis; -1 for the first.
  let axes: [Int]
  let axisCount: Int

  var width: Int { axes.count }

  /// - Parameter weights: by axis, how much was seen of each code.
  init(_ weights: [[UInt16: Double]]) {
    axisCount = weights.count
    var columns: [[UInt16: Int]] = []
    var rest: [Int] = []
    var axes = [-1]
    for (axis, seen) in weights.enumerated() {
      let sorted = seen.filter { $0.key != 0 }.sorted { a, b in a.value != b.value ? a.value > b.value : a.key < b.key }
      var own: [UInt16: Int] = [:]
      for (code, _) in sorted.prefix(ContextFeatures.valuesMax) {
        own[code] = axes.count
        axes.append(axis)
      }
      columns.append(own)
      rest.append(axes.count)
      axes.append(axis)
    }
    (self.columns, self.rest, self.axes) = (columns, rest, axes)
  }

  /// The columns that are one in a context, the first among them; an axis that reads `any` has none.
  func columns(of context: ContextCode) -> [Int32] {
    var out: [Int32] = [0]
    for (axis, code) in context.codes.enumerated() where axis < axisCount && code != 0 {
      out.append(Int32(columns[axis][code] ?? rest[axis]))
    }
    return out
  }
}
