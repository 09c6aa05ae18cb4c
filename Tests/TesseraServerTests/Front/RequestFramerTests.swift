import Testing

@testable import TesseraServer

/// The table of heads that are good or bad, and the cuts that must not matter.
struct RequestFramerTests {
  static let good: [String] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a?b=c&d=%20{}|\"<> HTTP/1.1\r\nHOST: [::1]:80\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a\r\nX: \t b\t c \t\r\nEmpty:\r\nLatin: \u{e9}\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n000\r\nTrailer: x\r\nOther:\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\nx",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, keep-alive\r\nUpgrade: h2c\r\n\r\n",
    "OPTIONS /v1/decide HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://a.b:80/c?d=http://e HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET HTTPS://[::1]:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST hTTp://a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
  ]

  @Test(arguments: good)
  func acceptsOneRequest(_ text: String) {
    let framed = frame(text)
    #expect(framed.rejection == nil)
    #expect(framed.requests.count == 1)
    #expect(framed.requests.first?.end == text.utf8.count)
  }

  static let bad: [(String, Int)] = [
    ("\u{16}\u{3}\u{1}", 400), ("\n", 400), ("\r\r", 400), ("\r\n\r\n\r\n", 400), (" GET", 400),
    ("GET  / HTTP/1.1\r\n", 400), ("GET a HTTP/1.1\r\n", 400), ("GET http:/a/ HTTP/1.1\r\n", 400),
    ("GET http:///a HTTP/1.1\r\n", 400), ("GET http:// HTTP/1.1\r\n", 400), ("GET httpss://a/ HTTP/1.1\r\n", 400),
    ("GET ftp://a/ HTTP/1.1\r\n", 400), ("GET http://u@a/ HTTP/1.1\r\n", 400), ("GET http://a# HTTP/1.1\r\n", 400),
    ("GET http\u{1a}//a/ HTTP/1.1\r\n", 400), ("GET http://a/\u{1} HTTP/1.1\r\n", 400),
    ("GET http://a/ HTTP/1.1\r\n\r\n", 400), ("GET http://a/ HTTP/1.1\r\nHost: b/c\r\n", 400),
    ("GET http://\(String(repeating: "a", count: 8192)) HTTP/1.1\r\n", 414),
    ("OPTIONS * HTTP/1.1\r\n", 400), ("GET /\r\n", 400), ("GET /a b HTTP/1.1\r\n", 400),
    ("GET /\u{e9} HTTP/1.1\r\n", 400), ("GET /\u{1} HTTP/1.1\r\n", 400), ("GET /# HTTP/1.1\r\n", 400),
    ("GET / HTTP/1.1\n", 400), ("GET / HTTP/1.1 \r\n", 400), ("GET / http/1.1\r\n", 400),
    ("GET / HTTP/2.0\r\n", 505), ("GET / HTTP/1.2\r\n", 505), ("GET / HTTP/0.9\r\n", 505),
    ("BREW / HTTP/1.1\r\n", 501), ("get / HTTP/1.1\r\n", 501), ("CONNECT a:1 HTTP/1.1\r\n", 405),
    ("GET / HTTP/1.1\r\nHost : a\r\n", 400), ("GET / HTTP/1.1\r\n: a\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n", 400),
    ("GET / HTTP/1.1\r\nX: a\rb\r\n", 400), ("GET / HTTP/1.1\r\nX: a\0b\r\n", 400),
    ("GET / HTTP/1.1\r\nX: \u{7f}\r\n", 400), ("GET / HTTP/1.1\r\nX\r\n", 400),
    ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
    ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a/b\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a b\r\n", 400), ("GET / HTTP/1.1\r\nHost: u@a\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: 1\t\r\n", 400), ("GET / HTTP/1.1\r\nConnection:\tclose\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\t\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length: +1\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n", 400),
    ("POST / HTTP/1.1\r\nContent-Length:\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: 0x1\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8388609\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n", 501),
    ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    ("POST / HTTP/1.1\r\nTransfer-Encoding:\r\n", 501), ("POST / HTTP/1.1\r\nTransfer-Encoding: \u{b}chunked\r\n", 400),
    ("POST / HTTP/1.1\r\nExpect: 200-ok\r\n", 417), ("GET / HTTP/1.1\r\nConnection: a b\r\n", 400),
    ("GET / HTTP/1.1\r\nConnection: close;x\r\n", 400),
    ("GET / HTTP/1.1\r\nAuthorization: a\r\nAuthorization: b\r\n", 400),
    ("GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\n", 414),
    ("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 101), 431),
    ("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 32768))\r\n", 431),
    (String(repeating: "A", count: 40), 501),
  ]

  @Test(arguments: bad)
  func refusesBadHead(_ text: String, _ status: Int) {
    #expect(frame(text).rejection?.status == status)
    #expect(frame(text).requests.isEmpty)
  }

  @Test func limitsAreInclusive() {
    let target = "GET /\(String(repeating: "a", count: 8191)) HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(frame(target).requests.count == 1)
    let many = "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 99) + "\r\n"
    #expect(frame(many).requests.count == 1)
    let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
    let full = start + String(repeating: "x", count: 32768 - start.utf8.count - 4) + "\r\n\r\n"
    #expect(frame(full).requests.first?.end == 32768)
    #expect(frame(start + "x" + full.dropFirst(start.count)).rejection?.status == 431)
    #expect(frame("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8388608\r\n\r\n").rejection == nil)
  }

  static let badChunks: [(String, Int)] = [
    ("\r\n", 400), ("g\r\n", 400), ("-1\r\n", 400), ("0x1\r\n", 400), (" 1\r\n", 400), ("1 \r\n", 400), ("1\n", 400),
    ("1\r\r", 400), ("1\r\nab", 400), ("1\r\na\n", 400), ("1\r\na\rb", 400), ("00000000000000001\r\n", 400),
    ("ffffffffffffffff\r\n", 413), ("800001\r\n", 413), ("1\r\na\r\n800000\r\n", 413), ("1;a\nb\r\n", 400),
    ("1;\(String(repeating: "a", count: 17000))", 400), ("0\r\n\n", 400), ("0\r\n\rx", 400), ("0\r\nA\r\n", 400),
    ("0\r\n: a\r\n", 400), ("0\r\nA: \0\r\n", 400), ("0\r\nA: b\r\n c\r\n", 400), ("1;\r\r\n", 400),
    ("0\r\nA: \(String(repeating: "a", count: 9000))\r\n", 431),
    ("0\r\n" + String(repeating: "A:b\r\n", count: 101), 431),
  ]

  @Test(arguments: badChunks)
  func refusesBadChunks(_ body: String, _ status: Int) {
    let text = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    #expect(frame(text).rejection?.status == status)
    #expect(frame(text).requests.first?.end == nil)
  }

  @Test func dropsExtensionsTrailersAndUpgrade() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n"
    let framed = frame(
      head + "Upgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0;c\r\nT: x\r\nU: y\r\n\r\n")
    let expected = head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    #expect(framed.requests.map { String(decoding: $0.bytes, as: UTF8.self) } == [expected])
  }

  @Test func absoluteFormIsTakenAsThePathThatItNames() {
    func passed(_ target: String) -> String? {
      let framed = frame("POST \(target) HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nX: y\r\n\r\n")
      #expect(framed.rejection == nil)
      let text = framed.requests.first.map { String(decoding: $0.bytes, as: UTF8.self) }
      #expect(text?.hasSuffix(" HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n") == true)
      return text.map { String($0.dropFirst("POST ".count).prefix { $0 != " " }) }
    }
    #expect(passed("http://shop/a/b?c=d") == "/a/b?c=d")
    #expect(passed("HTTPS://shop:8080//a?b?c") == "//a?b?c")
    #expect(passed("http://shop/") == "/")
    #expect(passed("http://shop") == "/")
    #expect(passed("https://[::1]?a=/b") == "/?a=/b")
    let longest = "http://a/" + String(repeating: "b", count: 8192 - 9)
    #expect(passed(longest) == String(longest.dropFirst(8)))
  }

  @Test func decideIsOnlyTheExactPathWithoutBody() {
    func kind(_ line: String, _ headers: String = "") -> Framed.Kind? {
      frame("\(line)\r\nHost: a\r\n\(headers)\r\n").requests.first?.kind
    }
    func decide(_ query: String, keepAlive: Bool = true) -> Framed.Kind {
      .decide(query: query, authorization: nil, origin: nil, keepAlive: keepAlive)
    }
    #expect(kind("GET /v1/decide HTTP/1.1") == decide(""))
    #expect(kind("GET /v1/decide? HTTP/1.1") == decide(""))
    #expect(kind("GET /v1/decide?a=b?c HTTP/1.1", "Content-Length: 0\r\n") == decide("a=b?c"))
    #expect(kind("GET /v1/decide?a HTTP/1.1", "Connection: x , Close\r\n") == decide("a", keepAlive: false))
    #expect(kind("GET Http://shop:80/v1/decide?a=b HTTP/1.1") == decide("a=b"))
    #expect(kind("GET https://shop/v1/decide HTTP/1.1") == decide(""))
    #expect(kind("GET /v1/decide?a HTTP/1.0", "Connection: keep-alive\r\n") == decide("a", keepAlive: false))
    #expect(
      kind("GET /v1/decide?a HTTP/1.1", "authorization:  Bearer x \r\nORIGIN: https://b\r\n")
        == .decide(query: "a", authorization: "Bearer x", origin: "https://b", keepAlive: true))
    let forward = Framed.Kind.forward(keepAlive: true, expectsContinue: false)
    for line in [
      "HEAD /v1/decide HTTP/1.1", "GET /v1/decide/ HTTP/1.1", "GET /v1/decid HTTP/1.1", "GET /v1/decides HTTP/1.1",
      "GET http://shop?/v1/decide HTTP/1.1", "GET http://v1/decide HTTP/1.1",
      "GET /V1/decide HTTP/1.1", "GET /v1/%64ecide HTTP/1.1", "POST /v1/decide HTTP/1.1", "GET //v1/decide HTTP/1.1",
    ] {
      #expect(kind(line) == forward)
    }
    #expect(kind("GET /v1/decide HTTP/1.1", "Content-Length: 1\r\n") == forward)
    #expect(kind("GET /v1/decide HTTP/1.1", "Transfer-Encoding: chunked\r\n") == forward)
  }
}
