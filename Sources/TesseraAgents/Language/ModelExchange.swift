/// The record of one question and its answer, for the audit and for replay.
package struct ModelExchange: Sendable {
  /// What was sent; without headers, so without the key.
  package let requestBytes: [UInt8]
  /// What came back at the last try; empty when nothing did.
  package let responseBytes: [UInt8]
  /// How often it was sent; 0 when it was not.
  package let attempts: Int
  package let result: Result<ModelReply, ModelFailure>
  /// From the call to its end, waiting and tries included.
  package let latency: Duration

  package init(
    requestBytes: [UInt8], responseBytes: [UInt8], attempts: Int, result: Result<ModelReply, ModelFailure>,
    latency: Duration
  ) {
    (self.requestBytes, self.responseBytes, self.attempts) = (requestBytes, responseBytes, attempts)
    (self.result, self.latency) = (result, latency)
  }
}
