import Liquid
import TesseraModel
import TesseraSegments

/// The store's products as merge tags see them, and whether they can be sold: immutable, a changed product makes
/// another shelf that shares all but a part with the one before.
struct Shelf: Sendable {
  /// A product in force.
  final class Product: Sendable {
    private let record: ProductRecord
    /// The texts that plain tags ask for, in the order of `Text`; nil where there is none.
    private let texts: [[UInt8]?]
    let isAvailable: Bool
    var value: LiquidValue { MergeData.product(record) }

    /// The members of a product that are texts.
    enum Text: String, CaseIterable {
      case id, title, brand, category, url, image
    }

    init(_ record: ProductRecord) {
      self.record = record
      isAvailable = record.isAvailable
      let url = record.url ?? "/products/\(record.id)"
      texts = [record.id, record.title, record.brand, record.category, url, record.image].map {
        $0.map { Array($0.utf8) }
      }
    }

    func text(_ place: Int) -> [UInt8]? { texts[place] }
  }

  /// Neighbouring products that are replaced together.
  private final class Part: Sendable {
    let products: [Product?]
    init(_ products: [Product?]) { self.products = products }
  }

  private static let partCount = 256
  private var parts: [Part] = []
  /// A bit a product: whether it cannot be sold. Asked for at every draw, so it is not looked for in the parts.
  private var gone: [UInt64] = []

  init() {}

  /// The product of a number; nil for one that only facts mention.
  subscript(number: Int32) -> Product? {
    let i = Int(number)
    guard i >= 0, i / Shelf.partCount < parts.count else { return nil }
    let products = parts[i / Shelf.partCount].products
    return i % Shelf.partCount < products.count ? products[i % Shelf.partCount] : nil
  }

  /// Whether a product is known and cannot be sold.
  func isGone(_ number: Int32) -> Bool {
    let i = Int(number)
    return i >= 0 && i / 64 < gone.count && gone[i / 64] >> UInt64(i % 64) & 1 == 1
  }

  /// The shelf with these products as the catalog has them now.
  func updated(_ numbers: some Sequence<Int32>, _ catalog: Catalog) -> Shelf {
    var shelf = self
    var changed: [Int: [Int32]] = [:]
    for number in numbers where number >= 0 { changed[Int(number) / Shelf.partCount, default: []].append(number) }
    for (part, numbers) in changed {
      while shelf.parts.count <= part { shelf.parts.append(Part([])) }
      var products = shelf.parts[part].products
      if products.count < Shelf.partCount {
        products += [Product?](repeating: nil, count: Shelf.partCount - products.count)
      }
      for number in numbers {
        let product = catalog.record(number).map { Product($0) }
        products[Int(number) % Shelf.partCount] = product
        shelf.note(Int(number), isGone: product?.isAvailable == false)
      }
      shelf.parts[part] = Part(products)
    }
    return shelf
  }

  private mutating func note(_ number: Int, isGone: Bool) {
    while gone.count <= number / 64 { gone.append(0) }
    let bit: UInt64 = 1 << UInt64(number % 64)
    if isGone { gone[number / 64] |= bit } else { gone[number / 64] &= ~bit }
  }
}
