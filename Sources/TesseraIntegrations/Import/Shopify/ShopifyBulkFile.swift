import TesseraModel
import TesseraStorage

/// The JSONL file of a bulk operation. Parts (variants, lines) stand in lines of their own, which may come anywhere
/// in the file.
///
/// The file is read twice. The first reading counts the lines of each product and order; the second gathers them and
/// hands out each thing when its last line has come. Memory holds a number for each thing, and the things begun
/// and not finished.
struct ShopifyBulkFile {
  /// Bytes of the lines of things begun and not finished; as values they take several times that. Shopify writes
  /// parts fairly close to what they belong to.
  static let pendingBytesMax = 256 << 20
  /// More parts than a product or order has.
  static let partsMax = 2_500

  /// A product or order and what has come of it.
  private struct Family {
    var head: ShopifyNode?
    var line = 0
    var parts: [ShopifyNode] = []
    var raw: [UInt8] = []
    var arrived: UInt32 = 0
    var fault: RecordError?

    mutating func add(_ node: ShopifyNode, _ line: ByteLine) {
      arrived += 1
      if !node.isPart || self.line == 0 { self.line = line.number }
      guard parts.count < ShopifyBulkFile.partsMax, raw.count + line.bytes.count < CSVRowGroups.bytesMax else {
        fault = RecordError("more than \(ShopifyBulkFile.partsMax) parts or 4 MiB for one product or order")
        return
      }
      if !raw.isEmpty { raw.append(10) }
      raw += line.bytes
      if !node.isPart {
        head = node
      } else if let own = node.id, let place = parts.firstIndex(where: { $0.id == own }) {
        // The same part in two exports put together is one part.
        parts[place] = node
      } else {
        parts.append(node)
      }
    }
  }

  private let path: String
  private var lines: ByteLineReader
  /// Lines of each thing that has more than one.
  private let expected: [ShopifyNode.ID: UInt32]
  private var families: [ShopifyNode.ID: Family] = [:]
  private var pendingBytes = 0
  private var leftovers: [ImportRow]?

  /// Opens a file and counts its lines.
  /// - Throws: `FactSourceError` for a fault anywhere in the file: of a truncated one no order could be trusted to
  ///   have all its lines.
  init(path: String) throws(FactSourceError) {
    self.path = path
    lines = try ByteLineReader(path: path)
    expected = try ShopifyBulkFile.count(path: path)
  }

  /// The next thing that is complete, or a line that cannot be read; nil at the end.
  mutating func next(joins: inout ShopifyJoins) throws(FactSourceError) -> ImportRow? {
    while leftovers == nil {
      guard let line = try lines.next() else {
        leftovers = finish(joins: &joins)
        break
      }
      if !line.isOverlong, line.bytes.isEmpty { continue }
      do throws(RecordError) {
        guard !line.isOverlong else { throw RecordError(ByteLine.overlongReason) }
        if let row = try take(ShopifyNode(try line.json()), line, joins: &joins) { return row }
      } catch {
        return ImportRow(file: path, line: line.number, text: line.text, result: .failure(error))
      }
      guard pendingBytes <= ShopifyBulkFile.pendingBytesMax else {
        throw FactSourceError(
          "\(path): variants and lines stand too far from their products and orders: "
            + "run the bulk operation with groupObjects: true")
      }
    }
    return leftovers?.popLast()
  }

  private static func count(path: String) throws(FactSourceError) -> [ShopifyNode.ID: UInt32] {
    var counts: [ShopifyNode.ID: UInt32] = [:]
    var lines = try ByteLineReader(path: path)
    while let line = try lines.next() {
      guard !line.isOverlong, let json = try? JSONParser.parse(line.bytes), let node = try? ShopifyNode(json),
        let id = ShopifyBulkFile.family(of: node)
      else { continue }
      counts[id, default: 0] += 1
    }
    return counts.filter { $0.value > 1 }
  }

  /// The product or order that a line belongs to; nil for lines that stand alone or are not read.
  private static func family(of node: ShopifyNode) -> ShopifyNode.ID? {
    switch node.kind {
    case .product where !node.isPart, .order where !node.isPart: node.id
    case .variant where node.parent?.kind == .product, .line where node.parent?.kind == .order: node.parent
    default: nil
    }
  }

  private mutating func take(
    _ node: ShopifyNode, _ line: ByteLine, joins: inout ShopifyJoins
  ) throws(RecordError) -> ImportRow? {
    guard let id = ShopifyBulkFile.family(of: node) else {
      if node.kind == .customer, !node.isPart {
        let entry = try ShopifyBulkCustomer.entry(of: node, joins: &joins)
        return ImportRow(file: path, line: line.number, text: line.text, result: .success([entry]))
      }
      // Parts that no fact is made of, such as pictures, collections and metafields.
      if node.isPart { return nil }
      guard node.kind != nil else {
        let type = node.typeName.map { "\"\($0.prefix(40))\" is" } ?? "an object without __typename or gid is"
        throw RecordError("\(type) not imported: Customer, Product and Order are")
      }
      throw RecordError("id must be like gid://shopify/Order/42")
    }
    var family = families.removeValue(forKey: id) ?? Family()
    pendingBytes -= family.raw.count
    family.add(node, line)
    guard family.arrived >= expected[id] ?? 1 else {
      pendingBytes += family.raw.count
      families[id] = family
      return nil
    }
    return row(of: family, id: id, joins: &joins)
  }

  private func row(of family: Family, id: ShopifyNode.ID, joins: inout ShopifyJoins) -> ImportRow? {
    let result: Result<[FactEntry], RecordError>
    do throws(RecordError) {
      if let fault = family.fault { throw fault }
      guard let head = family.head else {
        throw RecordError("the file lacks \(id.kind.rawValue) \(id.number), of which this is a part")
      }
      switch id.kind {
      case .product:
        let variants = try head.inner("variants") + family.parts
        result = .success([try ShopifyBulkProduct.entry(of: head, variants: variants, joins: &joins)])
      default:
        let lines = try head.inner("lineItems") + family.parts
        guard let entry = try ShopifyBulkOrder.entry(of: head, lines: lines, joins: joins) else { return nil }
        result = .success([entry])
      }
    } catch {
      result = .failure(error)
    }
    let text = String(decoding: family.raw, as: UTF8.self)
    return ImportRow(file: path, line: family.line, text: text, result: result)
  }

  /// What is incomplete at the end, which happens only if the file changed between the two readings; the first line
  /// last, so that rows can be taken from the end.
  private mutating func finish(joins: inout ShopifyJoins) -> [ImportRow] {
    let rest = families.sorted { $0.value.line > $1.value.line }
    families = [:]
    return rest.compactMap { row(of: $0.value, id: $0.key, joins: &joins) }
  }
}
