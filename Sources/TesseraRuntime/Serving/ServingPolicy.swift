import Liquid
import TesseraModel

/// What the hot path must know of a policy, beside the book that was decided under it.
final class ServingPolicy: Sendable {
  /// A placement as requests name it.
  final class Place: Sendable {
    let name: [UInt8]
    let code: UInt32
    /// The bit of the message channel in a row; nil on site.
    let channelBit: UInt8?
    /// What business as usual shows where no book says more.
    let usual: ServingBook.Arm?
    /// `,"placement":…,"segment":null`
    let unplaced: [UInt8]

    init(_ placement: PlacementPolicy, usual: ServingBook.Arm?) {
      (name, code, self.usual) = (Array(placement.id.utf8), placement.code, usual)
      let channel = placement.messageChannel.flatMap { MessageChannel.allCases.firstIndex(of: $0) }
      channelBit = channel.map { UInt8(1) << UInt8($0) }
      let bytes = JSONWriter.bytes(["placement": .string(placement.id), "segment": .null])
      unplaced = [UInt8(ascii: ",")] + bytes.dropFirst().dropLast()
    }
  }

  let groups: GroupShares
  /// The percentage of people for whom agents have a say; 0 when they are off.
  let agentShare: Int
  let bookAgeMaxMilliseconds: Int64
  let offers: [Offer]
  let compiler: ContentCompiler
  /// In the order of the policy's placements.
  let places: [Place]

  init(_ policy: Policy) {
    groups = policy.groups
    agentShare = policy.agent.enabled ? policy.agent.share : 0
    bookAgeMaxMilliseconds = Int64(policy.guardrails.bookAgeMaxHours) * Instant.hour
    offers = policy.offers
    let compiler = ContentCompiler(policy: policy)
    self.compiler = compiler
    places = policy.placements.map { placement in
      let usual = placement.businessAsUsual.flatMap { policy.creative($0) }.map { creative in
        ServingBookBuilder.usual(
          creative, placement,
          compiler.program(
            compiler.parsed(creative), segment: [:], relaxed: [], offer: .null, product: .null))
      }
      return Place(placement, usual: usual)
    }
  }

  /// The place of a placement's name in the policy.
  func place(named name: UnsafeRawBufferPointer) -> Int? {
    places.firstIndex { place in place.name.withUnsafeBytes { RowFields.areEqual($0, name) } }
  }

  /// Says what placements there are that have nearly this name.
  func unknownPlacement(_ name: String) -> DecideError {
    .unknownPlacement(
      name, nearest: NearestName.nearest(to: name, among: places.map { String(decoding: $0.name, as: UTF8.self) }))
  }
}
