import HTTPTypes
import TesseraModel

/// Reads the items of a request's body: a JSON array, a lone object, or one object a line.
enum BatchBody {
  /// Items a call may carry.
  static let itemsMax = 10_000

  /// - Returns: each item, or why it could not be read.
  /// - Throws: `Problem` 400 when the body is empty or nothing in it is JSON, 413 when it has too many items.
  static func items(_ body: [UInt8]) throws(Problem) -> [Result<JSONValue, RecordError>] {
    guard let first = body.first(where: { ![32, 9, 10, 13].contains($0) }) else {
      throw Problem(.badRequest, "the body is empty: send a JSON array, or one JSON object a line")
    }
    let items: [Result<JSONValue, RecordError>]
    if first == UInt8(ascii: "[") {
      do {
        items = try (JSONParser.parse(body).elements ?? []).map { .success($0) }
      } catch { throw Problem(.badRequest, "the body is not JSON: \(error)") }
      guard !items.isEmpty else { throw Problem(.badRequest, "the body is an empty array") }
    } else if let lone = try? JSONParser.parse(body) {
      items = [.success(lone)]
    } else {
      items = try lines(body)
    }
    guard items.count <= itemsMax else {
      throw Problem(.contentTooLarge, "\(items.count) items in one call; send at most \(itemsMax)")
    }
    return items
  }

  private static func lines(_ body: [UInt8]) throws(Problem) -> [Result<JSONValue, RecordError>] {
    var out: [Result<JSONValue, RecordError>] = []
    var start = 0
    var firstError: JSONError?
    var isAnyGood = false
    while start < body.count {
      let end = body[start...].firstIndex(of: 10) ?? body.count
      if body[start..<end].contains(where: { ![32, 9, 13].contains($0) }) {
        do throws(JSONError) {
          out.append(.success(try JSONParser.parse(body, in: start..<end)))
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
}
