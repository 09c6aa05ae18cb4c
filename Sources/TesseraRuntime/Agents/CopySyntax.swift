import Liquid
import TesseraAgents
import TesseraDecisions
import TesseraModel

/// Reads the merge tags of proposed texts as the template language does.
enum CopySyntax {
  static func check(_ policy: Policy) -> CopyCheck {
    CopyCheck(slots: policy.copySlots, blockedWords: policy.agent.blockedWords) { text in
      // An agent writes tags, no logic: conditions and loops are a marketer's.
      if text.contains("{%") { return .failure(.init("copy has merge tags, no logic")) }
      do {
        let template = try Template(text)
        let needed = Set(TagNeed.all(template).flatMap(\.paths).map(\.text))
        return .success(
          template.references.map { CopyTag(path: $0.path, hasFallback: $0.hasFallback && !needed.contains($0.path)) })
      } catch {
        return .failure(.init("\(error)"))
      }
    }
  }
}
