package import TesseraModel

/// A single answer of `decide`, for whoever does not ask for many.
package struct Decider: Sendable {
  let serving: Serving
  let now: Instant

  package init(_ serving: Serving, now: Instant) { (self.serving, self.now) = (serving, now) }

  /// Appends the answer as a JSON object.
  package func answer(_ subject: DecideSubject, placement name: String, to out: inout [UInt8]) throws(DecideError) {
    var session = DecideSession(serving)
    var writer = ByteWriter()
    let placement = Array(name.utf8)
    let isKnown = subject.id.withUnsafeBytes { id in
      placement.withUnsafeBytes { session.answer(subject.kind, id: id, placement: $0, now: now, to: &writer) }
    }
    guard isKnown else { throw serving.inForce.policy.unknownPlacement(name) }
    out += writer.bytes
  }
}
