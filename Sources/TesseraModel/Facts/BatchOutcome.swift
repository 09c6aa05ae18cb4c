/// One item of a batch that was not accepted, and why.
package struct ItemError: Sendable, Equatable {
  /// Position in the batch, from 0.
  package let index: Int
  package let reason: String
  package init(index: Int, reason: String) { (self.index, self.reason) = (index, reason) }
}

/// What became of the items of a batch.
package struct BatchOutcome: Sendable, Equatable {
  package var accepted = 0
  package var duplicate = 0
  package var errors: [ItemError] = []
  package var rejected: Int { errors.count }

  package init(accepted: Int = 0, duplicate: Int = 0, errors: [ItemError] = []) {
    (self.accepted, self.duplicate, self.errors) = (accepted, duplicate, errors)
  }
}
