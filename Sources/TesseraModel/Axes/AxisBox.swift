/// The axes that come with Tessera, and which of them are in use when a store says nothing.
package struct AxisBox: Sendable {
  package let definitions: [AxisDefinition]
  /// The names of those in use by default, in order.
  package let defaultNames: [String]

  package init(_ definitions: [AxisDefinition], defaultNames: [String]) {
    (self.definitions, self.defaultNames) = (definitions, defaultNames)
  }

  /// All of them in use.
  package init(_ definitions: [AxisDefinition]) { self.init(definitions, defaultNames: definitions.map(\.name)) }

  package var defaults: [AxisDefinition] { defaultNames.compactMap { name in definitions.first { $0.name == name } } }
}
