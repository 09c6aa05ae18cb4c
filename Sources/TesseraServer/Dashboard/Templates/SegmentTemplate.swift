extension DashboardTemplates {
  static let segment = """
    <p class="kicker">Segment <code>{{id}}</code></p>
    <h1>{{description}}</h1>
    <p class="lede"><strong>{{members}}</strong> · <a href="/cycles/{{cycle}}">cycle {{cycle}}</a>, as of {{at}}</p>
    <ul class="chips" aria-label="Axes">
    {{#axes}}
    <li{{#isAny}} class="any"{{/isAny}}><span>{{name}}</span> {{value}}</li>
    {{/axes}}
    </ul>
    {{#rolledUp}}
    <div class="note">
    <p>Too few active customers share all these values, so this micro-segment is rolled up: decisions for it are those
    of the coarser segment <a href="/segments/{{row.id}}">{{row.description}}</a> ({{row.members}} active customers;
    relaxed: {{relaxed}}).</p>
    <ul class="rows">
    {{#leads}}
    <li><strong>{{placement}}</strong>: {{action}} <span class="soft">{{propensity}}</span></li>
    {{/leads}}
    </ul>
    </div>
    {{/rolledUp}}
    {{#hasDecisions}}
    <nav class="contents" aria-label="On this page">
    {{#decisions}}<a href="#p-{{placement}}"><strong>{{placement}}</strong> {{lead}}</a>{{/decisions}}
    {{#hasHistory}}<a href="#history"><strong>Hour by hour</strong> {{historyCount}}</a>{{/hasHistory}}
    </nav>
    {{/hasDecisions}}
    {{#decisions}}
    {{> decision}}
    {{/decisions}}
    {{#hasHistory}}
    <section aria-labelledby="history">
    <h2 id="history">Hour by hour</h2>
    {{#trend}}
    <figure>
    <figcaption>{{name}}: <strong>{{last}}</strong> <span class="soft">from {{least}} to {{most}}</span></figcaption>
    <svg class="chart" role="img" aria-label="{{label}}" viewBox="0 0 {{width}} 60" preserveAspectRatio="none">
    {{#bars}}<rect class="bar" x="{{x}}" y="{{y}}" width="8" height="{{height}}"></rect>{{/bars}}
    </svg>
    </figure>
    {{/trend}}
    <div class="scroll" tabindex="0" role="region" aria-label="Hour by hour, table">
    <table>
    <thead><tr><th scope="col">Cycle</th><th scope="col">As of</th><th scope="col" class="n">Active customers</th>
    {{#historyPlacements}}<th scope="col">{{.}}</th>{{/historyPlacements}}</tr></thead>
    <tbody>
    {{#history}}
    <tr><th scope="row"><a href="/cycles/{{cycle}}">{{cycle}}</a></th><td class="nowrap">{{at}}</td>
    <td class="n">{{members}}</td>
    {{#leads}}<td class="lead"><a href="/decisions/{{decision}}">{{action}}</a>
    <span class="soft">{{propensity}}</span>{{#isChanged}} <span class="mark">changed</span>{{/isChanged}}</td>
    {{/leads}}</tr>
    {{/history}}
    </tbody>
    </table>
    </div>
    <p class="soft"><span class="mark">changed</span> marks a leading action that differs from the cycle before.</p>
    </section>
    {{/hasHistory}}
    <p class="actions"><a class="button" href="/agents/runs?segment={{id}}">Agents' looks at it</a>
    <a class="button" href="/segments/random">Another at random</a>
    <a class="button" href="/segments/{{id}}.json">This segment as JSON</a></p>
    """
}
