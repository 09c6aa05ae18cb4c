import TesseraDecisions
import TesseraModel
import TesseraRuntime
import TesseraSegments

/// All decided segments: searched, filtered by axis, sorted, in pages.
struct SegmentListPage {
  let engine: Engine

  private struct View {
    let hasBook: Bool
    let decided: String
    let q: String
    let sort: String
    let isFiltered: Bool
    let isNarrowed: Bool
    let axes: [AxisField]
    let found: String
    let columns: [Column]
    let placements: [String]
    let hasRows: Bool
    let rows: [ListRow]
    let previous: String?
    let next: String?
  }

  private struct AxisField {
    struct Option {
      let value: String
      let isChosen: Bool
    }
    let name: String
    let values: [Option]
  }

  private struct Column {
    let name: String
    let href: String
    /// For `aria-sort`, on the column in use.
    let order: String?
    let mark: String
    let isNumber: Bool
  }

  private struct ListRow {
    let row: SegmentRow
    let width: Int
  }

  /// What the address says.
  private struct Question {
    var filter = SegmentFilter()
    var cursor = 0

    /// The address of the same list with something changed.
    func address(order: SegmentFilter.Order? = nil, cursor: Int = 0) -> String {
      var parts = [("q", filter.search)] + filter.axes.map { ($0.axis, $0.value) }
      parts.append(("sort", (order ?? filter.order).rawValue))
      if cursor > 0 { parts.append(("cursor", String(cursor))) }
      let text = parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\(DashboardText.encoded($0.1))" }
      return "/segments?" + text.joined(separator: "&")
    }
  }

  /// Rows on a page.
  static let pageSize = 50

  func page(_ call: Call) async throws -> DashboardPage {
    guard let (_, book) = try await engine.bookInForce() else {
      let empty = View(
        hasBook: false, decided: "", q: "", sort: "", isFiltered: false, isNarrowed: false, axes: [], found: "",
        columns: [], placements: [], hasRows: false, rows: [], previous: nil, next: nil)
      return DashboardPage(.segments, title: "Segments", template: "segments", view: empty)
    }
    let question = question(call)
    let (rows, total) = try await engine.segments(
      question.filter, cursor: question.cursor, limit: SegmentListPage.pageSize)
    let largest = max(1, book.entries.lazy.filter { $0.level == 0 }.map(\.members).max() ?? 1)
    let end = question.cursor + rows.count
    let isNarrowed = !question.filter.search.isEmpty || !question.filter.axes.isEmpty
    let view = View(
      hasBook: true, decided: DashboardText.count(book.entries.count, "segment"), q: question.filter.search,
      sort: question.filter.order.rawValue, isFiltered: !question.filter.axes.isEmpty, isNarrowed: isNarrowed,
      axes: try await fields(question.filter),
      found: SegmentListPage.found(question.cursor, end, of: total, isNarrowed: isNarrowed),
      columns: SegmentListPage.columns(question), placements: book.placements, hasRows: !rows.isEmpty,
      rows: rows.map(SegmentRow.init).map { ListRow(row: $0, width: min(100, $0.size * 100 / largest)) },
      previous: question.cursor > 0
        ? question.address(cursor: max(0, question.cursor - SegmentListPage.pageSize)) : nil,
      next: end < total ? question.address(cursor: end) : nil)
    return DashboardPage(.segments, title: "Segments", template: "segments", view: view)
  }

  private func question(_ call: Call) -> Question {
    var question = Question()
    question.filter.search = call.query("q") ?? ""
    for axis in engine.space.names {
      if let value = call.query(axis), !value.isEmpty { question.filter.axes.append((axis, value)) }
    }
    question.filter.order = call.query("sort").flatMap { SegmentFilter.Order(rawValue: $0) } ?? .level
    question.cursor = max(0, call.query("cursor").flatMap { Int($0) } ?? 0)
    return question
  }

  private func fields(_ filter: SegmentFilter) async throws -> [AxisField] {
    try await engine.axisValuesInForce().map { axis, values in
      let chosen = filter.axes.first { $0.axis == axis }?.value
      return AxisField(
        name: axis, values: (["any"] + values).map { AxisField.Option(value: $0, isChosen: $0 == chosen) })
    }
  }

  private static func found(_ start: Int, _ end: Int, of total: Int, isNarrowed: Bool) -> String {
    guard total > 0 else { return "No segment matches." }
    let place = "\(DashboardText.number(start + 1)) to \(DashboardText.number(end)) of "
    return place + DashboardText.count(total, "segment") + (isNarrowed ? " that match." : ".")
  }

  private static func columns(_ question: Question) -> [Column] {
    let columns: [(String, SegmentFilter.Order, String)] = [
      ("Segment", .description, "ascending"), ("Active customers", .members, "descending"),
      ("Axes", .level, "ascending"),
    ]
    return columns.map { name, order, direction in
      Column(
        name: name, href: question.address(order: order), order: order == question.filter.order ? direction : nil,
        mark: direction == "ascending" ? "↑" : "↓", isNumber: order == .members)
    }
  }
}
