import HTTPTypes
import NIOCore
import Synchronization
import TesseraModel
import TesseraRuntime

/// The hot path of a server: one `DecideConnection` an event loop, so that no idle connection holds an old book in
/// memory.
final class DecideConnections: DecideResponder {
  private let service: DecideService
  private let ofLoop = Mutex<[ObjectIdentifier: NIOLoopBound<DecideConnection>]>([:])

  init(_ service: DecideService) { self.service = service }

  func connected(on loop: any EventLoop) -> any ConnectionResponder {
    let found: NIOLoopBound<DecideConnection> = ofLoop.withLock { held in
      if let known = held[ObjectIdentifier(loop)] { return known }
      let made = NIOLoopBound(DecideConnection(service), eventLoop: loop)
      held[ObjectIdentifier(loop)] = made
      return made
    }
    return found.value
  }
}

/// Answers the decisions of an event loop's connections from the received bytes: nothing is copied out of them and
/// nothing is allocated. Whatever is not the usual request goes to `DecideService.answer`, which knows all of them.
final class DecideConnection: ConnectionResponder {
  private var writer: DecideWriter

  init(_ service: DecideService) { writer = DecideWriter(service) }

  func respond(
    query: UnsafeRawBufferPointer, authorization: UnsafeRawBufferPointer?, origin: UnsafeRawBufferPointer?,
    keepAlive: Bool, out: inout ByteBuffer
  ) {
    writer.respond(query, authorization, origin, keepAlive: keepAlive, out: &out)
  }
}

/// What a connection's class holds, in one value: changing it is checked once an answer and not at every step.
private struct DecideWriter: ~Copyable {
  private let service: DecideService
  private var session: DecideSession
  private var body = ByteWriter()
  private var scratch = ByteWriter(capacity: 256)
  /// What a token says.
  private var tokenRoom = ByteWriter(capacity: 320)
  private var date = HTTPDateLine()

  init(_ service: DecideService) {
    self.service = service
    session = DecideSession(service.engine.serving)
  }

  mutating func respond(
    _ query: UnsafeRawBufferPointer, _ authorization: UnsafeRawBufferPointer?, _ origin: UnsafeRawBufferPointer?,
    keepAlive: Bool, out: inout ByteBuffer
  ) {
    body.clear()
    var head: StaticString =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: private, no-store\r\nContent-Length: "
    if answer(query, authorization) {
      service.metrics.decisions.add(1, ordering: .relaxed)
    } else {
      let (status, bytes) = service.answer(query: Array(query), authorization: authorization.map { Array($0) })
      body.clear()
      body.append(bytes)
      if status != .ok {
        out.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nContent-Type: application/problem+json")
        if status == .unauthorized { out.writeStaticString("\r\nWWW-Authenticate: Bearer") }
        head = "\r\nCache-Control: private, no-store\r\nContent-Length: "
      }
    }
    finish(head, origin, keepAlive: keepAlive, out: &out)
  }

  /// Writes what comes before the body, and the body, in one piece.
  private mutating func finish(
    _ head: StaticString, _ origin: UnsafeRawBufferPointer?, keepAlive: Bool, out: inout ByteBuffer
  ) {
    scratch.clear()
    scratch.append(head)
    scratch.append(decimal: body.count)
    date.append(to: &scratch)
    if let origin, service.allowedOrigins.contains(where: { MessageAuthenticator.equal(origin, $0) }) {
      scratch.append("\r\nVary: Origin\r\nAccess-Control-Allow-Origin: ")
      scratch.append(origin)
    }
    scratch.append(keepAlive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n")
    let (head, body) = (scratch.bytes, body.bytes)
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: head.count + body.count) { target in
      target.copyMemory(from: head)
      UnsafeMutableRawBufferPointer(rebasing: target[head.count...]).copyMemory(from: body)
      return head.count + body.count
    }
  }

  /// - Returns: false for all that needs a closer look.
  private mutating func answer(_ query: UnsafeRawBufferPointer, _ authorization: UnsafeRawBufferPointer?) -> Bool {
    let query = DecideQuery(query, scratch: &scratch)
    guard let placement = query.placement, let caller = caller(query.key, authorization) else { return false }
    let now = service.engine.clock.now()
    if let token = query.token {
      guard query.customer == nil, query.anonymous == nil,
        let id = service.keys.customer(token: token, now: now, in: &tokenRoom), DecideQuery.isPlain(id)
      else { return false }
      return session.answer(.customer, id: id, placement: placement, now: now, to: &body)
    }
    let isPublishable = caller == .publishable
    let kind: DecideSubject.Kind
    let id: UnsafeRawBufferPointer
    if let customer = query.customer, !customer.isEmpty {
      (kind, id) = (isPublishable ? .unproven : .customer, customer)
    } else if let anonymous = query.anonymous, !anonymous.isEmpty {
      (kind, id) = (isPublishable ? .browser : .anonymous, anonymous)
    } else {
      return false
    }
    // Ids that might be spelled otherwise, and those that are no ids, are looked at where there is time.
    guard DecideQuery.isPlain(id), query.customer == nil || query.anonymous == nil else { return false }
    let name = query.customer == nil ? id : DecideQuery.canonical(id)
    return session.answer(kind, id: name, placement: placement, now: now, to: &body)
  }

  private func caller(_ key: UnsafeRawBufferPointer?, _ authorization: UnsafeRawBufferPointer?) -> Caller? {
    if let authorization {
      let prefix: StaticString = "bearer "
      let length = prefix.utf8CodeUnitCount
      guard authorization.count > length else { return nil }
      for i in 0..<length where authorization[i] | 0x20 != prefix.utf8Start[i] { return nil }
      return service.keys.known(key: UnsafeRawBufferPointer(rebasing: authorization[length...]))
    }
    if let key { return service.keys.known(key: key) }
    return service.keys.isOpen ? .secret : nil
  }
}
