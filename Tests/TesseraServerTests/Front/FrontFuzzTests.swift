import Testing

@testable import TesseraServer

/// Nothing that the framer lets through may be refused by the parser behind it.
@Suite(.timeLimit(.minutes(1)))
struct FrontFuzzTests {
  @Test func acceptedStreamsSatisfyTheParserBehind() async throws {
    var random = Seeded(state: 99)
    var streams: [(bytes: [UInt8], requests: [Framed.Request])] = []
    for round in 0..<3_000 {
      if round % 64 == 0 { await Task.yield() }
      let stream = Mutator.mutate(Mutator.seeds[round % Mutator.seeds.count], using: &random)
      let framed = frame(stream)
      guard framed.rejection == nil, !framed.requests.isEmpty, framed.requests.last?.end == stream.count else {
        continue
      }
      streams.append((stream, framed.requests))
    }
    #expect(streams.count > 1000)
    let batches = streams
    try await withLoopbackServer { port in
      var next = 0
      while next < batches.count {
        // A connection carries streams until one of their requests ends it.
        next = try await LoopbackClient.connect(port) { [next] client in
          var index = next
          while index < batches.count {
            let (bytes, requests) = batches[index]
            index += 1
            try await client.send(bytes)
            for request in requests {
              let text = String(decoding: request.bytes, as: UTF8.self)
              var response = try await client.response(hasBody: !text.hasPrefix("HEAD"))
              if response.status == 100 { response = try await client.response() }
              #expect(response.status != 400, "\(text.debugDescription)")
              if response.headers["connection"] == "close" {
                #expect(!request.keepsAlive, "\(text.debugDescription)")
                return index
              }
              #expect(request.keepsAlive, "\(text.debugDescription)")
            }
          }
          return index
        }
      }
    }
  }
}

extension Framed.Request {
  fileprivate var keepsAlive: Bool {
    switch kind {
    case .decide(_, _, _, let keepAlive): keepAlive
    case .forward(let keepAlive, _): keepAlive
    }
  }
}
