import TesseraModel

/// Profiles as frames of bytes and back: a checkpoint beside the log. What can be worked out from the rest (indexes,
/// columns of places, the numbers of names) is left out and made again.
extension Profiles {
  private enum Frame: UInt8 {
    case head = 1
    case productIDs, productVersions, types, customers, visitors, end
  }

  /// Frames read by another version, or on a machine that lays numbers out otherwise, are not for this one.
  private static let layout = [1, MemoryLayout<SubjectSlot>.stride, SubjectChunk.size, Int(UInt16(1).littleEndian)]

  /// What a damaged or foreign checkpoint is refused with.
  package struct Unreadable: Error, Sendable {
    package let reason: String
  }

  /// Hands the profiles to `emit`, frame by frame.
  package func encode<E: Error>(_ emit: ([UInt8]) throws(E) -> Void) throws(E) {
    var out = PackedWriter()
    func begin(_ frame: Frame) {
      out.removeAll()
      out.add(byte: frame.rawValue)
    }
    begin(.head)
    for number in Profiles.layout { out.add(number) }
    out.add(Int(position))
    for count in [catalog.entries.count, customers.count, visitors.count] { out.add(count) }
    try emit(out.bytes)
    begin(.productIDs)
    for entry in catalog.entries { out.add(text: entry.id.utf8) }
    try emit(out.bytes)
    begin(.types)
    for name in types.all { out.add(text: name.utf8) }
    try emit(out.bytes)
    // In the order accepted, so that names get their numbers and spellings as they did.
    let versions = catalog.entries.flatMap(\.versions).sorted { $0.position < $1.position }
    for start in stride(from: 0, to: versions.count, by: 1_000) {
      begin(.productVersions)
      for version in versions[start..<min(versions.count, start + 1_000)] {
        out.add(Int(version.position))
        out.add(text: JSONWriter.bytes(version.record.json))
      }
      try emit(out.bytes)
    }
    for (frame, table) in [(Frame.customers, customers), (.visitors, visitors)] {
      for chunk in table.chunks {
        begin(frame)
        chunk.encode(to: &out)
        try emit(out.bytes)
      }
    }
    begin(.end)
    try emit(out.bytes)
  }

  /// Makes profiles of frames.
  /// - Parameter next: the next frame; nil at the end.
  package init<E: Error>(frames next: () throws(E) -> [UInt8]?) throws {
    var (profiles, counts, isComplete) = (Profiles(), [Int](), false)
    while !isComplete, let bytes = try next() {
      try bytes.withUnsafeBufferPointer { buffer in
        var reader = PackedReader(buffer, from: 0, count: buffer.count)
        guard let frame = Frame(rawValue: reader.byte()) else {
          throw Unreadable(reason: "a frame is of no known kind")
        }
        if frame == .head {
          guard Profiles.layout.allSatisfy({ reader.int() == $0 }) else {
            throw Unreadable(reason: "it was written by another version")
          }
          profiles.position = Int64(reader.int())
          counts = [reader.int(), reader.int(), reader.int()]
        } else if frame == .end {
          isComplete = true
        } else {
          try profiles.read(frame, &reader)
        }
      }
    }
    guard isComplete, counts == [profiles.catalog.entries.count, profiles.customers.count, profiles.visitors.count]
    else {
      throw Unreadable(reason: "it ends before its end")
    }
    profiles.indexOrders()
    self = profiles
  }

  private mutating func read(_ frame: Frame, _ reader: inout PackedReader) throws {
    while !reader.isAtEnd {
      switch frame {
      case .productIDs: _ = catalog.intern(reader.string())
      case .types: _ = types.intern(reader.string())
      case .productVersions:
        let position = Int64(reader.int())
        let record = try ProductRecord(json: try JSONParser.parse(reader.string()))
        catalog.fold(record, position: position)
      case .customers: customers.append(SubjectChunk(&reader))
      case .visitors: visitors.append(SubjectChunk(&reader))
      case .head, .end: return
      }
    }
  }

  private mutating func indexOrders() {
    for c in 0..<customers.count {
      for order in customerPart(Int32(c)).orders {
        var id = order.id
        id.withUTF8 { orderIndex.insert(IdIndex.hash($0), c) }
      }
    }
  }
}

extension SubjectChunk {
  func encode(to out: inout PackedWriter) {
    out.add(slots.count)
    slots.withUnsafeBytes { out.add(raw: $0) }
    out.add(bytes.count)
    bytes.withUnsafeBytes { out.add(raw: $0) }
  }

  init(_ reader: inout PackedReader) {
    let count = reader.int()
    let slots = [SubjectSlot](unsafeUninitializedCapacity: count) { buffer, initialized in
      reader.copy(to: UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
    let size = reader.int()
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      reader.copy(to: UnsafeMutableRawBufferPointer(buffer))
      initialized = size
    }
    self.init(slots: slots, bytes: bytes)
  }
}
