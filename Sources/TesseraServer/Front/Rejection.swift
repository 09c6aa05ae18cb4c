package import NIOCore

/// An answer that the front gives in place of the application, after which the connection is closed.
package struct Rejection: Error, Equatable, Sendable {
  /// The HTTP status code.
  package let status: Int
  /// The status phrase, which is also the problem's title because its type is `about:blank`.
  package let title: String
  /// What is wrong, in one sentence for the client's developer; plain ASCII without quotes or backslashes.
  package let detail: String
  /// One more header line without its line end (`Retry-After: 1`), if the status asks for one.
  package let header: String?

  /// Creates a rejection; the texts must be constants, never something that a client sent.
  package init(_ status: Int, _ title: String, _ detail: String, header: String? = nil) {
    self.status = status
    self.title = title
    self.detail = detail
    self.header = header
  }

  /// A 400 answer with its own explanation.
  static func badRequest(_ detail: String) -> Rejection {
    Rejection(400, "Bad Request", detail)
  }

  /// Appends the whole response, a problem document (RFC 9457) that announces the end of the connection.
  package func write(to out: inout ByteBuffer) {
    let body = #"{"type":"about:blank","title":"\#(title)","status":\#(status),"detail":"\#(detail)"}"#
    out.writeString("HTTP/1.1 \(status) \(title)\r\n")
    out.writeString("Content-Type: application/problem+json\r\nContent-Length: \(body.utf8.count)\r\n")
    out.writeString("Cache-Control: no-store\r\nConnection: close\r\n")
    HTTPDate.writeHeader(to: &out)
    if let header {
      out.writeString("\(header)\r\n")
    }
    out.writeString("\r\n")
    out.writeString(body)
  }
}

extension Rejection {
  static let targetTooLong = Rejection(414, "URI Too Long", "The request target is too long.")
  static let headTooLarge = Rejection(
    431, "Request Header Fields Too Large", "The request head is too large or has too many header fields.")
  static let version = Rejection(
    505, "HTTP Version Not Supported", "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
  static let method = Rejection(501, "Not Implemented", "The request method is not known here.")
  static let connect = Rejection(
    405, "Method Not Allowed", "This server is not a proxy.",
    header: "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
  static let expectation = Rejection(
    417, "Expectation Failed", "The only expectation that can be met is 100-continue.")
  static let transferCoding = Rejection(
    501, "Not Implemented", "The only transfer coding that is understood is chunked.")
  static let bodyTooLarge = Rejection(413, "Content Too Large", "The request body is too large.")
  static let slowHead = Rejection(408, "Request Timeout", "The request head did not arrive in time.")
  static let slowBody = Rejection(408, "Request Timeout", "The request body did not arrive in time.")
  static let overloaded = Rejection(
    503, "Service Unavailable", "The server has as many connections as it can serve.", header: "Retry-After: 1")
}
