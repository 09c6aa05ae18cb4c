import HTTPTypes
import TesseraModel

/// Reads the items of a request's body: a JSON array, a lone object, or one object a line.
enum BatchBody {
  /// Items a call may carry.
  static let itemsMax = 10_000

  /// An item of a body.
  enum Item {
    /// With its bytes where they are already as they are kept.
    case json(JSONValue, spelling: [UInt8]?)
    /// An event that is read already.
    case event(Event, spelling: [UInt8])
  }

  /// - Parameter kind: what the items are.
  /// - Returns: each item, or why it could not be read.
  /// - Throws: `Problem` 400 when the body is empty or nothing in it is JSON, 413 when it has too many items.
  static func items(_ body: [UInt8], _ kind: FactKind) throws(Problem) -> [Result<Item, RecordError>] {
    guard let first = body.first(where: { ![32, 9, 10, 13].contains($0) }) else {
      throw Problem(.badRequest, "the body is empty: send a JSON array, or one JSON object a line")
    }
    let items: [Result<Item, RecordError>]
    if first == UInt8(ascii: "[") {
      do {
        items = try (JSONParser.parse(body).elements ?? []).map { .success(.json($0, spelling: nil)) }
      } catch { throw Problem(.badRequest, "the body is not JSON: \(error)") }
      guard !items.isEmpty else { throw Problem(.badRequest, "the body is an empty array") }
    } else if let lone = try? JSONParser.parse(body) {
      items = [.success(.json(lone, spelling: nil))]
    } else {
      items = try lines(body, kind)
    }
    guard items.count <= itemsMax else {
      throw Problem(.contentTooLarge, "\(items.count) items in one call; send at most \(itemsMax)")
    }
    return items
  }

  private static func lines(_ body: [UInt8], _ kind: FactKind) throws(Problem) -> [Result<Item, RecordError>] {
    var out: [Result<Item, RecordError>] = []
    var start = 0
    var firstError: JSONError?
    var isAnyGood = false
    while start < body.count {
      let end = endOfLine(body, start)
      if kind == .event, let event = plainEvent(body, start..<end) {
        out.append(.success(.event(event, spelling: Array(body[start..<end]))))
        isAnyGood = true
      } else if body[start..<end].contains(where: { ![32, 9, 13].contains($0) }) {
        do throws(JSONError) {
          let (json, isCanonical) = try JSONParser.parseSpelling(body, in: start..<end)
          out.append(.success(.json(json, spelling: isCanonical ? Array(body[start..<end]) : nil)))
          isAnyGood = true
        } catch {
          firstError = firstError ?? error
          out.append(.failure(RecordError("not JSON: \(error)")))
        }
      }
      start = end + 1
    }
    guard isAnyGood else {
      throw Problem(.badRequest, "the body is not JSON: \(firstError?.description ?? "nothing to read")")
    }
    return out
  }

  private static func endOfLine(_ body: [UInt8], _ start: Int) -> Int {
    body.withUnsafeBufferPointer { body in
      var i = start
      while i < body.count, body[i] != 10 { i += 1 }
      return i
    }
  }

  private static func plainEvent(_ body: [UInt8], _ line: Range<Int>) -> Event? {
    body.withUnsafeBufferPointer { EventScanner.scan(UnsafeBufferPointer(rebasing: $0[line])) }
  }
}
