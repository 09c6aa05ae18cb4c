import Liquid
import Logging
import Synchronization
package import TesseraAgents
import TesseraDecisions
import TesseraModel
import TesseraStorage

/// The proposed texts in memory and on disk: what is judged is written down before anybody is told.
actor CopyKeeper {
  private static let name = "copy_shelf"
  private let settings: any SettingStore
  private var held: CopyShelf?
  /// The last change, so that changes follow each other.
  private let writing = CycleGate()

  init(settings: any SettingStore) { self.settings = settings }

  func shelf() async throws(StorageError) -> CopyShelf {
    if let held { return held }
    let bytes = try await settings.setting(CopyKeeper.name)
    if let held { return held }
    guard let bytes else {
      held = CopyShelf()
      return CopyShelf()
    }
    guard let read = CopyShelf(bytes: bytes) else {
      throw StorageError("the proposed texts are damaged; mend or remove the setting copy_shelf")
    }
    held = read
    return read
  }

  /// Changes the shelf and writes it; nothing changes when writing fails.
  func change<Problem: Error>(
    _ body: (inout CopyShelf) throws(Problem) -> Void
  ) async throws -> CopyShelf {
    await writing.enter()
    do {
      let before = try await shelf()
      var after = before
      try body(&after)
      if after != before {
        try await settings.set(CopyKeeper.name, to: after.bytes)
        held = after
      }
      await writing.leave()
      return after
    } catch {
      await writing.leave()
      throw error
    }
  }
}

extension Engine {
  /// The proposed texts, the newest first.
  package func proposedTexts() async throws(EngineError) -> [ProposedVariant] {
    do { return try await copyKeeper.shelf().variants.reversed() } catch {
      throw EngineError(.storage, error.message)
    }
  }

  /// Judges a proposed text. What is stopped is shown to nobody from now on; what is approved can be from the next
  /// cycle on.
  package func judge(text id: String, _ judgement: CopyShelf.Judgement) async throws(EngineError) -> ProposedVariant {
    let now = clock.now()
    do {
      let shelf = try await copyKeeper.change { shelf throws(CopyShelf.Problem) in
        try shelf.judge(id, judgement, by: "marketer", at: now)
      }
      if judgement == .stop { try await serveAgain() }
      guard let variant = shelf[id] else { throw CopyShelf.Problem.unknown(id) }
      return variant
    } catch let problem as CopyShelf.Problem {
      throw Engine.error(problem)
    } catch let error as StorageError {
      throw EngineError(.storage, error.message)
    } catch let error as EngineError {
      throw error
    } catch {
      throw EngineError(.storage, "\(error)")
    }
  }

  private static func error(_ problem: CopyShelf.Problem) -> EngineError {
    switch problem {
    case .unknown(let id): EngineError(.notFound, "there is no proposed text \"\(id.prefix(80))\"")
    case .notNow(let state):
      EngineError(
        .invalid, "the text is \(state.rawValue): only a pending one can be approved or rejected, a live one stopped")
    case .full(let placement):
      EngineError(
        .invalid, "\(placement) has \(CopyShelf.liveMaxInPlacement) live texts: stop one before you approve another")
    }
  }

  /// Puts the book in force on the hot path once more, without what was stopped: after the one that a cycle may be
  /// about to put there, which must not bring it back, and never an older one over it.
  private func serveAgain() async throws(EngineError) {
    await activationGate.enter()
    let result: Result<Void, EngineError>
    do throws(EngineError) { result = .success(try await serveBookInForce()) } catch { result = .failure(error) }
    await activationGate.leave()
    try result.get()
  }

  private func serveBookInForce() async throws(EngineError) {
    guard serving.isOn, let (_, book) = try await bookInForce() else { return }
    let policy = await servedPolicy()
    let space = serving.space
    guard let keys = servingKeys(book, space).keys else { return }
    var builder = ServingBookBuilder(policy: policy, space: space)
    serving.swap(to: builder.build(book, keys), under: current.serving)
  }

  /// The policy of a cycle at T: the marketer's, with the texts that are live then.
  func decidedPolicy(at instant: Instant) async throws(StorageError) -> Policy {
    let shelf: CopyShelf
    do {
      shelf = try await copyKeeper.change { shelf throws(Never) in shelf.lapse(at: instant) }
    } catch {
      // Damaged texts stop no cycle: it decides without them.
      logger.warning("proposed texts are left out: \(error)")
      return policy
    }
    return policy.adding(shelf.variants(.live))
  }

  /// The policy that a book's actions are looked up in: also with texts that lapsed since, which live as long as their
  /// book.
  /// - Parameter policy: the one in force, if nil.
  func servedPolicy(of policy: Policy? = nil) async -> Policy {
    let policy = policy ?? self.policy
    guard let shelf = try? await copyKeeper.shelf() else { return policy }
    return policy.adding(shelf.variants.filter { [.live, .lapsed].contains($0.state) })
  }

  /// Puts the texts that a cycle's looks proposed on the shelf.
  func propose(_ work: AgentWork, _ policy: Policy, at instant: Instant) async {
    guard policy.agent.copy != .off, !work.proposals.isEmpty else { return }
    do {
      _ = try await copyKeeper.change { shelf throws(CopyShelf.Problem) in
        for variant in work.proposals where shelf.propose(variant) {
          guard policy.agent.copy == .rules, CopyShelf.fitsRules(variant) else { continue }
          // A full placement leaves it pending, for a person to choose.
          try? shelf.judge(variant.id, .approve, by: "rules", at: instant)
        }
      }
    } catch { logger.warning("what agents proposed was not kept: \(error)") }
  }
}

extension Policy {
  /// With approved texts as creatives for their segments; those whose parent or axes are no longer there are left out.
  func adding(_ variants: [ProposedVariant]) -> Policy {
    var out = self
    let ids = Set(creatives.map(\.id))
    out.creatives += variants.compactMap { variant in
      guard let parent = creative(variant.parent), parent.placements.contains(variant.placement),
        !ids.contains(variant.id), variant.axes.allSatisfy({ axis in axes.contains { $0.name == axis.axis } })
      else { return nil }
      return variant.creative(parent, self)
    }
    return out
  }
}

extension ProposedVariant {
  /// Fields that the proposal's two texts stand for.
  private static let headlines = ["title", "subject"]

  /// The creative that an approved text becomes: its parent's, with other words, for its own segment.
  func creative(_ parent: Creative, _ policy: Policy) -> Creative? {
    let isPlain = policy.placement(placement).map { ContentSlot.isPlain($0.channel) } ?? false
    let fields = parent.content.map { field -> (String, JSONValue) in
      let text =
        ProposedVariant.headlines.contains(field.name) ? headline : field.name == "body" ? body : nil
      guard let text else { return (field.name, .string(field.template)) }
      let isHTML = ContentSlot.slot(forField: field.name, isPlain: isPlain) == .html
      return (field.name, .string(isHTML ? ProposedVariant.escaped(text) : text))
    }
    guard case .object(var json) = parent.json else { return nil }
    json["id"] = .string(id)
    json["placements"] = .strings([placement])
    if !style.isEmpty { json["style"] = .string(style) }
    json["variant_of"] = .string(self.parent)
    json["proposed_by"] = .string(run)
    json["only_for"] = .object(JSONObject(axes.map { ($0.axis, .strings([$0.value])) }))
    json["content"] = .object(JSONObject(fields))
    return try? Creative(json: .object(json), path: id)
  }

  /// Plain text as a template for HTML: what stands between merge tags is escaped, as nobody else would.
  static func escaped(_ text: String) -> String {
    var out = ""
    var rest = Substring(text)
    while let tag = rest.firstRange(of: "{{") {
      out += entities(rest[..<tag.lowerBound])
      let end = rest[tag.upperBound...].firstRange(of: "}}")?.upperBound ?? rest.endIndex
      out += rest[tag.lowerBound..<end]
      rest = rest[end...]
    }
    return out + entities(rest)
  }

  private static func entities(_ text: Substring) -> String {
    let pairs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
    return pairs.reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
  }
}
