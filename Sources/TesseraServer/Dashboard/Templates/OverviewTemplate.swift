extension DashboardTemplates {
  static let overview = """
    <h1>{{shop}}</h1>
    {{^book}}
    <div class="empty">
    <h2>No decision book yet</h2>
    <p>Here you will see who is active, into which micro-segments they fall, what was decided for each of them this
    hour, and why. It begins with facts and a first cycle:</p>
    <pre tabindex="0" role="region" aria-label="Commands">tessera import clickstream events.csv.gz
    tessera cycle</pre>
    <p>Facts can also come in over <a href="/docs">the API</a>. While <code>tessera serve</code> runs, a cycle starts by
    itself every full hour. No data at hand? <code>tessera demo</code> makes a store and its shoppers.</p>
    </div>
    {{/book}}
    {{#book}}
    <p class="lede">Cycle <a href="/cycles/{{cycle}}">{{cycle}}</a> is in force: decided as of {{at}} ({{zone}}),
    {{age}} ago.
    {{#stale}}<strong>It is older than {{.}} and no longer served.</strong>{{/stale}}</p>
    <dl class="figures">
    {{#figures}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd>{{#note}}<dd class="soft">{{.}}</dd>{{/note}}</div>
    {{/figures}}
    </dl>
    <p class="actions"><a class="button primary" href="/segments/random">Sample a segment at random</a>
    <a class="button" href="/segments">All segments</a> <a class="button" href="/cycles/{{cycle}}">What changed</a></p>

    <section aria-labelledby="largest">
    <h2 id="largest">Largest micro-segments</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Largest micro-segments, table">
    <table>
    <thead><tr><th scope="col">Segment</th><th scope="col" class="n">Active customers</th>
    {{#placements}}<th scope="col">{{id}}</th>{{/placements}}</tr></thead>
    <tbody>
    {{#segments}}
    <tr><th scope="row" class="wide"><a href="/segments/{{id}}">{{description}}</a></th><td class="n">{{members}}</td>
    {{#leads}}<td class="lead">{{action}} <span class="soft">{{propensity}}</span></td>{{/leads}}</tr>
    {{/segments}}
    </tbody>
    </table>
    </div>
    <p class="soft">The largest of those that share most axes. Under each placement: its leading action, and the
    propensity with which the bandit chooses it.</p>
    </section>

    <div class="columns">
    <section aria-labelledby="sizes">
    <h2 id="sizes">Segments by size</h2>
    <table>
    <thead><tr><th scope="col">Active customers</th><th scope="col" class="n">All ten axes</th>
    <th scope="col" class="n">Coarser</th><th scope="col"><span class="hidden">As bars</span></th></tr></thead>
    <tbody>
    {{#sizes}}
    <tr><th scope="row">{{range}}</th><td class="n">{{exact}}</td><td class="n">{{coarser}}</td>
    <td class="bars"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bar" x="0" y="1" width="{{exactWidth}}" height="8"></rect>
    <rect class="bar light" x="{{exactWidth}}" y="1" width="{{coarserWidth}}" height="8"></rect></svg></td></tr>
    {{/sizes}}
    </tbody>
    </table>
    </section>

    <section aria-labelledby="learning">
    <h2 id="learning">What the bandit has learned from</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Exposures and rewards by placement, table">
    <table>
    <thead><tr><th scope="col">Placement</th><th scope="col">Reward</th><th scope="col" class="n">Exposures</th>
    <th scope="col" class="n">Rewards</th><th scope="col" class="n">Rate</th><th scope="col" class="n">Not matured</th>
    </tr></thead>
    <tbody>
    {{#placements}}
    <tr><th scope="row">{{id}}</th><td>{{reward}}</td><td class="n">{{exposures}}</td><td class="n">{{rewards}}</td>
    <td class="n">{{rate}}</td><td class="n">{{pending}}</td></tr>
    {{/placements}}
    </tbody>
    </table>
    </div>
    <p class="soft">As cycle {{cycle}} knew it. An exposure counts once its reward window has passed; until then it has
    not matured.</p>
    </section>
    </div>

    <section aria-labelledby="analyst">
    <h2 id="analyst">What the analyst claimed this hour</h2>
    <p>The analyst is {{analyst}}. It looked at {{runs}}, made {{claims}} and changed {{leadsChanged}}.{{#tokens}}
    {{.}}.{{/tokens}} <a href="/agents">What agents cost and earned</a></p>
    {{#hasStatements}}
    <ul class="rows">
    {{#statements}}
    <li><strong>{{statement}}</strong> <span class="soft">for {{placements}} of {{segments}}</span><br>
    {{first}} <a href="/segments/{{segment}}">{{description}}</a></li>
    {{/statements}}
    </ul>
    {{/hasStatements}}
    </section>

    {{#chart}}
    <section aria-labelledby="cycles">
    <h2 id="cycles">The last {{count}} cycles</h2>
    <div class="columns">
    {{#series}}
    <figure>
    <figcaption>{{name}}: <strong>{{last}}</strong> <span class="soft">from {{least}} to {{most}}</span></figcaption>
    <svg class="chart" role="img" aria-label="{{label}}" viewBox="0 0 {{width}} 60" preserveAspectRatio="none">
    {{#bars}}<rect class="bar" x="{{x}}" y="{{y}}" width="8" height="{{height}}"></rect>{{/bars}}
    </svg>
    </figure>
    {{/series}}
    </div>
    <details><summary>The same as a table</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="The last cycles, table">
    <table>
    <thead><tr><th scope="col">Cycle</th><th scope="col">As of</th><th scope="col" class="n">Active customers</th>
    <th scope="col" class="n">Segments decided</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"><a href="/cycles/{{number}}">{{number}}</a></th><td>{{at}}</td><td class="n">{{active}}</td>
    <td class="n">{{decided}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </details>
    </section>
    {{/chart}}
    {{/book}}

    <section aria-labelledby="groups">
    <h2 id="groups">Measurement groups</h2>
    <table>
    <thead><tr><th scope="col">Group</th><th scope="col" class="n">Customers</th>
    <th scope="col">What they see</th></tr></thead>
    <tbody>
    {{#groups}}
    <tr><th scope="row">{{name}}</th><td class="n">{{share}}</td><td>{{meaning}}</td></tr>
    {{/groups}}
    </tbody>
    </table>
    <p class="soft">As configured. The same person stays in the same group.</p>
    </section>
    """
}
