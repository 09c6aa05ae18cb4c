package import TesseraAgents
package import TesseraModel
package import TesseraStorage

/// What agents need of the world: a model if there is one, what it costs, and where looks and accounts are kept.
package struct AgentServices: Sendable {
  /// Nil: the built-in rule analyst works.
  package let model: (any LanguageModel)?
  /// The model's wire format, to go through recorded answers again.
  package let dialect: ModelDialectName
  package let prices: ModelPrices
  package let runs: any RunStore
  package let settings: any SettingStore
  /// What limits and prices go by, whatever time the shop's clock shows: a demo's hour is a minute, its money is not.
  package let wallClock: @Sendable () -> Instant

  package init(
    model: (any LanguageModel)? = nil, dialect: ModelDialectName = .anthropic, prices: ModelPrices = .builtin,
    runs: any RunStore, settings: any SettingStore, wallClock: @escaping @Sendable () -> Instant
  ) {
    (self.model, self.dialect, self.prices) = (model, dialect, prices)
    (self.runs, self.settings, self.wallClock) = (runs, settings, wallClock)
  }

  /// Who looks: the model's name, or `rules`.
  package func author(trial: Int) -> String {
    let name = model?.name ?? RuleAnalyst.name
    return trial > 1 ? "\(name) (trial \(trial))" : name
  }
}
