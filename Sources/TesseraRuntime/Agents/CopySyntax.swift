import Liquid
import TesseraAgents
import TesseraModel

/// Reads the merge tags of proposed texts as the template language does.
enum CopySyntax {
  static func check(_ policy: Policy) -> CopyCheck {
    CopyCheck(slots: policy.copySlots, blockedWords: policy.agent.blockedWords) { text in
      // An agent writes tags, no logic: conditions and loops are a marketer's.
      if text.contains("{%") { return .failure(.init("copy has merge tags, no logic")) }
      do {
        let template = try Template(text)
        return .success(template.references.map { CopyTag(path: $0.path, hasFallback: $0.hasFallback) })
      } catch {
        return .failure(.init("\(error)"))
      }
    }
  }
}
