/// Who asks for a decision, as far as the request may say so.
package enum DecideSubject: Sendable {
  /// A customer vouched for by a secret key or a signed token.
  case customer([UInt8])
  /// A visitor named by a server that may see whom they belong to.
  case anonymous([UInt8])
  /// A visitor named by a browser: only what this browser sent may be filled in.
  case browser([UInt8])
  /// A customer id from a browser without proof: the same default answer whoever it names.
  case unproven([UInt8])

  /// The same without the id.
  package enum Kind: Sendable {
    case customer, anonymous, browser, unproven
  }

  package var kind: Kind {
    switch self {
    case .customer: .customer
    case .anonymous: .anonymous
    case .browser: .browser
    case .unproven: .unproven
    }
  }

  package var id: [UInt8] {
    switch self {
    case .customer(let id), .anonymous(let id), .browser(let id), .unproven(let id): id
    }
  }
}

/// Why a decision cannot be asked for in this way.
package enum DecideError: Error, Sendable, Equatable {
  case unknownPlacement(String, nearest: [String])
}
