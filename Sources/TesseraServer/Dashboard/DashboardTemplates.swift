import Mustache

/// All templates by name; each page's text is in a file of its own.
enum DashboardTemplates {
  static let texts: [String: String] = [
    "layout": layout, "failure": failure, "overview": overview, "segments": segmentList, "segment": segment,
    "decision": decision, "decisionPage": decisionPage, "claims": claims, "cycles": cycleList, "cycle": cycle,
    "customer": customer, "plan": plan, "learning": learning, "agents": agents, "agentCosts": agentCosts,
    "agentWorth": agentWorth,
    "agentLift": agentLift, "agentRuns": agentRuns, "agentRunRows": agentRunRows, "agentRunRow": agentRunRow,
    "texts": proposedTexts, "agentRun": agentRun, "agentLooked": agentLooked, "agentAsked": agentAsked,
    "agentEvidence": agentEvidence,
  ]

  /// A template that does not parse is left out: its page then says that it is broken, and a test says which.
  static let library: MustacheLibrary = {
    var library = MustacheLibrary()
    for (name, text) in texts {
      if let template = try? MustacheTemplate(string: text) { library.register(template, named: name) }
    }
    return library
  }()

  /// Names of templates that do not parse.
  static var broken: [String] { texts.keys.filter { library.getTemplate(named: $0) == nil }.sorted() }

  static func render(_ name: String, _ view: Any) -> String {
    library.render(view, withTemplate: name) ?? "<h1>The template “\(name)” is broken</h1>"
  }
}
