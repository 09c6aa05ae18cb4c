extension DashboardTemplates {
  /// Texts that agents proposed, with buttons.
  static let proposedTexts = """
    <h1>Texts that agents propose</h1>
    <p class="lede">{{rule}}</p>
    {{#isEmpty}}
    <div class="empty">
    <h2>No text was proposed yet</h2>
    <p>A language model may propose a variant of a creative for a segment it looks at: title and body, in a style that
    fits the moment. Lengths, merge tags, names, prices and promises are checked before it comes here.</p>
    <p><a class="button" href="/agents">The agents</a></p>
    </div>
    {{/isEmpty}}
    {{^isEmpty}}
    <p class="soft">Each was checked: lengths, merge tags with a fallback, no name, price or promise that the evidence does
    not have. An approved text is an arm of its own segment from the next cycle on, with at most a tenth of its creative's
    traffic until 200 people saw it there. A stopped one is shown to nobody from that moment on.</p>
    {{#parts}}
    <section aria-labelledby="{{id}}">
    <h2 id="{{id}}">{{title}}</h2>
    {{#isEmpty}}<p class="soft">{{none}}</p>{{/isEmpty}}
    {{#rows}}
    <article class="text">
    <h3>{{headline}}</h3>
    <p>{{body}}</p>
    <p class="soft">{{style}}{{#style}}, {{/style}}for <a href="/segments/{{segment}}">{{label}}</a>, instead of
    <strong>{{parent}}</strong> in {{placement}}{{#parentHeadline}}: “{{.}}”{{/parentHeadline}}{{#parentBody}} “{{.}}”{{/parentBody}}.</p>
    <p class="soft">Proposed by {{author}} on {{at}} (<a href="/agents/runs/{{run}}">the look</a>); {{state}}.</p>
    {{#buttons}}
    <form class="inline" method="post" action="/agents/texts/{{id}}">
    <input type="hidden" name="judgement" value="{{judgement}}">
    <button class="{{kind}}" type="submit">{{name}}</button>
    </form>
    {{/buttons}}
    </article>
    {{/rows}}
    </section>
    {{/parts}}
    {{/isEmpty}}
    """
}
