import TesseraModel

/// A part's items by subject, as memory that is looked at for every event.
struct SortedItems {
  /// A spread's items and what they refer to.
  struct Source {
    let items: UnsafeBufferPointer<EventBatch.Item>
    let details: UnsafeBufferPointer<EventBatch.Detail>
    let ids: UnsafeBufferPointer<UInt8>
    let values: UnsafeBufferPointer<Money>

    @inline(__always)
    func head(_ item: EventBatch.Item) -> PackedEvent.Head {
      guard let kind = EventKind(code: item.kindAndChannel & 0x0F) else { preconditionFailure("made from a kind") }
      var head = PackedEvent.Head(at: item.at, kind: kind, channel: item.kindAndChannel >> 4, product: item.product)
      if let detail = item.detail {
        let more = details[detail]
        head.product = more.product
        (head.type, head.units) = (more.type, more.units)
        head.id = Int(more.idStart)..<(Int(more.idStart) + Int(more.idCount))
        if more.value >= 0 { head.value = values[Int(more.value)] }
      }
      return head
    }

    @inline(__always)
    func write(_ item: EventBatch.Item, after last: Int64?, to sink: inout some PackedSink) {
      PackedEvent.write(head(item), ids: ids, after: last, to: &sink)
    }
  }

  private let sources: UnsafeBufferPointer<Source>
  /// By subject, those of a subject as they came; each says which source it is of.
  private let items: UnsafeBufferPointer<EventBatch.Item>
  /// Where each subject's end.
  private let ends: UnsafeBufferPointer<Int32>

  /// - Parameters:
  ///   - items: by subject, made with `EventBatch.Item.sorted`.
  ///   - ends: where each subject's end in them.
  static func with<R>(
    _ spreads: [ItemSpread], items: UnsafeBufferPointer<EventBatch.Item>, ends: UnsafeBufferPointer<Int32>,
    _ body: (SortedItems) -> R
  ) -> R {
    precondition(spreads.count <= ItemSpread.rowsPerPart, "a spread's number takes the place of a row")
    return withSources(spreads[...], []) { sources in
      sources.withUnsafeBufferPointer { body(SortedItems(sources: $0, items: items, ends: ends)) }
    }
  }

  private static func withSources<R>(
    _ spreads: ArraySlice<ItemSpread>, _ found: [Source], _ body: ([Source]) -> R
  ) -> R {
    guard let next = spreads.first else { return body(found) }
    return next.items.withUnsafeBufferPointer { items in
      next.details.withUnsafeBufferPointer { details in
        next.ids.withUnsafeBufferPointer { ids in
          next.values.withUnsafeBufferPointer { values in
            let source = Source(items: items, details: details, ids: ids, values: values)
            return withSources(spreads.dropFirst(), found + [source], body)
          }
        }
      }
    }
  }

  @inline(__always)
  private func start(_ number: Int) -> Int { number == 0 ? 0 : Int(ends[number - 1]) }

  /// How many items some subjects have.
  @inline(__always)
  func count(_ numbers: Range<Int>) -> Int {
    numbers.isEmpty ? 0 : Int(ends[numbers.upperBound - 1]) - start(numbers.lowerBound)
  }

  @inline(__always)
  func count(_ number: Int) -> Int { Int(ends[number]) - start(number) }

  /// At most how many bytes a subject's items take when they are packed.
  @inline(__always)
  func lengthMax(_ number: Int) -> Int {
    var length = 0
    for i in start(number)..<Int(ends[number]) {
      length += items[i].detail == nil ? PackedEvent.plainLengthMax : PackedEvent.lengthMax
    }
    return length
  }

  /// Hands a subject's items to `body` as they came, until it says false.
  /// - Returns: whether it never did.
  @inline(__always)
  func forEach(_ number: Int, _ body: (EventBatch.Item, Source) -> Bool) -> Bool {
    for i in start(number)..<Int(ends[number]) where !body(items[i], sources[items[i].source]) { return false }
    return true
  }
}
