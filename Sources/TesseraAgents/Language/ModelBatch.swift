package import TesseraModel

/// How a batch of questions stands.
package struct ModelBatch: Sendable {
  /// Stages of a batch.
  package enum State: Sendable, Equatable {
    case running
    case cancelling
    case ended
    /// A stage of later date than this code.
    case other(String)
  }

  package let id: String
  package let state: State
  /// Questions by what became of them.
  package let counts: [String: Int]
  /// By the caller's identifiers; empty until the batch has ended. Only `succeeded` results cost anything.
  package var results: [String: Result<ModelReply, ModelFailure>]
  /// The answers' bytes by the same identifiers, for the record.
  package var bytes: [String: [UInt8]] = [:]
  /// Lines of the results that could not be read.
  package var unreadable: Int

  package init(
    id: String, state: State, counts: [String: Int] = [:], results: [String: Result<ModelReply, ModelFailure>] = [:],
    unreadable: Int = 0
  ) {
    (self.id, self.state, self.counts) = (id, state, counts)
    (self.results, self.unreadable) = (results, unreadable)
  }

  /// Questions in one batch at most: the vendor's bound.
  package static let itemsMax = 100_000

  /// Whether an identifier may name a question of a batch.
  package static func isIdentifier(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) || $0 == 95 || $0 == 45 }
  }
}

extension AnthropicDialect {
  /// The body that hands in a batch.
  package func batchBody(
    _ items: [(id: String, request: ModelRequest)], model: String, profile: ModelProfile
  ) -> JSONValue {
    let profile = profile.forBatch
    return [
      "requests": .array(
        items.map { item in
          ["custom_id": .string(item.id), "params": body(item.request, model: model, profile: profile)]
        })
    ]
  }

  /// Reads how a batch stands.
  package func batch(from bytes: [UInt8], headers: ModelHeaders) throws(ModelFailure) -> ModelBatch {
    guard let value = try? JSONParser.parse(bytes), let id = value["id"]?.text,
      let status = value["processing_status"]?.text
    else { throw ModelStatus.malformed("the answer is no batch", headers: headers) }
    let state: ModelBatch.State =
      switch status {
      case "in_progress": .running
      case "canceling": .cancelling
      case "ended": .ended
      default: .other(status)
      }
    let counts = (value["request_counts"]?.members).map { $0.map { ($0.name, ModelUsage.count($0.value)) } } ?? []
    return ModelBatch(id: id, state: state, counts: Dictionary(counts) { first, _ in first })
  }

  /// Reads results, one on each line and in any order, into a batch.
  package func take(results bytes: [UInt8], into batch: inout ModelBatch) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) where !line.allSatisfy({ $0 == 32 || $0 == 13 }) {
      guard let value = try? JSONParser.parse(bytes, in: line.startIndex..<line.endIndex),
        let id = value["custom_id"]?.text, let result = value["result"]
      else {
        batch.unreadable += 1
        continue
      }
      batch.results[id] = self.result(result)
      if let message = result["message"] { batch.bytes[id] = JSONWriter.bytes(message) }
    }
  }

  private func result(_ result: JSONValue) -> Result<ModelReply, ModelFailure> {
    switch result["type"]?.text {
    case "succeeded":
      do throws(ModelFailure) {
        return .success(try reply(result["message"] ?? .null, headers: ModelHeaders()))
      } catch {
        return .failure(error)
      }
    case "errored": return .failure(failure(result["error"] ?? .null, status: nil, headers: ModelHeaders()))
    case "canceled": return .failure(ModelFailure(.cancelled, "the batch was cancelled before this question's turn"))
    case "expired": return .failure(ModelFailure(.timeout, "the batch expired before this question's turn"))
    case let other: return .failure(ModelFailure(.malformed, "a result of the type \(other ?? "none")"))
    }
  }
}
