/// Objects that are called for every person of millions: the list owns them, and a call counts no references, which
/// would cost as much as what most of them do.
struct UncountedList<Element: AnyObject & Sendable>: Sendable {
  private let owned: [Element]
  private let called: [Unmanaged<Element>]

  init(_ elements: [Element]) {
    owned = elements
    called = elements.map { Unmanaged.passUnretained($0) }
  }

  @inline(__always)
  func call<R>(_ i: Int, _ body: (Element) -> R) -> R { called[i]._withUnsafeGuaranteedRef(body) }
}
