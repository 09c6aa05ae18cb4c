import NIOCore
import Synchronization
import TesseraModel
import TesseraRuntime

/// Reads the usual body of `POST /v1/decide` in place and answers as it goes: objects of plain texts named `customer`
/// or `anonymous` and `placement`. A thousand of them as JSON values cost more than their decisions.
struct DecideBatch {
  private let bytes: UnsafeRawBufferPointer
  private var i = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private struct Item {
    var customer: UnsafeRawBufferPointer?
    var anonymous: UnsafeRawBufferPointer?
    var placement: UnsafeRawBufferPointer?
  }

  /// Appends `{"decisions":[…]}`.
  /// - Returns: how many there are; nil for a body that needs a closer look, and then `out` holds anything.
  mutating func answer(
    _ session: inout DecideSession, isPublishable: Bool, now: Instant, to out: inout ByteWriter
  ) -> Int? {
    guard take("{"), text().map({ DecideBatch.areEqual($0, "requests") }) ?? false, take(":"), take("[") else {
      return nil
    }
    out.append("{\"decisions\":[")
    var count = 0
    if !take("]") {
      repeat {
        guard let item = item(), count < DecisionRoutes.batchMax, let placement = item.placement else { return nil }
        let kind: DecideSubject.Kind
        let id: UnsafeRawBufferPointer
        switch (item.customer, item.anonymous) {
        case (let customer?, nil): (kind, id) = (isPublishable ? .unproven : .customer, customer)
        case (nil, let anonymous?): (kind, id) = (isPublishable ? .browser : .anonymous, anonymous)
        default: return nil
        }
        guard DecideQuery.isPlain(id) else { return nil }
        if count > 0 { out.append(UInt8(ascii: ",")) }
        let name = item.customer == nil ? id : DecideQuery.canonical(id)
        guard session.answer(kind, id: name, placement: placement, now: now, to: &out) else { return nil }
        count += 1
      } while take(",")
      guard take("]") else { return nil }
    }
    guard take("}") else { return nil }
    skipBlanks()
    out.append("]}")
    return i == bytes.count ? count : nil
  }

  private mutating func item() -> Item? {
    var item = Item()
    guard take("{") else { return nil }
    repeat {
      guard let name = text(), take(":"), let value = text() else { return nil }
      if DecideBatch.areEqual(name, "customer"), item.customer == nil {
        item.customer = value
      } else if DecideBatch.areEqual(name, "placement"), item.placement == nil {
        item.placement = value
      } else if DecideBatch.areEqual(name, "anonymous"), item.anonymous == nil {
        item.anonymous = value
      } else {
        return nil
      }
    } while take(",")
    return take("}") ? item : nil
  }

  private mutating func skipBlanks() {
    while i < bytes.count, bytes[i] == 32 || bytes[i] == 10 || bytes[i] == 13 || bytes[i] == 9 { i &+= 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard i < bytes.count, bytes[i] == UInt8(ascii: character) else { return false }
    i &+= 1
    return true
  }

  /// A text of visible ASCII without escapes.
  private mutating func text() -> UnsafeRawBufferPointer? {
    guard take("\"") else { return nil }
    let start = i
    while i < bytes.count, bytes[i] != UInt8(ascii: "\"") {
      guard bytes[i] >= 32, bytes[i] < 127, bytes[i] != UInt8(ascii: "\\") else { return nil }
      i &+= 1
    }
    guard i < bytes.count else { return nil }
    defer { i &+= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<i])
  }

  private static func areEqual(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    guard bytes.count == name.utf8CodeUnitCount else { return false }
    for i in 0..<bytes.count where bytes[i] != name.utf8Start[i] { return false }
    return true
  }
}

extension DecideService {
  /// About the bytes of an answer: room for a whole batch is taken at once.
  private static let answerBytes = 1_024

  /// The answer to a batch in the usual form; nil for a body that needs a closer look.
  func batch(_ body: [UInt8], _ caller: Caller) -> ByteBuffer? {
    body.withUnsafeBytes { bytes in
      var session = DecideSession(engine.serving)
      // An item has some forty bytes.
      var out = ByteWriter(capacity: min(bytes.count / 40 + 1, DecisionRoutes.batchMax) * DecideService.answerBytes)
      var batch = DecideBatch(bytes)
      let now = engine.clock.now()
      guard let count = batch.answer(&session, isPublishable: caller == .publishable, now: now, to: &out) else {
        return nil
      }
      metrics.decisions.add(count, ordering: .relaxed)
      return ByteBuffer(bytes: out.bytes)
    }
  }
}
