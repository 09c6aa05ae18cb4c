import CZlib
import Foundation
import TesseraModel
import TesseraStorage
import Testing

/// A folder of files that is gone when the test ends.
final class ImportFixture {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("tessera-import-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The path of a file in the folder, whether or not it is there.
  func path(_ name: String = "") -> String { name.isEmpty ? folder.path : folder.appendingPathComponent(name).path }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  /// One gzip member.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 64)
    let count = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(target.count)
        deflate(&stream, Z_FINISH)
        return target.count - Int(stream.avail_out)
      }
    }
    return Array(output.prefix(count))
  }

  /// All rows of a source, and the error it ended with.
  static func read(_ source: some FactSource) -> (rows: [ImportRow], error: FactSourceError?) {
    var source = source
    var rows: [ImportRow] = []
    do throws(FactSourceError) {
      while let row = try source.next() { rows.append(row) }
      return (rows, nil)
    } catch {
      return (rows, error)
    }
  }

  /// All rows of a source that must not fail.
  static func rows(_ source: some FactSource) throws -> [ImportRow] {
    let (rows, error) = read(source)
    if let error { throw error }
    return rows
  }
}

extension ImportRow {
  var facts: [Fact] { (try? result.get())?.map(\.fact) ?? [] }
  var reason: String? { if case .failure(let error) = result { error.reason } else { nil } }
}

extension [ImportRow] {
  var facts: [Fact] { flatMap(\.facts) }
  var reasons: [String] { compactMap(\.reason) }
  var events: [Event] { facts.compactMap { if case .event(let event) = $0 { event } else { nil } } }
  var orders: [OrderRecord] { facts.compactMap { if case .order(let order) = $0 { order } else { nil } } }
  var products: [ProductRecord] { facts.compactMap { if case .product(let product) = $0 { product } else { nil } } }
  var customers: [CustomerRecord] {
    facts.compactMap { if case .customer(let customer) = $0 { customer } else { nil } }
  }
}

/// Real files of others that are not part of the repository.
enum SharedData {
  static let absent: Comment = "SKIPPED: no folder shared/data beside the package"

  /// The folder beside the package, found from this file's place.
  static let folder: URL? = {
    var place = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    while place.path != "/" {
      place.deleteLastPathComponent()
      let manifest = place.appendingPathComponent("Package.swift")
      guard FileManager.default.fileExists(atPath: manifest.path) else { continue }
      let data = place.deletingLastPathComponent().appendingPathComponent("shared/data")
      return FileManager.default.fileExists(atPath: data.path) ? data : nil
    }
    return nil
  }()

  static func path(_ name: String) throws -> String { try #require(folder).appendingPathComponent(name).path }
}
