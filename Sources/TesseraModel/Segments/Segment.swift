/// A micro-segment or a coarser one: a value for each axis, in the order of the axes.
package struct Segment: Hashable, Sendable {
  package let axes: [String]
  package let values: [AxisValue]
  /// `s_` and 16 hexadecimal digits of the hash of axes and values.
  package let id: String

  package init(axes: [String], values: [AxisValue]) {
    precondition(axes.count == values.count, "a segment has one value an axis")
    (self.axes, self.values) = (axes, values)
    var text = ""
    for (axis, value) in zip(axes, values) { text += axis + "\u{1F}" + value.canonical + "\u{1E}" }
    id = "s_" + TextEncoding.hexadecimal(SHA256.hash(text.utf8).prefix(8))
  }

  package subscript(axis: String) -> AxisValue? { axes.firstIndex(of: axis).map { values[$0] } }
  /// The axes that read `any`.
  package var relaxed: [String] { zip(axes, values).filter { $0.1 == .any }.map(\.0) }

  package static func == (a: Segment, b: Segment) -> Bool { a.values == b.values && a.axes == b.axes }
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// Axis by axis: `{"visits":"returning",…}`, in words.
  package var json: JSONValue { .object(JSONObject(zip(axes, values).map { ($0, .string($1.text)) })) }
  package var canonicalJSON: JSONValue { .strings(values.map(\.canonical)) }
}
