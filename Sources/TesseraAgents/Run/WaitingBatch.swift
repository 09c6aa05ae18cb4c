package import TesseraModel

/// Looks that were handed in for later at a lower price, and all that is needed to read their answers when they come.
package struct WaitingBatch: Sendable, Equatable {
  /// One look of it.
  package struct Look: Sendable, Equatable {
    /// A segment that is looked at.
    package struct Looked: Sendable, Equatable {
      package let segment: Segment
      package let gate: AgentGate.Verdict
      package let value: Double
      package let digest: [UInt8]
      /// What the gate will compare with.
      package let gateHash: String
      package let changes: [String]

      package init(
        segment: Segment, gate: AgentGate.Verdict, value: Double, digest: [UInt8], gateHash: String, changes: [String]
      ) {
        (self.segment, self.gate, self.value, self.digest) = (segment, gate, value, digest)
        (self.gateHash, self.changes) = (gateHash, changes)
      }
    }

    /// Of the run; also the question's name in the batch.
    package let id: String
    package let segments: [Looked]
    /// Billionths of a dollar and tokens set aside for it.
    package let reserved: AgentBudget.Amount

    package init(id: String, segments: [Looked], reserved: AgentBudget.Amount) {
      (self.id, self.segments, self.reserved) = (id, segments, reserved)
    }
  }

  /// The provider's name of it.
  package let id: String
  package let cycle: Int
  /// T of the cycle that handed it in: what is said then counts from then.
  package let at: Instant
  /// When it was handed in, by the clock on the wall: a provider gives up after a day.
  package let sentAt: Instant
  package let author: String
  /// `AgentContract.version`.
  package let contract: String
  /// The shop's table, as it was told.
  package let shop: String
  package let looks: [Look]

  package init(
    id: String, cycle: Int, at: Instant, sentAt: Instant, author: String, contract: String, shop: String, looks: [Look]
  ) {
    (self.id, self.cycle, self.at, self.sentAt, self.author) = (id, cycle, at, sentAt, author)
    (self.contract, self.shop, self.looks) = (contract, shop, looks)
  }

  /// Providers end a batch within a day; after this there is nothing to wait for.
  package static let waitedFor = 26 * Instant.hour

  package var segments: Set<String> { Set(looks.flatMap { $0.segments.map(\.segment.id) }) }

  package var json: JSONValue {
    [
      "id": .string(id), "cycle": .integer(cycle), "at": .instant(at), "sent_at": .instant(sentAt),
      "author": .string(author), "contract": .string(contract), "shop": .string(shop),
      "looks": .array(
        looks.map { look in
          [
            "id": .string(look.id), "money": .integer(Int(look.reserved.money)),
            "tokens": .integer(Int(look.reserved.tokens)),
            "segments": .array(
              look.segments.map { looked in
                [
                  "axes": .strings(looked.segment.axes), "values": looked.segment.canonicalJSON,
                  "gate": .string(looked.gate.rawValue),
                  "value": .double(looked.value), "digest": .string(String(decoding: looked.digest, as: UTF8.self)),
                  "gate_hash": .string(looked.gateHash), "changes": .strings(looked.changes),
                ]
              }),
          ]
        }),
    ]
  }

  package init?(json: JSONValue) {
    guard let id = json["id"]?.text, let cycle = json["cycle"]?.integer,
      let at = json["at"]?.text.flatMap({ try? Instant(parsing: $0) }),
      let sentAt = json["sent_at"]?.text.flatMap({ try? Instant(parsing: $0) })
    else { return nil }
    let looks = (json["looks"]?.elements ?? []).compactMap { look -> Look? in
      guard let id = look["id"]?.text else { return nil }
      let segments = (look["segments"]?.elements ?? []).compactMap { item -> Look.Looked? in
        guard let axes = item["axes"]?.elements?.compactMap(\.text),
          let values = item["values"]?.elements?.compactMap({ $0.text.flatMap(AxisValue.init(canonical:)) }),
          axes.count == values.count, let gate = item["gate"]?.text.flatMap(AgentGate.Verdict.init),
          let digest = item["digest"]?.text
        else { return nil }
        return Look.Looked(
          segment: Segment(axes: axes, values: values), gate: gate, value: item["value"]?.double ?? 0,
          digest: Array(digest.utf8), gateHash: item["gate_hash"]?.text ?? "",
          changes: (item["changes"]?.elements ?? []).compactMap(\.text))
      }
      let reserved = AgentBudget.Amount(
        money: Int64(look["money"]?.integer ?? 0), tokens: Int64(look["tokens"]?.integer ?? 0))
      return Look(id: id, segments: segments, reserved: reserved)
    }
    self.init(
      id: id, cycle: cycle, at: at, sentAt: sentAt, author: json["author"]?.text ?? "",
      contract: json["contract"]?.text ?? "", shop: json["shop"]?.text ?? "", looks: looks)
  }
}

/// Whether looks are cheaper in a batch: it costs half, but may not read from the cache what all requests begin with.
package enum BatchPrice {
  /// Tokens of an answer for a segment, roughly.
  private static let outputEach = 60

  /// - Parameters:
  ///   - shared: tokens of the prompt that are the same in all looks.
  ///   - own: those that are not.
  package static func pays(shared: Int, own: Int, segments: Int, hasCache: Bool, row: ModelPrices.Row) -> Bool {
    let output = segments * outputEach * row.output
    let now = shared * (hasCache ? row.cacheRead : row.input) + own * row.input + output
    let later = ((shared + own) * row.input + output) / 1_000_000 * row.batchShare
    return later < now
  }
}
