extension Template {
  /// Renders now what depends on nothing but final data, and leaves a template for the rest.
  ///
  /// `bound` names the members of `data` that will be the same when the residue is rendered; everything else in `data`
  /// is ignored. What the residue makes of the whole data is what this template makes of it, byte for byte, as long as
  /// both are rendered with these options. A residue needs fewer steps, so that it can succeed where this template
  /// passes a limit. What fails here is left for the residue to fail with.
  ///
  /// The clock counts as data that is not final: what `date` needs it for stays in the residue, such as `now` and
  /// dates without a year.
  public func partiallyEvaluated(
    with data: LiquidValue, bound: Set<String>, options: RenderOptions
  ) -> Template {
    var members: [(String, LiquidValue)] = []
    if case .object(let object) = data { members = object.filter { bound.contains($0.key) }.map { ($0.key, $0.value) } }
    var evaluator = PartialEvaluator(self, data: .object(LiquidObject(members)), bound: bound, options: options)
    return Template(nodes: evaluator.residue(of: nodes), names: names)
  }
}
