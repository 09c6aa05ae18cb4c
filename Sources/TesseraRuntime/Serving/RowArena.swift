import Synchronization

#if os(Linux)
  import Glibc
#endif

/// Memory for the rows of all tables, in large regions that the system is asked to back with large pages: a million
/// rows lie in some three hundred megabytes, and with small pages nearly every row that is read would first have to be
/// looked for in the tables of pages. Nothing is given back before all of it is.
final class RowArena: Sendable {
  private struct Taking: Sendable {
    /// Addresses of regions, with their bytes.
    var regions: [(address: UInt, bytes: Int)] = []
    /// Where the next piece begins, and how many bytes are left there.
    var next: UInt = 0
    var left = 0
  }

  /// A large page, and the size of a region.
  private static let page = 1 << 21

  private let taking = Mutex(Taking())

  init() {}

  deinit {
    for region in taking.withLock({ $0.regions }) {
      UnsafeMutableRawPointer(bitPattern: region.address)?.deallocate()
    }
  }

  /// Bytes taken from the system.
  var memory: Int { taking.withLock { $0.regions.reduce(0) { $0 + $1.bytes } } }

  /// Words that are all 0.
  func take(words: Int) -> UnsafeMutablePointer<RowTable.Word> {
    let bytes = 8 * words
    let address = taking.withLock { taking in
      if bytes > taking.left {
        let size = (bytes + RowArena.page - 1) / RowArena.page * RowArena.page
        let region = RowArena.region(size)
        taking.regions.append((region, size))
        // What is left of the region before stays unused, unless there is more of it than of the new one.
        guard size - bytes > taking.left else { return region }
        (taking.next, taking.left) = (region, size)
      }
      defer { (taking.next, taking.left) = (taking.next + UInt(bytes), taking.left - bytes) }
      return taking.next
    }
    // Never nil: the system's memory is nowhere at 0.
    let start = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    // A word of 0 is an atomic of 0.
    return start.bindMemory(to: RowTable.Word.self, capacity: words)
  }

  /// Whole large pages at an address that is a multiple of one, all 0.
  private static func region(_ bytes: Int) -> UInt {
    let region = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
    #if os(Linux)
      // Before it is touched. Where the system does not have them, small pages do.
      madvise(region, bytes, MADV_HUGEPAGE)
    #endif
    region.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return UInt(bitPattern: region)
  }
}
