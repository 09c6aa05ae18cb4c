/// Follows the framing of a chunked body, so that the byte after it is known.
///
/// Chunk extensions and trailers are checked and then dropped: nothing behind the front reads them, and the parser
/// there need not be trusted with them.
struct ChunkedBody {
  private enum Phase {
    case size, sizeEnd, data, dataReturn, dataEnd, bodyReturn, bodyEnd
    case `extension`
    case trailerStart, trailerName, trailerValue, trailerEnd

    /// Whether the bytes that are read in this phase are kept from the application.
    var isDropped: Bool {
      switch self {
      case .extension, .trailerName, .trailerValue, .trailerEnd: true
      default: false
      }
    }
  }

  /// 16 hexadecimal digits fill 64 bits; more can only be padding.
  private static let longestSize = 16

  /// The bytes of content that have been announced so far.
  private(set) var announced = 0
  private var phase = Phase.size
  private var size = 0
  private var digits = 0
  private var extensionBytes = 0
  private var trailerBytes = 0
  private var trailers = 0
  private var nameBytes = 0

  /// Reads on until the bytes end, the body ends, or what is read changes between kept and dropped.
  mutating func advance(_ bytes: Span<UInt8>, limits: FramingLimits) -> RequestFramer.Step {
    var position = 0
    var dropping = phase.isDropped
    while position < bytes.count {
      if phase == .data {
        let taken = min(size, bytes.count - position)
        position += taken
        size -= taken
        if size == 0 { phase = .dataReturn }
        continue
      }
      if phase == .bodyEnd {
        guard bytes[position] == HTTPBytes.lineFeed else { return .reject(Self.malformed) }
        return .body(position + 1, endsRequest: true)
      }
      let before = phase
      if let refusal = read(bytes[position], limits) { return .reject(refusal) }
      // A phase that only looks at the byte leaves it for the phase that follows.
      let consumed =
        !(before == .size && phase == .extension) && !(before == .extension && phase == .sizeEnd)
        && before != .trailerStart
      if consumed { position += 1 }
      if phase.isDropped != dropping {
        if position > 0 { break }
        dropping = phase.isDropped
      }
    }
    if position == 0 { return .needMore }
    return dropping ? .skip(position) : .body(position, endsRequest: false)
  }

  private static let malformed = Rejection.badRequest("The chunked body is malformed.")

  /// Reads, or only looks at, one byte of framing.
  private mutating func read(_ byte: UInt8, _ limits: FramingLimits) -> Rejection? {
    switch phase {
    case .size: return readSize(byte, limits)
    case .extension:
      extensionBytes += 1
      if byte == HTTPBytes.carriageReturn {
        phase = .sizeEnd
      } else if !HTTPBytes.isValue(byte) || extensionBytes > limits.chunkExtensionBytes {
        return Self.malformed
      }
    case .sizeEnd:
      // The carriage return itself is read here after an extension, and already gone without one.
      if byte == HTTPBytes.carriageReturn, digits > 0 {
        digits = 0
        return nil
      }
      guard byte == HTTPBytes.lineFeed, digits == 0 else { return Self.malformed }
      phase = size == 0 ? .trailerStart : .data
    case .dataReturn: return expect(byte, HTTPBytes.carriageReturn, then: .dataEnd)
    case .dataEnd: return expect(byte, HTTPBytes.lineFeed, then: .size)
    case .trailerStart:
      nameBytes = 0
      phase = byte == HTTPBytes.carriageReturn ? .bodyReturn : .trailerName
      if phase == .trailerName {
        trailers += 1
        if trailers > limits.headerCount { return .headTooLarge }
      }
    case .bodyReturn: return expect(byte, HTTPBytes.carriageReturn, then: .bodyEnd)
    case .trailerName, .trailerValue, .trailerEnd: return readTrailer(byte, limits)
    case .data, .bodyEnd: break
    }
    return nil
  }

  private mutating func readSize(_ byte: UInt8, _ limits: FramingLimits) -> Rejection? {
    if let value = HTTPBytes.hexValue(byte) {
      if digits == 0 { size = 0 }
      digits += 1
      if digits > Self.longestSize { return Self.malformed }
      // Checked digit by digit, so the number never comes near overflow.
      size = size << 4 | value
      if announced + size > limits.bodyBytes { return .bodyTooLarge }
      return nil
    }
    guard digits > 0 else { return Self.malformed }
    switch byte {
    case HTTPBytes.semicolon: phase = .extension
    case HTTPBytes.carriageReturn:
      digits = 0
      phase = .sizeEnd
    default: return Self.malformed
    }
    announced += size
    return nil
  }

  private mutating func readTrailer(_ byte: UInt8, _ limits: FramingLimits) -> Rejection? {
    trailerBytes += 1
    if trailerBytes > limits.trailerBytes { return .headTooLarge }
    switch phase {
    case .trailerName:
      if byte == HTTPBytes.colon, nameBytes > 0 {
        phase = .trailerValue
      } else if !HTTPBytes.isToken(byte) {
        return Self.malformed
      }
      nameBytes += 1
    case .trailerValue:
      if byte == HTTPBytes.carriageReturn {
        phase = .trailerEnd
      } else if !HTTPBytes.isValue(byte) {
        return Self.malformed
      }
    default: return expect(byte, HTTPBytes.lineFeed, then: .trailerStart)
    }
    return nil
  }

  private mutating func expect(_ byte: UInt8, _ expected: UInt8, then next: Phase) -> Rejection? {
    guard byte == expected else { return Self.malformed }
    phase = next
    return nil
  }
}
