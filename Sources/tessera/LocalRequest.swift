import Foundation
import Glibc

/// One HTTP request to a server on this machine, over a plain socket: enough for commands to reach the server that
/// holds their directory.
enum LocalRequest {
  static func post(_ url: URL, token: String, body: [UInt8]) async throws -> (status: Int, body: [UInt8]) {
    try await send(
      method: "POST", url, headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
      body: body)
  }

  static func send(
    method: String, _ url: URL, headers: [(String, String)], body: [UInt8]
  ) async throws -> (status: Int, body: [UInt8]) {
    let head = request(method, url, headers, body.count)
    return try await withCheckedThrowingContinuation { done in
      // A blocking exchange on a thread of its own: a long command must not hold up the few threads that async work
      // shares.
      Thread.detachNewThread {
        do {
          done.resume(returning: try exchange(host: url.host ?? "127.0.0.1", port: url.port ?? 80, head + body))
        } catch {
          done.resume(throwing: error)
        }
      }
    }
  }

  private static func request(_ method: String, _ url: URL, _ headers: [(String, String)], _ count: Int) -> [UInt8] {
    var path = url.path(percentEncoded: true)
    if path.isEmpty { path = "/" }
    if let query = url.query(percentEncoded: true) { path += "?" + query }
    var text =
      "\(method) \(path) HTTP/1.1\r\nHost: \(url.host ?? "localhost"):\(url.port ?? 80)\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return Array((text + "Content-Length: \(count)\r\n\r\n").utf8)
  }

  private static func exchange(host: String, port: Int, _ request: [UInt8]) throws -> (status: Int, body: [UInt8]) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw CommandError("no socket could be opened: \(String(cString: strerror(errno)))") }
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    inet_pton(AF_INET, host == "localhost" ? "127.0.0.1" : host, &address.sin_addr)
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      throw CommandError("the server at \(host):\(port) does not answer; is it still running?")
    }
    var sent = 0
    while sent < request.count {
      let n = request.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard n > 0 else { throw CommandError("the server closed the connection") }
      sent += n
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let n = recv(socket, &chunk, chunk.count, 0)
      if n <= 0 { break }
      answer += chunk[..<n]
    }
    return try parse(answer)
  }

  private static func parse(_ answer: [UInt8]) throws -> (status: Int, body: [UInt8]) {
    let text = String(decoding: answer.prefix(65_536), as: UTF8.self)
    guard let end = answer.firstRange(of: Array("\r\n\r\n".utf8)), let status = Int(text.dropFirst(9).prefix(3)) else {
      throw CommandError("the server's answer could not be read")
    }
    let head = String(decoding: answer[..<end.lowerBound], as: UTF8.self).lowercased()
    let body = Array(answer[end.upperBound...])
    return (status, head.contains("transfer-encoding: chunked") ? dechunked(body) : body)
  }

  private static func dechunked(_ body: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var rest = body[...]
    while let line = rest.firstRange(of: Array("\r\n".utf8)) {
      let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) ?? 0
      guard size > 0, line.upperBound + size <= rest.endIndex else { break }
      out += rest[line.upperBound..<line.upperBound + size]
      rest = rest[min(rest.endIndex, line.upperBound + size + 2)...]
    }
    return out
  }
}
