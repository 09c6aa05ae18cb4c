import HTTPTypes
import Hummingbird
import TesseraAgents
import TesseraModel
import TesseraRuntime

/// Texts that agents proposed: read, approved, rejected, stopped.
struct TextsPage {
  let engine: Engine

  private struct View {
    let rule: String
    let isEmpty: Bool
    let parts: [Part]
  }

  private struct Part {
    let id: String
    let title: String
    let none: String
    let isEmpty: Bool
    let rows: [Row]
  }

  private struct Row {
    struct Button {
      let judgement: String
      let name: String
      let kind: String
    }

    /// Percent-encoded.
    let id: String
    let headline: String
    let body: String
    let parent: String
    let parentHeadline: String?
    let parentBody: String?
    let placement: String
    let style: String
    let segment: String
    let label: String
    let run: String
    let author: String
    let at: String
    let state: String
    let buttons: [Button]
  }

  func page() async throws -> DashboardPage {
    let all = try await engine.proposedTexts()
    func part(_ id: String, _ title: String, _ none: String, _ states: Set<ProposedVariant.State>) -> Part {
      let rows = all.filter { states.contains($0.state) }.prefix(TextsPage.rowsMax).map(row)
      return Part(id: id, title: title, none: none, isEmpty: rows.isEmpty, rows: Array(rows))
    }
    let rule =
      switch engine.policy.agent.copy {
      case .off: "Agents are not asked for texts now: agent.copy is off."
      case .marketer: "None is shown before you approve it: agent.copy is marketer."
      case .rules: "Those that state no number go live by themselves, the others wait for you: agent.copy is rules."
      }
    let view = View(
      rule: rule, isEmpty: all.isEmpty,
      parts: [
        part("pending", "To be judged", "Nothing waits for you.", [.pending]),
        part("live", "Live", "No proposed text is live.", [.live]),
        part("past", "Past", "None yet.", [.rejected, .stopped, .lapsed]),
      ])
    return DashboardPage(.agents, title: "Proposed texts", template: "texts", view: view)
  }

  /// As many of a kind as one reads.
  private static let rowsMax = 100

  private func row(_ text: ProposedVariant) -> Row {
    func time(_ instant: Instant) -> String {
      DashboardText.time(instant, offsetSeconds: engine.utcOffsetSeconds(at: instant))
    }
    let parent = engine.policy.creative(text.parent)
    func field(_ names: [String]) -> String? { parent?.content.first { names.contains($0.name) }?.template }
    let until = text.lapsesAt.map { "until \(time($0))" }
    let judged = text.judgedAt.map { "\(text.judge == "rules" ? "by the rules" : "by a marketer") on \(time($0))" }
    let state =
      switch text.state {
      case .pending: "waits \(until ?? "")"
      case .live: "approved \(judged ?? ""), lives \(until ?? "")"
      case .rejected: "rejected \(judged ?? "")"
      case .stopped: "stopped \(judged ?? "")"
      case .lapsed: judged == nil ? "was never judged" : "its time is over"
      }
    var buttons: [Row.Button] = []
    if text.state == .pending {
      buttons = [
        .init(judgement: "approve", name: "Approve", kind: "primary"),
        .init(judgement: "reject", name: "Reject", kind: "plain"),
      ]
    }
    if text.state == .live { buttons = [.init(judgement: "stop", name: "Stop", kind: "plain")] }
    return Row(
      id: DashboardText.encoded(text.id), headline: text.headline, body: text.body, parent: text.parent,
      parentHeadline: field(["title", "subject"]), parentBody: field(["body"]), placement: text.placement,
      style: text.style, segment: text.segment, label: text.label, run: text.run, author: text.author,
      at: time(text.proposedAt), state: state, buttons: buttons)
  }

  /// Carries out what a button says, and leads back to the page.
  func judge(_ call: Call) async throws -> Response {
    guard TextsPage.isOwn(call.request.headers, host: call.request.head.authority) else {
      throw Problem(.forbidden, "this form belongs to the dashboard's own pages")
    }
    let judgement = String(decoding: try await call.body(), as: UTF8.self).split(separator: "=").last.map(String.init)
    guard let judgement = judgement.flatMap(CopyShelf.Judgement.init) else {
      throw Problem(.badRequest, "say approve, reject or stop")
    }
    do { _ = try await engine.judge(text: call.parameter("id"), judgement) } catch let error {
      return DashboardPage.failure(Problem(error).status, error.message, section: .agents).response
    }
    return Response(status: .seeOther, headers: [.location: "/agents/texts", .cacheControl: "no-store"])
  }

  /// Whether a browser says that the form is on a page of this server: another site's form must not press buttons.
  /// - Parameter host: what the browser asked for.
  static func isOwn(_ headers: HTTPFields, host: String?) -> Bool {
    if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ headers[$0] }) { return site == "same-origin" }
    guard let origin = headers[.origin] else { return true }
    return origin.split(separator: "/").last.map(String.init) == host
  }
}
