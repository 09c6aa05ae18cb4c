import Testing

@testable import TesseraServer

/// Properties of the framer over cuts and over mutated streams.
struct RequestFramerPropertyTests {
  static let stream =
    "GET /v1/decide?session=1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer k\r\n\r\n"
    + "POST /v1/events HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"
    + "\r\nPUT /x HTTP/1.1\r\nHost: shop\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "5;ext=1\r\nworld\r\n0A\r\n0123456789\r\n0\r\nTrailer: t\r\nMore: m\r\n\r\n"
    + "GET http://shop/v1/decide?a HTTP/1.1\r\nHost: shop\r\n\r\nGET https://shop?b HTTP/1.1\r\nHost: shop\r\n\r\n"
    + "GET /v1/decide HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"

  @Test func everyCutYieldsTheSame() {
    let bytes = Array(Self.stream.utf8)
    let whole = frame(bytes)
    #expect(whole.rejection == nil)
    #expect(whole.requests.count == 6)
    #expect(whole.requests.allSatisfy { $0.end != nil })
    for cut in 0...bytes.count {
      #expect(frame(bytes, cuts: [cut]) == whole, "cut at \(cut)")
    }
    #expect(frame(bytes, cuts: Array(0..<bytes.count)) == whole)
    var random = Seeded(state: 7)
    for _ in 0..<500 {
      let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
      #expect(frame(bytes, cuts: cuts) == whole, "cuts at \(cuts)")
    }
  }

  @Test(arguments: RequestFramerTests.bad.map(\.0) + RequestFramerTests.badChunks.map(\.0))
  func everyCutOfABadStreamIsRefusedAlike(_ text: String) {
    let body = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    for stream in [Array(text.utf8), Array((body + text).utf8)] where stream.count < 400 {
      let whole = frame(stream).settled
      for cut in 0...stream.count {
        #expect(frame(stream, cuts: [cut]).settled == whole)
      }
    }
  }

  @Test func mutatedStreamsAgreeWithTheReference() async {
    var random = Seeded(state: 42)
    let seeds = Mutator.seeds
    var accepted = 0
    for round in 0..<40_000 {
      // Tests with deadlines run beside this one and must not be starved.
      if round % 64 == 0 { await Task.yield() }
      let stream = Mutator.mutate(seeds[round % seeds.count], using: &random)
      let framed = frame(stream)
      let ends = framed.requests.compactMap(\.end)
      accepted += ends.count
      let reference = ReferenceFraming.ends(of: stream, atMost: ends.count)
      guard ends == reference else {
        Issue.record("\(ends) is not \(reference) for \(String(decoding: stream, as: UTF8.self).debugDescription)")
        return
      }
      let cut = Int.random(in: 0...stream.count, using: &random)
      guard frame(stream, cuts: [cut]).settled == framed.settled else {
        Issue.record("cut \(cut) matters for \(String(decoding: stream, as: UTF8.self).debugDescription)")
        return
      }
    }
    // Too few acceptances would mean that the mutations test nothing but the first check.
    #expect(accepted > 20_000)
  }
}

/// Makes small damages to good streams.
enum Mutator {
  static let seeds: [[UInt8]] =
    RequestFramerTests.good.map { Array($0.utf8) } + [Array(RequestFramerPropertyTests.stream.utf8)]
  private static let pieces: [[UInt8]] = [
    "\r\n", "\r", "\n", "\0", " ", "\t", ":", ",", ";", "0", "1", "A", "-", "chunked", "close", "Connection: close\r\n",
    "Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n", "Upgrade: x\r\nConnection: upgrade\r\n", "?", "#", "/",
    "Host: b\r\n", "HTTP/1.0", "GET", "\u{80}", "\u{7f}", "Connection: keep-alive, ,\r\n", "X:\r\n", "0\r\n\r\n",
    "http://a",
  ].map { Array($0.utf8) }

  static func mutate(_ seed: [UInt8], using random: inout Seeded) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: index)
      case 2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 3: bytes.insert(contentsOf: seeds[Int.random(in: 0..<seeds.count, using: &random)], at: index)
      default: bytes.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)], at: index)
      }
    }
    return bytes
  }
}

/// Where requests end, found in the plainest way that works for requests which are known to be well formed.
enum ReferenceFraming {
  static func ends(of stream: [UInt8], atMost count: Int) -> [Int] {
    var ends: [Int] = []
    var start = 0
    while ends.count < count {
      while start < stream.count, stream[start] == 13 || stream[start] == 10 { start += 1 }
      guard let headEnd = find([13, 10, 13, 10], in: stream, from: start) else { break }
      let lines = String(decoding: stream[start..<headEnd], as: UTF8.self).lowercased().split(separator: "\r\n")
      func value(_ name: String) -> String? {
        guard let line = lines.dropFirst().first(where: { $0.hasPrefix(name + ":") }) else { return nil }
        return String(line.dropFirst(name.count + 1).filter { $0 != " " && $0 != "\t" })
      }
      start = headEnd + 4
      if value("transfer-encoding") == "chunked" {
        guard let end = chunkedEnd(stream, from: start) else { break }
        start = end
      } else {
        start += value("content-length").flatMap { Int($0) } ?? 0
      }
      ends.append(start)
    }
    return ends
  }

  private static func chunkedEnd(_ stream: [UInt8], from begin: Int) -> Int? {
    var start = begin
    while let end = find([13, 10], in: stream, from: start) {
      let line = String(decoding: stream[start..<end], as: UTF8.self)
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { return nil }
      start = end + 2
      if size == 0 { break }
      start += size + 2
    }
    while let end = find([13, 10], in: stream, from: start) {
      defer { start = end + 2 }
      if end == start { return end + 2 }
    }
    return nil
  }

  private static func find(_ pattern: [UInt8], in stream: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + pattern.count <= stream.count {
      if stream[index..<index + pattern.count].elementsEqual(pattern) { return index }
      index += 1
    }
    return nil
  }
}
