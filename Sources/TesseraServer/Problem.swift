import HTTPTypes
package import Hummingbird
import NIOCore
import TesseraModel
import TesseraRuntime

/// An answer that says what went wrong and what to do (RFC 9457). The one place where errors become statuses.
package struct Problem: Error, HTTPResponseError {
  package let status: HTTPResponse.Status
  let detail: String
  var retryAfterSeconds: Int?
  var errors: [ItemError] = []
  var extra: [(String, JSONValue)] = []
  var allow: String?

  package init(_ status: HTTPResponse.Status, _ detail: String) { (self.status, self.detail) = (status, detail) }

  init(_ error: EngineError) {
    switch error.code {
    case .invalid: self.init(.badRequest, error.message)
    case .notFound: self.init(.notFound, error.message)
    case .conflict: self.init(.conflict, error.message)
    case .overloaded, .storage:
      self.init(.serviceUnavailable, error.message)
      retryAfterSeconds = 1
    }
  }

  var json: JSONValue {
    var object = JSONObject([
      ("type", "about:blank"), ("title", .string(status.reasonPhrase)), ("status", .integer(status.code)),
      ("detail", .string(detail)),
    ])
    for (name, value) in extra { object[name] = value }
    if !errors.isEmpty { object["errors"] = .array(errors.map(\.json)) }
    return .object(object)
  }

  package func response(from request: Request, context: some RequestContext) throws -> Response { response }

  var response: Response {
    var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
    if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
    if let allow { headers[.allow] = allow }
    if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: JSONWriter.bytes(json))))
  }
}

extension ItemError {
  var json: JSONValue { ["index": .integer(index), "reason": .string(reason)] }
}

extension Response {
  /// A JSON document.
  static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
    bytes(JSONWriter.bytes(value), type: "application/json", status: status)
  }

  static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
    buffer(ByteBuffer(bytes: bytes), type: type, status: status)
  }

  static func buffer(_ bytes: ByteBuffer, type: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"], body: .init(byteBuffer: bytes))
  }

  static func text(_ text: String, type: String) -> Response { bytes(Array(text.utf8), type: type) }
}
