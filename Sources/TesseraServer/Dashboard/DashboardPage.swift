import HTTPTypes
import Hummingbird
import TesseraModel

/// A page in its frame: head, navigation, content, foot.
struct DashboardPage {
  /// The entries of the navigation.
  enum Section: String, CaseIterable {
    case overview = "Overview"
    case segments = "Segments"
    case learning = "Learning"
    case agents = "Agents"
    case plan = "Plan"
    case cycles = "Cycles"
    case customers = "Customers"

    var href: String { self == .overview ? "/" : "/" + rawValue.lowercased() }
  }

  let section: Section?
  let title: String
  /// HTML of the main part, rendered from a template (which escapes).
  let content: String
  var status = HTTPResponse.Status.ok

  static let version = "0.1.0"

  private struct Frame {
    struct Entry {
      let name: String
      let href: String
      let isCurrent: Bool
    }

    let title: String
    let stylesheet: String
    let pages: [Entry]
    let content: String
    let version: String
  }

  /// - Parameters:
  ///   - template: the name of the page's template.
  ///   - view: what it is filled from.
  init(_ section: Section?, title: String, template: String, view: Any) {
    (self.section, self.title) = (section, title)
    content = DashboardTemplates.render(template, view)
  }

  /// What a browser sees where there is nothing to show.
  static func failure(_ status: HTTPResponse.Status, _ message: String, section: Section? = nil) -> DashboardPage {
    struct Failure {
      let heading: String
      let message: String
    }
    let heading = status == .notFound ? "Not found" : "This page cannot be shown now"
    let text = message.prefix(1).uppercased() + message.dropFirst()
    var page = DashboardPage(
      section, title: heading, template: "failure", view: Failure(heading: heading, message: text))
    page.status = status
    return page
  }

  var html: String {
    let pages = Section.allCases.map { Frame.Entry(name: $0.rawValue, href: $0.href, isCurrent: $0 == section) }
    let frame = Frame(
      title: title, stylesheet: DashboardStyle.address, pages: pages, content: content, version: DashboardPage.version)
    return DashboardTemplates.render("layout", frame)
  }

  /// Nothing but the style sheet and inline pictures is loaded, nothing runs, and nobody frames the page.
  static let policy = [
    "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'", "frame-ancestors 'none'",
    "base-uri 'none'",
  ].joined(separator: "; ")

  var response: Response {
    var response = Response.text(html, type: "text/html; charset=utf-8")
    response.status = status
    response.headers[.contentSecurityPolicy] = DashboardPage.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    // Other sites learn nothing; a form of ours says where it comes from, which `no-referrer` would hide from us too.
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "same-origin" }
    return response
  }
}
