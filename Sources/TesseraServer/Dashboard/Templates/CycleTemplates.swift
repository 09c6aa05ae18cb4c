extension DashboardTemplates {
  static let cycleList = """
    <h1>Cycles</h1>
    {{^hasRows}}
    <p>No cycle has run yet. Run <code>tessera cycle</code>: each run of the planner will be listed here.</p>
    {{/hasRows}}
    {{#hasRows}}
    <p class="lede">Each run of the planner makes a decision book that is never changed afterwards.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Cycles, table">
    <table>
    <thead><tr><th scope="col">Cycle</th><th scope="col">As of</th><th scope="col">State</th>
    <th scope="col" class="n">Customers</th><th scope="col" class="n">Active</th>
    <th scope="col" class="n">Segments decided</th><th scope="col" class="n">Rolled-up customers</th>
    <th scope="col" class="n">Analyst runs</th><th scope="col" class="n">Took</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"><a href="/cycles/{{number}}">{{number}}</a></th><td class="nowrap">{{at}}</td>
    <td>{{status}}</td>
    <td class="n">{{customers}}</td><td class="n">{{active}}</td><td class="n">{{decided}}</td>
    <td class="n">{{rolledUp}}</td><td class="n">{{runs}}</td><td class="n">{{took}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    <nav class="pages" aria-label="More cycles">
    {{#older}}<a class="button" rel="next" href="{{.}}">Older cycles</a>{{/older}}
    </nav>
    {{/hasRows}}
    """

  static let cycle = """
    <h1>Cycle {{number}}</h1>
    <p class="lede">As of {{at}}, {{status}}.
    {{#previous}}<a href="/cycles/{{.}}">Cycle {{.}} before</a>{{/previous}}</p>
    <dl class="figures">
    {{#figures}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/figures}}
    </dl>
    {{#looks}}<p class="actions"><a class="button" href="/agents/runs?cycle={{number}}">{{.}}</a></p>{{/looks}}

    {{#diff}}
    <section aria-labelledby="changes">
    <h2 id="changes">What changed since cycle {{previous}}</h2>
    <ul class="rows">
    <li><strong>{{changed}}</strong> changed{{#causes}}: {{.}}{{/causes}}.</li>
    <li><strong>{{appeared}}</strong> appeared, <strong>{{disappeared}}</strong> disappeared.</li>
    </ul>
    {{#hasChanges}}
    <div class="scroll" tabindex="0" role="region" aria-label="Leading actions that changed, table">
    <table>
    <thead><tr><th scope="col">Segment</th><th scope="col">Placement</th><th scope="col">From</th>
    <th scope="col">To</th><th scope="col">Caused by</th></tr></thead>
    <tbody>
    {{#changes}}
    <tr><th scope="row" class="wide"><a href="/segments/{{segment}}">{{description}}</a></th><td>{{placement}}</td>
    <td>{{from}}</td><td>{{to}}</td><td>{{cause}}</td></tr>
    {{/changes}}
    </tbody>
    </table>
    </div>
    {{#more}}<p class="soft">{{.}}</p>{{/more}}
    {{/hasChanges}}
    {{#lists}}
    <details><summary>{{title}}</summary>
    <ul class="rows">
    {{#segments}}
    <li>{{#link}}<a href="{{.}}">{{description}}</a>{{/link}}{{^link}}{{description}}{{/link}}
    <span class="soft">{{members}}</span></li>
    {{/segments}}
    </ul>
    {{#rest}}<p class="soft">{{.}}</p>{{/rest}}
    </details>
    {{/lists}}
    </section>
    {{/diff}}
    {{^diff}}
    <section aria-labelledby="changes">
    <h2 id="changes">What changed</h2>
    <p>There is no published cycle before this one to compare it with.</p>
    </section>
    {{/diff}}

    {{#hasRelaxation}}
    <section aria-labelledby="relaxation">
    <h2 id="relaxation">The order of relaxing axes</h2>
    <p>A segment with too few active customers gives up axes in this order until enough people share the rest.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="The order of relaxing axes, table">
    <table>
    <thead><tr><th scope="col" class="n">Step</th><th scope="col">Axis</th><th scope="col">Why here</th></tr></thead>
    <tbody>
    {{#relaxation}}
    <tr><td class="n">{{step}}</td><th scope="row">{{axis}}</th><td>{{reason}}</td></tr>
    {{/relaxation}}
    </tbody>
    </table>
    </div>
    </section>
    {{/hasRelaxation}}

    <section aria-labelledby="replay">
    <h2 id="replay">Check it</h2>
    <p>The book can be rebuilt from its recorded inputs and compared byte for byte:</p>
    <pre tabindex="0" role="region" aria-label="Command">tessera replay {{number}}</pre>
    <dl class="facts">
    <div><dt>Book</dt><dd><code>{{book}}</code></dd></div>
    <div><dt>Facts up to position</dt><dd>{{position}}</dd></div>
    <div><dt>Analyst</dt><dd>{{analyst}}</dd></div>
    </dl>
    <details><summary>The report as JSON</summary>
    <pre tabindex="0" role="region" aria-label="The report">{{report}}</pre></details>
    </section>
    """
}
