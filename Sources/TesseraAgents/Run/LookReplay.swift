package import TesseraModel

/// Goes through a kept look again: what came back then, through today's parser, conversation and validator. No model is
/// asked and no store: answers and tool results are those of the record.
package struct LookReplay: Sendable {
  private let record: AgentRunRecord
  private let briefs: [SegmentBrief]
  private let blobs: [String: [UInt8]]
  private let copy: CopyCheck

  /// Why a look cannot be gone through again.
  package enum Obstacle: Error, Sendable, Equatable {
    /// Its bytes, or some of them, are no longer there, or are not what their name says.
    case bytesMissing
    /// It speaks of a segment that the cycle's book does not have.
    case segmentUnknown(String)
  }

  /// - Parameters:
  ///   - segment: one of the cycle's by its id.
  ///   - table: the arms of the cycle's policy.
  ///   - blobs: bytes by their hash, those that the record names among them.
  package init(
    _ record: AgentRunRecord, segment: (String) -> Segment?, table: ArmTable, blobs: [String: [UInt8]], copy: CopyCheck
  ) throws(Obstacle) {
    for hash in record.hashes {
      guard let bytes = blobs[hash], ContentHash.of(bytes) == hash else { throw .bytesMissing }
    }
    var briefs: [SegmentBrief] = []
    for looked in record.segments {
      guard let segment = segment(looked.segment) else { throw .segmentUnknown(looked.segment) }
      guard let bytes = blobs[looked.digest], let json = try? JSONParser.parse(bytes),
        let digest = SegmentDigest(json: json, segment: segment)
      else { throw .bytesMissing }
      briefs.append(SegmentBrief(digest: digest, table: table, at: record.at, cycle: record.cycle))
    }
    (self.record, self.briefs, self.blobs, self.copy) = (record, briefs, blobs, copy)
  }

  /// What differs from the record, in words; empty when all is as it was.
  package func differences() -> [String] {
    var found: [String] = []
    let accepted = record.exchanges.isEmpty ? byRules(&found) : byModel(&found)
    for (then, now) in zip(record.segments.map(\.accepted), accepted) where !LookReplay.isSame(then, now) {
      found.append("\(then.segment): \(LookReplay.difference(then, now))")
    }
    return found
  }

  /// A conversation that begins as the recorded one did, to ask again.
  package var conversation: AgentConversation {
    AgentConversation(briefs, shop: text(record.shop), hasTools: record.hasTools)
  }

  /// The recorded answer of a tool to the same question; an error for another question, which only the store of then
  /// could answer.
  package func recorded(_ name: String, _ arguments: JSONValue, _ number: Int) -> ToolExchange {
    let same = record.tools.first { $0.tool == name && $0.arguments == arguments }
    let answer =
      same?.answer
      ?? ToolAnswer(rows: [], asOf: record.at, failure: "this was not asked then, and cannot be answered afterwards")
    return ToolExchange(tool: name, arguments: arguments, answer: answer, number: number)
  }

  private func byRules(_ found: inout [String]) -> [AcceptedAnswer] {
    briefs.map { brief in
      let (answer, exchanges) = RuleAnalyst().look(brief) { name, arguments, number in
        recorded(name, arguments, number)
      }
      if exchanges != record.tools { found.append("\(brief.segment.id): the rules ask otherwise") }
      return AnswerValidator(brief, exchanges: exchanges, copy: copy).validate(answer)
    }
  }

  private func byModel(_ found: inout [String]) -> [AcceptedAnswer] {
    var conversation = conversation
    for (i, exchange) in record.exchanges.enumerated() {
      guard case .asking = conversation.state else {
        found.append("it ends after \(i) of \(record.exchanges.count) answers")
        break
      }
      conversation.take(reply(exchange), call: recorded)
    }
    if case .asking = conversation.state {
      // Then it was the deadline or the budget that ended it.
      conversation.take(.failure(ModelFailure(.cancelled, "the record ends here")), call: recorded)
    }
    if conversation.exchanges != record.tools { found.append("the tools are asked otherwise") }
    return conversation.accepted(copy: copy)
  }

  private func reply(_ exchange: AgentRunRecord.Exchange) -> Result<ModelReply, ModelFailure> {
    if !exchange.failure.isEmpty { return .failure(ModelFailure(.server, exchange.failure)) }
    do throws(ModelFailure) {
      let dialect = ModelDialectName(rawValue: record.dialect) ?? .anthropic
      return .success(try dialect.dialect.reply(from: blobs[exchange.response] ?? [], headers: ModelHeaders()))
    } catch {
      return .failure(error)
    }
  }

  private func text(_ hash: String) -> String { String(decoding: blobs[hash] ?? [], as: UTF8.self) }

  /// The words in which a provider failed are not compared.
  private static func isSame(_ then: AcceptedAnswer, _ now: AcceptedAnswer) -> Bool {
    var (then, now) = (then, now)
    let noAnswer = { (refusal: Refusal) in refusal.code == .noAnswer ? Refusal(.noAnswer, "") : refusal }
    then.refusals = then.refusals.map(noAnswer)
    now.refusals = now.refusals.map(noAnswer)
    return JSONWriter.bytes(then.json) == JSONWriter.bytes(now.json)
  }

  private static func difference(_ then: AcceptedAnswer, _ now: AcceptedAnswer) -> String {
    let (was, refused) = (then.items.count + then.copies.count, then.refusals.map(\.code.rawValue))
    let (isNow, refusedNow) = (now.items.count + now.copies.count, now.refusals.map(\.code.rawValue))
    if was == isNow, refused == refusedNow { return "what was accepted reads otherwise today" }
    return "\(was) accepted and \(refused.count) refused then (\(refused.joined(separator: ", "))), "
      + "\(isNow) and \(refusedNow.count) today (\(refusedNow.joined(separator: ", ")))"
  }
}

/// How bytes that are kept are named.
package enum ContentHash {
  package static func of(_ bytes: [UInt8]) -> String { TextEncoding.hexadecimal(SHA256.hash(bytes).prefix(16)) }
}

extension AgentRunRecord {
  /// Names of all bytes that belong to it.
  package var hashes: Set<String> {
    var out = Set(exchanges.flatMap { $0.request + [$0.response] } + segments.map(\.digest))
    if !shop.isEmpty { out.insert(shop) }
    return out
  }
}
