import Foundation
import Glibc

/// A connection to a server on this machine that is kept open, for one request after the other: what a measurement of
/// single requests needs, and no more.
final class LoopbackConnection {
  private let socket: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(_ url: String) throws {
    let port = URL(string: url)?.port ?? 80
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw CommandError("the server does not answer: \(String(cString: strerror(errno)))") }
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  static func get(_ path: String, key: String) -> [UInt8] {
    Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\n\r\n".utf8)
  }

  static func post(_ path: String, key: String, _ body: String) -> [UInt8] {
    let head = """
      POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n\
      Content-Length: \(body.utf8.count)\r\n\r\n
      """
    return Array((head + body).utf8)
  }

  /// Sends a request and waits for its answer, which states its length.
  func exchange(_ request: [UInt8]) throws -> (status: Int, body: Substring) {
    var sent = 0
    while sent < request.count {
      let n = request.withUnsafeBytes {
        send(socket, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard n > 0 else { throw CommandError("the server closed a connection") }
      sent += n
    }
    var count = 0
    while true {
      let n = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: count), $0.count - count, 0) }
      guard n > 0 else { throw CommandError("the server closed a connection") }
      count += n
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let head = text[..<end.lowerBound].lowercased()
      let length = head.range(of: "content-length: ").flatMap { Int(head[$0.upperBound...].prefix(while: \.isNumber)) }
      let body = text[end.upperBound...]
      if body.utf8.count >= length ?? 0 { return (Int(text.dropFirst(9).prefix(3)) ?? 0, body) }
    }
  }
}
