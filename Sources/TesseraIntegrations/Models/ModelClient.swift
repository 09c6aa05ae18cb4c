import Synchronization
package import TesseraAgents
import TesseraModel

/// A language model behind HTTP, in either dialect.
package struct ModelClient: LanguageModel {
  package let settings: ModelClientSettings
  /// Shared by all calls to this model.
  package let gate: ProviderGate
  let transport: ModelTransport
  let clock: any ModelClock
  /// A random number from 0 to 1.
  let jitter: @Sendable () -> Double

  /// A call that ran this long before its deadline came speaks against the provider; a shorter one only says that the
  /// caller had little time left.
  static let lateAfter = Duration.seconds(10)

  package init(
    _ settings: ModelClientSettings, transport: ModelTransport, gate: ProviderGate = ProviderGate(),
    clock: any ModelClock, jitter: @escaping @Sendable () -> Double
  ) {
    (self.settings, self.transport, self.gate) = (settings, transport, gate)
    (self.clock, self.jitter) = (clock, jitter)
  }

  package var name: String { settings.name }
  package var profile: ModelProfile { settings.profile }

  package func noteValidation(isAccepted: Bool) {
    gate.noteValidation(isAccepted: isAccepted, at: clock.instant())
  }

  /// Lets no more calls go and waits for those under way, at most until `deadline`; the rest ends with the transport.
  package func shutdown(deadline: ContinuousClock.Instant) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await gate.close() }
      group.addTask { await clock.wait(until: deadline) }
      await group.next()
      group.cancelAll()
    }
  }

  package func answer(_ request: ModelRequest, deadline: ContinuousClock.Instant) async -> ModelExchange {
    let start = clock.instant()
    let record = CallRecord()
    var bytes: [UInt8] = []
    let result: Result<ModelReply, ModelFailure>
    if !request.tools.isEmpty, !profile.hasTools {
      result = .failure(ModelFailure(.unsupported, "\(name) takes no tools at this endpoint"))
    } else {
      bytes = JSONWriter.bytes(settings.dialect.body(request, model: name, profile: profile))
      let dialect = settings.dialect
      let call = ModelCallPlan(path: dialect.path, body: bytes)
      result = await perform(call, deadline: deadline, record: record) { answer throws(ModelFailure) in
        try dialect.reply(from: answer.bytes, headers: answer.headers)
      }
    }
    let (attempts, response) = record.state.withLock { ($0.attempts, $0.response) }
    return ModelExchange(
      requestBytes: bytes, responseBytes: response, attempts: attempts, result: result,
      latency: clock.instant() - start)
  }
}

/// A request to be carried out with tries.
struct ModelCallPlan: Sendable {
  var method = ModelTransport.Method.post
  /// After the base URL.
  let path: String
  var body: [UInt8] = []
  var requestBytesMax = ModelClientSettings.requestBytesMax
  var replyBytesMax = ModelClientSettings.replyBytesMax
  /// Whether doing it twice does no harm.
  var isRepeatable = true
}

/// What happened so far, for whoever asks after the deadline has cut a call off.
final class CallRecord: Sendable {
  let state = Mutex<(attempts: Int, response: [UInt8])>((0, []))
}
