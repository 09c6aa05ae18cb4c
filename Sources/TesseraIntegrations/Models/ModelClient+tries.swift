import Synchronization
import TesseraAgents
import TesseraModel

extension ModelClient {
  /// Reads an answer of a status of 2xx.
  typealias Reader<T> = @Sendable (ModelTransport.Answer) throws(ModelFailure) -> T

  /// Sends a request, again where that helps, until it is answered, refused for good, late or cancelled.
  func perform<T: Sendable>(
    _ call: ModelCallPlan, deadline: ContinuousClock.Instant, record: CallRecord, read: @escaping Reader<T>
  ) async -> Result<T, ModelFailure> {
    guard call.body.count <= call.requestBytesMax else {
      return .failure(ModelFailure(.tooLarge, "the request has \(call.body.count) bytes"))
    }
    let end = min(deadline, clock.instant() + settings.callTime)
    guard clock.instant() < end else { return .failure(ModelFailure(.timeout, "the deadline had passed before")) }
    return await withTaskGroup(of: Result<T, ModelFailure>?.self) { group in
      group.addTask { await tries(call, end: end, record: record, read: read) }
      group.addTask {
        await clock.wait(until: end)
        return nil
      }
      var result: Result<T, ModelFailure>?
      // the first to end stops the other; both are heard, because an answer may come in the very last moment
      for await ended in group {
        result = result ?? ended
        group.cancelAll()
      }
      guard case .failure(let failure)? = result, failure.kind == .cancelled, !Task.isCancelled else {
        return result ?? .failure(ModelFailure(.cancelled, "the call was cancelled"))
      }
      let attempts = record.state.withLock { $0.attempts }
      return .failure(ModelFailure(.timeout, "no answer by the deadline, after \(attempts) tries"))
    }
  }

  private func tries<T: Sendable>(
    _ call: ModelCallPlan, end: ContinuousClock.Instant, record: CallRecord, read: Reader<T>
  ) async -> Result<T, ModelFailure> {
    var last: ModelFailure?
    for number in 1...max(1, settings.retries.triesMax) {
      let ticket: ProviderGate.Ticket
      do throws(ModelFailure) {
        ticket = try await gate.enter(clock)
      } catch {
        // what the provider said tells more than that nobody asks it any more
        return .failure(error.kind == .breakerOpen ? last ?? error : error)
      }
      let (result, headers) = await attempt(call, ticket: ticket, end: end, record: record, read: read)
      guard case .failure(let failure) = result else { return result }
      last = failure
      let delay = settings.retries.delay(
        after: number, failure, headers: headers, at: clock.wall(), isRepeatable: call.isRepeatable, unit: jitter())
      guard let delay, clock.instant() + delay < end else { return result }
      guard await clock.pause(for: delay) else { return .failure(ModelFailure(.cancelled, "the call was cancelled")) }
    }
    return .failure(last ?? ModelFailure(.cancelled, "no try is allowed"))
  }

  /// One try, from its place at the gate to giving it back.
  private func attempt<T: Sendable>(
    _ call: ModelCallPlan, ticket: ProviderGate.Ticket, end: ContinuousClock.Instant, record: CallRecord,
    read: Reader<T>
  ) async -> (Result<T, ModelFailure>, ModelHeaders) {
    let start = clock.instant()
    record.state.withLock { state in
      state.attempts += 1
      state.response = []
    }
    do throws(ModelFailure) {
      let answer = try await sent(call)
      record.state.withLock { $0.response = answer.bytes }
      let result: Result<T, ModelFailure>
      do throws(ModelFailure) {
        guard (200..<300).contains(answer.status) else {
          throw settings.dialect.failure(status: answer.status, headers: answer.headers, body: answer.bytes)
        }
        result = .success(try read(answer))
      } catch {
        result = .failure(error)
      }
      gate.leave(ticket, ModelClient.outcome(result), headers: answer.headers, clock: clock)
      return (result, answer.headers)
    } catch {
      let isLate = clock.instant() >= end && clock.instant() - start >= ModelClient.lateAfter
      let outcome: ProviderGate.Outcome =
        error.kind != .cancelled ? .failed(error.kind) : isLate ? .late : .abandoned
      gate.leave(ticket, outcome, headers: nil, clock: clock)
      return (.failure(error), ModelHeaders())
    }
  }

  private func sent(_ call: ModelCallPlan) async throws(ModelFailure) -> ModelTransport.Answer {
    let answer = try await transport.send(
      ModelTransport.Question(
        method: call.method, url: settings.baseURL + call.path,
        headers: settings.dialect.headers(key: settings.key.secret) + settings.extraHeaders, body: call.body,
        bytesMax: call.replyBytesMax))
    guard !(200..<300).contains(answer.status) else { return answer }
    return ModelTransport.Answer(
      status: answer.status, headers: answer.headers, bytes: settings.masking(answer.bytes))
  }

  private static func outcome<T>(_ result: Result<T, ModelFailure>) -> ProviderGate.Outcome {
    switch result {
    case .failure(let failure): .failed(failure.kind)
    case .success(let value):
      if case .refused = (value as? ModelReply)?.stop {
        .answered(isRefused: true)
      } else {
        .answered(isRefused: false)
      }
    }
  }
}
