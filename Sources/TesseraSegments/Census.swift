package import TesseraModel

/// How many customers, and how many active ones, are in each populated micro-segment: a cycle's snapshot in the form
/// that is recorded and planned from. Its codes count each axis's values in canonical order, so that it does not depend
/// on the order in which names were first seen.
package struct Census: Sendable, Equatable {
  /// A populated segment and how many people are in it.
  package struct Entry: Sendable, Equatable {
    package let key: SegmentKey
    package let members: Int
    package let active: Int
    package init(key: SegmentKey, members: Int, active: Int) {
      (self.key, self.members, self.active) = (key, members, active)
    }
  }

  package let axes: [String]
  /// The values of each axis; the code of a value is 1 + its index.
  package let values: [[AxisValue]]
  /// One a populated micro-segment, in the order of their keys.
  package let entries: [Entry]

  package init(axes: [String], values: [[AxisValue]], entries: [Entry]) {
    (self.axes, self.values, self.entries) = (axes, values, entries)
  }

  package init(_ sweep: Sweep, space: AxisSpace, catalog: Catalog) {
    let grouping = Grouping(sweep, withSubjects: false)
    self.init(grouping, sweep, space: space, catalog: catalog)
  }

  /// As the other, on as many threads as there are.
  package static func parallel(_ sweep: Sweep, space: AxisSpace, catalog: Catalog) async -> Census {
    let grouping = await Grouping.parallel(sweep, withSubjects: false)
    return Census(grouping, sweep, space: space, catalog: catalog)
  }

  /// - Parameter grouping: of the sweep's words.
  package init(_ grouping: Grouping, _ sweep: Sweep, space: AxisSpace, catalog: Catalog) {
    let keys = grouping.entries.map { sweep.key($0.word) }
    var values: [[AxisValue]] = []
    var recoded: [[UInt16]] = []
    for axis in space.axes.indices {
      var isUsed = [Bool](repeating: false, count: Int(UInt16.max) + 1)
      for key in keys { isUsed[Int(key[axis])] = true }
      let sorted = isUsed.indices.filter { isUsed[$0] }
        .map { (code: $0, value: space.value(axis: axis, code: UInt16($0), in: catalog)) }
        .sorted { NameNormalization.precedes($0.value.canonical, $1.value.canonical) }
      values.append(sorted.map(\.value))
      var codes = [UInt16](repeating: 0, count: isUsed.count)
      for (i, entry) in sorted.enumerated() { codes[entry.code] = UInt16(i + 1) }
      recoded.append(codes)
    }
    axes = space.names
    self.values = values
    entries = zip(keys, grouping.entries).map { key, entry in
      var new = SegmentKey()
      for axis in recoded.indices { new[axis] = recoded[axis][Int(key[axis])] }
      return Entry(key: new, members: Int(entry.members), active: Int(entry.active))
    }.sorted { $0.key < $1.key }
  }

  package var customers: Int { entries.reduce(0) { $0 + $1.members } }
  package var activeCustomers: Int { entries.reduce(0) { $0 + $1.active } }
  package var segmentsActive: Int { entries.count { $0.active > 0 } }

  package func value(axis: Int, code: UInt16) -> AxisValue { code == 0 ? .any : values[axis][Int(code) - 1] }

  package func segment(of key: SegmentKey) -> Segment {
    Segment(axes: axes, values: axes.indices.map { value(axis: $0, code: key[$0]) })
  }
}

extension Census {
  /// Recorded form: names once, then a row of numbers a segment.
  package var json: JSONValue {
    let rows = entries.map { entry in
      JSONValue.array(
        axes.indices.map { .integer(entry.key[$0]) } + [.integer(entry.members), .integer(entry.active)])
    }
    return [
      "axes": .strings(axes), "values": .array(values.map { .strings($0.map(\.canonical)) }), "entries": .array(rows),
    ]
  }

  package init?(json: JSONValue) {
    guard let axes = json["axes"]?.elements?.compactMap(\.text), let values = json["values"]?.elements,
      let rows = json["entries"]?.elements, axes.count <= SegmentKey.axesMax
    else { return nil }
    self.axes = axes
    self.values = values.map { ($0.elements ?? []).compactMap { $0.text.flatMap { AxisValue(canonical: $0) } } }
    var entries: [Entry] = []
    for row in rows {
      guard let numbers = row.elements?.compactMap(\.integer), numbers.count == axes.count + 2 else { return nil }
      var key = SegmentKey()
      for axis in axes.indices { key[axis] = UInt16(clamping: numbers[axis]) }
      entries.append(Entry(key: key, members: numbers[axes.count], active: numbers[axes.count + 1]))
    }
    self.entries = entries
  }
}
