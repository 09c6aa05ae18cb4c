import HTTPTypes
import Hummingbird
import Mustache
import TesseraModel

/// A page in its frame: head, navigation, content, foot.
struct DashboardPage {
  /// Which entry of the navigation it belongs to.
  let section: String
  let title: String
  /// HTML of the main part, rendered from a template (which escapes).
  let content: String

  private static let frame = template(
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}} · Tessera</title><link rel="stylesheet" href="/assets/dashboard.css"><link rel="icon" href="data:,"></head>
    <body><a class="skip" href="#main">Skip to the content</a>
    <header><strong>Tessera</strong><nav aria-label="Pages">{{#pages}}<a href="{{href}}"{{#current}} aria-current="page"{{/current}}>{{name}}</a>{{/pages}}</nav></header>
    <main id="main">{{{content}}}</main>
    <footer>Read-only. <a href="/docs">API</a> · <a href="/metrics">Metrics</a></footer></body></html>
    """)

  private static let pages = [
    ("Overview", "/"), ("Segments", "/segments"), ("Cycles", "/cycles"), ("Customers", "/customers"),
  ]

  /// A template of this program's own; one that does not parse shows as a page that says so, and fails the tests.
  static func template(_ text: String) -> MustacheTemplate? { try? MustacheTemplate(string: text) }

  static func render(_ template: MustacheTemplate?, _ values: [String: Any]) -> String {
    template?.render(values) ?? "<h1>This page's template is broken</h1>"
  }

  func response(status: HTTPResponse.Status = .ok) -> Response {
    let pages = DashboardPage.pages.map { ["name": $0.0, "href": $0.1, "current": $0.0 == section] as [String: Any] }
    let html = DashboardPage.render(DashboardPage.frame, ["title": title, "pages": pages, "content": content])
    var response = Response.text(html, type: "text/html; charset=utf-8")
    response.status = status
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    response.headers[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
    return response
  }
}

/// How values are written on pages.
enum DashboardText {
  static func percent(_ x: Double?) -> String {
    guard let x else { return "–" }
    let tenths = Int((x * 1_000).rounded())
    return "\(tenths / 10).\(abs(tenths % 10)) %"
  }

  static func number(_ value: JSONValue?) -> String {
    guard let n = value?.integer else { return "–" }
    var digits = String(abs(n))
    var out = ""
    while digits.count > 3 {
      out = "\u{2009}" + digits.suffix(3) + out
      digits.removeLast(3)
    }
    return (n < 0 ? "-" : "") + digits + out
  }

  /// Local time of the shop with its offset.
  static func time(_ value: JSONValue?, offsetSeconds: Int) -> String {
    guard let text = value?.text, let instant = try? Instant(parsing: text) else { return "–" }
    let local = instant.adding(Int64(offsetSeconds) * Instant.second).description
    let sign = offsetSeconds < 0 ? "-" : "+"
    let minutes = abs(offsetSeconds) / 60
    let offset = offsetSeconds == 0 ? "UTC" : "\(sign)\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
    return local.prefix(10) + " " + local.dropFirst(11).prefix(5) + " " + offset
  }

  static func action(_ value: JSONValue?) -> String {
    guard let value, !value.isNull, let creative = value["creative"]?.text else { return "nothing" }
    let offer = value["offer"]?.text ?? "none"
    return offer == "none" ? creative : "\(creative) + \(offer)"
  }
}
