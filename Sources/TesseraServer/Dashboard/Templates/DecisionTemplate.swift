extension DashboardTemplates {
  /// One decision's record: a part of a segment's page, and a page of its own.
  static let decision = """
    <section class="decision" aria-labelledby="p-{{placement}}">
    <h2 id="p-{{placement}}">{{placement}}: {{lead}}</h2>
    {{#isEmpty}}
    <p>No action is eligible here: the page stays as it is, and no message goes out. The reasons are below.</p>
    {{/isEmpty}}
    {{^isEmpty}}
    <p>{{summary}}{{#flip}} {{.}}{{/flip}}</p>
    <p class="soft">{{eligible}}, the likeliest first. The reward is {{reward}}; the score is the expected reward of one
    exposure, and the columns beside its interval are what it is the sum of.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Eligible actions of {{placement}}, table">
    <table>
    <thead><tr><th scope="col">Action</th><th scope="col" class="n">Propensity</th>
    <th scope="col" class="n">with the overlay</th><th scope="col" class="n">Score</th>
    <th scope="col">95{{thin}}% interval</th>{{#terms}}<th scope="col" class="n term">{{.}}</th>{{/terms}}
    <th scope="col" class="n">Exposures</th><th scope="col" class="n">Rewards</th></tr></thead>
    <tbody>
    {{#arms}}
    <tr{{#isLead}} class="first"{{/isLead}}><th scope="row" class="action">{{action}}
    {{#isLead}}<span class="mark">leads</span>{{/isLead}}</th>
    <td class="n size">{{off}}<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" x="0" y="1" width="100" height="4"></rect>
    <rect class="bar" x="0" y="1" width="{{offWidth}}" height="4"></rect></svg></td>
    <td class="n">{{on}}{{#shift}} <span class="soft nowrap">{{.}}</span>{{/shift}}</td><td class="n">{{score}}</td>
    <td class="interval"><svg role="img" aria-label="{{interval}}" viewBox="0 0 160 14">
    <rect class="track" x="0" y="6" width="160" height="2"></rect>
    <rect class="bar" x="{{low}}" y="4" width="{{width}}" height="6"></rect>
    <rect class="dot" x="{{mid}}" y="1" width="2" height="12"></rect></svg>
    <span class="soft nowrap">{{interval}}</span></td>
    {{#terms}}<td class="n term">{{.}}</td>{{/terms}}
    <td class="n">{{exposures}}</td><td class="n">{{rewards}}</td></tr>
    {{/arms}}
    </tbody>
    </table>
    </div>
    {{/isEmpty}}
    {{> claims}}
    {{#hasExclusions}}
    <details{{#isEmpty}} open{{/isEmpty}}><summary>{{excluded}}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Actions of {{placement}} that are not eligible, table">
    <table>
    <thead><tr><th scope="col">Guardrail</th><th scope="col">Reason</th><th scope="col">Actions</th></tr></thead>
    <tbody>
    {{#exclusions}}
    <tr><th scope="row" class="nowrap">{{code}}</th><td>{{reason}}</td><td>{{actions}}</td></tr>
    {{/exclusions}}
    </tbody>
    </table>
    </div>
    </details>
    {{/hasExclusions}}
    <details><summary>The record <code>{{id}}</code></summary>
    <p><a href="/decisions/{{id}}">A page of its own</a> · <a href="/decisions/{{id}}.json">as JSON</a></p>
    <pre tabindex="0" role="region" aria-label="The record of {{placement}}">{{record}}</pre>
    </details>
    </section>
    """

  /// What the analyst claimed, with its evidence, and what that does to the propensities.
  static let claims = """
    {{#overlay}}
    <div class="overlay">
    <h3>What the analyst claimed</h3>
    <p class="soft">By {{author}}{{#run}}, in <a href="/agents/runs/{{.}}">this look</a>{{/run}}. Applied for {{share}} of the customers; the rest are decided without it.</p>
    {{#claims}}
    <div class="claim">
    <p><strong>{{statement}}</strong> <span class="soft">{{code}}</span></p>
    <p>Prediction, for {{horizon}}: {{prediction}}</p>
    {{#evidence}}
    <details><summary>Evidence: {{tool}}, {{count}}</summary>
    <dl class="facts"><div><dt>Query</dt><dd><code>{{query}}</code></dd></div><div><dt>As of</dt><dd>{{asOf}}</dd></div>
    <div><dt>Hash</dt><dd><code>{{hash}}</code></dd></div></dl>
    {{#hasRows}}
    <div class="scroll" tabindex="0" role="region" aria-label="Rows that {{tool}} returned, table">
    <table>
    <thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/hasRows}}
    </details>
    {{/evidence}}
    </div>
    {{/claims}}
    {{#hasEffects}}
    <p>The overlay that follows from it:</p>
    <ul>
    {{#effects}}
    <li><strong>{{direction}}</strong> {{creative}}, {{strength}} <span class="soft">(from {{claim}})</span></li>
    {{/effects}}
    </ul>
    {{/hasEffects}}
    {{^hasEffects}}
    <p>Nothing follows from it for the propensities.</p>
    {{/hasEffects}}
    </div>
    {{/overlay}}
    {{^overlay}}
    <p class="soft">No overlay: the analyst had nothing to add here, or was not asked.</p>
    {{/overlay}}
    """

  static let decisionPage = """
    <p class="kicker">Decision <code>{{decision.id}}</code></p>
    <h1>{{decision.placement}} for {{description}}</h1>
    <p class="lede">{{#cycles}}Decided in {{.}}. {{/cycles}}<a href="/segments/{{segment}}">The segment now</a></p>
    <ul class="chips" aria-label="Axes">
    {{#axes}}
    <li{{#isAny}} class="any"{{/isAny}}><span>{{name}}</span> {{value}}</li>
    {{/axes}}
    </ul>
    {{#decision}}
    {{> decision}}
    {{/decision}}
    """
}
