import NIOCore
import TesseraModel
import TesseraRuntime
import Testing

@testable import TesseraServer

/// The answer made in place is the one that is made of copies, whatever the request looks like, and so is a batch.
@Suite struct DecideConnectionTests {
  private static let secret = "tsk_secret"

  private static func service(_ fixture: DashboardFixture, isOpen: Bool) -> DecideService {
    let keys = APIKeys(
      secretHash: SHA256.hash(secret.utf8), publishable: "tpk_public", adminToken: "tak_admin",
      tokenKey: Array(0..<32), isOpen: isOpen)
    return DecideService(
      engine: fixture.engine, keys: keys, metrics: ServerMetrics(), allowedOrigins: ["https://shop.example"])
  }

  private static func respond(
    _ connection: any ConnectionResponder, _ query: String, _ authorization: String?, origin: String? = nil
  ) -> (head: String, body: String) {
    func with<R>(_ text: String?, _ body: (UnsafeRawBufferPointer?) -> R) -> R {
      guard let text else { return body(nil) }
      return Array(text.utf8).withUnsafeBytes { body($0) }
    }
    var out = ByteBuffer()
    with(query) { query in
      with(authorization) { authorization in
        with(origin) { origin in
          connection.respond(
            query: query ?? UnsafeRawBufferPointer(start: nil, count: 0), authorization: authorization, origin: origin,
            keepAlive: true, out: &out)
        }
      }
    }
    let text = String(buffer: out)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  @Test func placeAndCopyAnswerAlike() async throws {
    let fixture = try DashboardFixture()
    try await fixture.fill()
    let token = DecideConnectionTests.service(fixture, isOpen: false).keys.token(
      customer: "c3", expiresAt: DashboardFixture.now.adding(60_000))
    let subjects = [
      "customer=c0", "customer=c1", "customer=lonely", "customer=nobody", "customer=%63%31",
      "customer=c%31&customer=c2",
      "customer=gid://shopify/Customer/7", "customer=gid%3A%2F%2Fx%2F7%3Fa", "customer=g7",
      "customer=gid://x/7a", "customer=gid://", "customer=gid://x/", "customer=gid:///9", "customer=gid://12?a/3",
      "anonymous=gid://x/1", "token=\(token)&customer=c1", "token=\(token)x", "token=tct1.AAAA", "token=tct1.",
      "token=", "customer=caf%C3%A9", "customer=%ff",
      "customer=%0a", "customer=", "customer", "customer=a+b", "customer=\(String(repeating: "x", count: 300))",
      "anonymous=v1", "anonymous=v1&customer=c1", "anonymous=", "customer=%zz&anonymous=v", "token=\(token)",
      "token=nonsense&customer=c1", "", "&&=&x=y",
    ]
    let placements = [
      "placement=home_hero", "placement=email", "placement=home_her", "placement=", "", "placement=%68ome_hero",
    ]
    let authorizations: [String?] = [
      nil, "Bearer tsk_secret", "bearer tsk_secret", "Bearer tpk_public", "Bearer wrong", "Basic x", "Bearer",
      "Bearer tak_admin",
    ]
    for isOpen in [false, true] {
      let service = DecideConnectionTests.service(fixture, isOpen: isOpen)
      let connection: any ConnectionResponder = DecideConnection(service)
      for subject in subjects {
        for placement in placements {
          for authorization in authorizations {
            let query = "\(subject)&\(placement)"
            let (head, body) = DecideConnectionTests.respond(connection, query, authorization)
            let (status, wanted) = service.answer(
              query: Array(query.utf8), authorization: authorization.map { Array($0.utf8) })
            #expect(body == String(decoding: wanted, as: UTF8.self), "\(query) \(authorization ?? "-")")
            #expect(head.hasPrefix("HTTP/1.1 " + String(describing: status)))
            #expect(head.contains("\r\nContent-Length: \(body.utf8.count)\r\nDate: "))
          }
        }
      }
      for key in ["tsk_secret", "tpk_public", "x"] {
        let query = "key=\(key)&customer=c1&placement=home_hero"
        let body = DecideConnectionTests.respond(connection, query, nil).body
        #expect(body == String(decoding: service.answer(query: Array(query.utf8), authorization: nil).1, as: UTF8.self))
      }
      let shop = DecideConnectionTests.respond(connection, "customer=c1", nil, origin: "https://shop.example").head
      #expect(shop.contains("Access-Control-Allow-Origin: https://shop.example"))
      let other = DecideConnectionTests.respond(connection, "customer=c1", nil, origin: "https://other.example").head
      #expect(!other.contains("Access-Control"))
    }
  }

  @Test func batchesAnswerLikeOneByOne() async throws {
    let fixture = try DashboardFixture()
    try await fixture.fill()
    let service = DecideConnectionTests.service(fixture, isOpen: false)
    func customer(_ i: Int) -> String { i % 5 == 1 ? "gid://shopify/Customer/\(i)" : i % 5 == 2 ? "g\(i)" : "c\(i)" }
    for (caller, key) in [(Caller.secret, "tsk_secret"), (.publishable, "tpk_public")] {
      let items = (0..<60).map { i in
        i % 5 == 0
          ? " { \"anonymous\" : \"v\(i)\", \"placement\":\"email\" }"
          : "{\"placement\":\"home_hero\",\"customer\":\"\(customer(i))\"}"
      }
      let body = "{\"requests\" : [\(items.joined(separator: ","))]}\n"
      let batch = try #require(service.batch(Array(body.utf8), caller))
      let wanted = (0..<60).map { i in
        let query = i % 5 == 0 ? "anonymous=v\(i)&placement=email" : "customer=\(customer(i))&placement=home_hero"
        let answer = service.answer(query: Array(query.utf8), authorization: Array("Bearer \(key)".utf8))
        return String(decoding: answer.1, as: UTF8.self)
      }
      #expect(String(buffer: batch) == "{\"decisions\":[\(wanted.joined(separator: ","))]}")
    }
    #expect(
      service.batch(Array("{\"requests\":[]}".utf8), .secret).map { String(buffer: $0) }
        == "{\"decisions\":[]}")
    // What is not usual is left to those who look closely.
    for odd in [
      "", "{}", "[]", "{\"requests\":[{}]}", "{\"requests\":[{\"customer\":\"c1\"}]}",
      "{\"requests\":[{\"customer\":7,\"placement\":\"email\"}]}",
      "{\"requests\":[{\"customer\":\"c\\u0031\",\"placement\":\"email\"}]}",
      "{\"requests\":[{\"customer\":\"c1\",\"placement\":\"e\"}]}",
      "{\"requests\":[]} x", "{\"requests\":[],\"x\":1}",
      "{\"requests\":[{\"customer\":\"c1\",\"anonymous\":\"v\",\"placement\":\"email\"}]}",
      "{\"requests\":[{\"customer\":\"\",\"placement\":\"email\"}]}",
    ] { #expect(service.batch(Array(odd.utf8), .secret) == nil, "\(odd)") }
  }
}
