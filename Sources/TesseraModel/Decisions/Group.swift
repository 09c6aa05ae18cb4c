/// The measurement group of a subject: the same person stays in the same group.
package enum Group: String, Sendable, CaseIterable {
  case decisioned, random
  case businessAsUsual = "business_as_usual"
  case holdout

  /// The number in receipts.
  package var number: UInt8 {
    switch self {
    case .decisioned: 0
    case .random: 1
    case .businessAsUsual: 2
    case .holdout: 3
    }
  }

  package init?(number: UInt8) {
    guard number < 4 else { return nil }
    self = Group.allCases[Int(number)]
  }

  /// The group that a hash falls into.
  package init(hash: UInt64, shares: GroupShares) {
    let point = ((hash >> 32) * 100) >> 32  // Swift's >> binds tighter than *
    var edge = 0
    for group in Group.allCases {
      edge += shares.share(of: group)
      if point < UInt64(edge) {
        self = group
        return
      }
    }
    self = .holdout
  }
}

/// The four independent keys of a store: made once at random, and part of what is recorded.
package struct StoreKeys: Sendable, Equatable {
  package let group: SipHash
  package let agent: SipHash
  package let draw: SipHash
  /// Authenticates receipts, 32 bytes.
  package let receipt: [UInt8]

  package static let byteCount = 16 + 16 + 16 + 32

  /// - Parameter bytes: 80 random bytes.
  package init(bytes: [UInt8]) {
    precondition(bytes.count == StoreKeys.byteCount, "a store's keys have \(StoreKeys.byteCount) bytes")
    group = SipHash(key: Array(bytes[0..<16]))
    agent = SipHash(key: Array(bytes[16..<32]))
    draw = SipHash(key: Array(bytes[32..<48]))
    receipt = Array(bytes[48...])
  }
}
