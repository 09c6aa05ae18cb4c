extension DashboardTemplates {
  static let agentRuns = """
    <h1>{{title}}</h1>
    <p class="lede">{{lede}}</p>
    {{^hasRows}}
    <div class="empty">
    <h2>No looks here</h2>
    <p>An agent looks where something worth knowing changed, and at each segment once a day. Looks are kept for thirty days
    of hours.</p>
    </div>
    {{/hasRows}}
    {{#hasRows}}
    {{> agentRunRows}}
    {{/hasRows}}
    <nav class="pages" aria-label="More looks">
    <a class="button" href="/agents">The agents</a>
    {{#newest}}<a class="button" href="{{.}}">Newest looks</a>{{/newest}}
    {{#older}}<a class="button" rel="next" href="{{.}}">Older looks</a>{{/older}}
    </nav>
    """

  static let agentRunRows = """
    <div class="scroll" tabindex="0" role="region" aria-label="Looks, table">
    <table>
    <thead><tr><th scope="col">Segment</th><th scope="col">Cycle</th><th scope="col">Why</th>
    <th scope="col">What came of it</th><th scope="col" class="n">Tokens</th><th scope="col" class="n">Cost</th></tr></thead>
    <tbody>
    {{#rows}}{{> agentRunRow}}{{/rows}}{{#runs}}{{> agentRunRow}}{{/runs}}
    </tbody>
    </table>
    </div>
    """

  static let agentRunRow = """
    <tr><th scope="row" class="wide"><a href="/agents/runs/{{id}}">{{label}}</a>
    {{#others}}<span class="soft nowrap">{{.}}</span>{{/others}}</th>
    <td><a href="/cycles/{{cycle}}">{{cycle}}</a> <span class="soft nowrap">{{at}}</span></td><td class="lead">{{why}}</td>
    <td class="lead">{{#isFailed}}<span class="mark">{{outcome}}</span>{{/isFailed}}{{^isFailed}}{{#isChange}}<strong>{{outcome}}</strong>
    {{/isChange}}{{^isChange}}<span class="soft">{{outcome}}</span>{{/isChange}}{{/isFailed}}
    {{#refused}}<span class="soft nowrap">{{.}}</span>{{/refused}}</td>
    <td class="n">{{tokens}}</td><td class="n">{{cost}}</td></tr>
    """

  static let agentRun = """
    <p class="kicker">Look <code>{{id}}</code></p>
    <h1>{{title}}</h1>
    <p class="lede">{{lede}} {{#isFailed}}<strong>{{outcome}}</strong>{{/isFailed}}{{^isFailed}}{{outcome}}{{/isFailed}}
    <a href="/cycles/{{cycle}}">Cycle {{cycle}}</a> · <a href="/agents/runs?cycle={{cycle}}">its looks</a></p>
    {{#segments}}
    {{> agentLooked}}
    {{/segments}}
    {{#isShared}}
    <section aria-labelledby="asked">
    <h2 id="asked">What it asked</h2>
    <p class="soft">{{nobodyAsked}}</p>
    </section>
    {{/isShared}}

    <section aria-labelledby="spent">
    <h2 id="spent">What it cost</h2>
    {{^hasCalls}}<p>{{noCost}}</p>{{/hasCalls}}
    {{#hasCalls}}
    <dl class="figures">
    {{#figures}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/figures}}
    </dl>
    <div class="scroll" tabindex="0" role="region" aria-label="Calls of the model, table">
    <table>
    <thead><tr><th scope="col" class="n">Call</th><th scope="col">How it ended</th><th scope="col" class="n">Attempts</th>
    <th scope="col" class="n">Took</th><th scope="col" class="n">Tokens in</th><th scope="col" class="n">from the cache</th>
    <th scope="col" class="n">Tokens out</th><th scope="col" class="n">Cost</th></tr></thead>
    <tbody>
    {{#calls}}
    <tr><td class="n">{{number}}</td><th scope="row">{{end}}</th><td class="n">{{attempts}}</td>
    <td class="n">{{milliseconds}} ms</td><td class="n">{{tokensIn}}</td><td class="n">{{cached}}</td>
    <td class="n">{{tokensOut}}</td><td class="n">{{cost}}</td></tr>
    {{/calls}}
    </tbody>
    </table>
    </div>
    {{#calls}}
    <details><summary>Call {{number}}: what was sent, {{requestBytes}}</summary>
    <pre tabindex="0" role="region" aria-label="Request of call {{number}}">{{request}}</pre></details>
    <details><summary>Call {{number}}: what came back, {{responseBytes}}</summary>
    <pre tabindex="0" role="region" aria-label="Answer to call {{number}}">{{response}}</pre></details>
    {{/calls}}
    {{/hasCalls}}
    </section>

    <section aria-labelledby="right">
    <h2 id="right">Whether it was right</h2>
    {{^hasScores}}<p class="soft">It predicted nothing that later views could be held against.</p>{{/hasScores}}
    {{#hasScores}}
    <div class="scroll" tabindex="0" role="region" aria-label="Predictions, table">
    <table>
    <thead><tr><th scope="col">It earns</th><th scope="col">Prediction</th><th scope="col">Seen so far</th>
    <th scope="col">Outcome</th><th scope="col">Due</th></tr></thead>
    <tbody>
    {{#scores}}
    <tr><th scope="row">{{what}} in {{placement}}{{#segment}} <br><span class="soft">{{.}}</span>{{/segment}}</th>
    <td>{{prediction}}</td><td>{{seen}}</td><td>{{#isTold}}<strong>{{outcome}}</strong>{{/isTold}}{{^isTold}}{{outcome}}
    {{/isTold}}</td><td class="nowrap">{{due}}</td></tr>
    {{/scores}}
    </tbody>
    </table>
    </div>
    <p class="soft">Held against views of the last fourteen days whose propensities the overlay changed and whose reward
    window has passed; fewer than 30 leave a prediction undecided.</p>
    {{/hasScores}}
    </section>

    <section aria-labelledby="record">
    <h2 id="record">The record</h2>
    <p class="soft">Instructions, tools and form of the answer: version <code>{{contract}}</code>. The same as numbers:
    <code>/v1/runs/{{id}}</code>.</p>
    <details><summary>The record as JSON</summary>
    <pre tabindex="0" role="region" aria-label="The record as JSON">{{record}}</pre></details>
    </section>
    """

  /// One segment of a look: what was known, why it was looked at, what was asked, claimed, refused and changed.
  static let agentLooked = """
    <section{{#isShared}} class="decision"{{/isShared}} aria-labelledby="s{{number}}">
    {{#isShared}}<h2 id="s{{number}}">{{label}}</h2>{{/isShared}}
    {{^isShared}}<h2 id="s{{number}}" class="hidden">The segment</h2>{{/isShared}}
    {{#isShared}}<details{{#isOpen}} open{{/isOpen}}><summary>{{outcome}}</summary>{{/isShared}}
    <p>{{#summary}}“{{.}}” {{/summary}}<a href="/segments/{{segment}}">The segment now</a> ·
    <a href="/agents/runs?segment={{segment}}">all looks at it</a></p>
    {{#flags}}<p class="notice"><strong>{{.}}</strong></p>{{/flags}}
    <h3 class="step">What it knew</h3>
    {{^hasDigest}}<p class="soft">What it was told is no longer kept.</p>{{/hasDigest}}
    {{#hasDigest}}
    <dl class="facts">
    {{#people}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/people}}
    </dl>
    {{#changes}}
    <div class="scroll" tabindex="0" role="region" aria-label="What changed for segment {{number}}, table">
    {{> agentEvidence}}
    </div>
    {{/changes}}
    {{^changes}}<p class="soft">Nothing that concerns it had changed lately.</p>{{/changes}}
    {{#last}}<p class="soft">{{.}}</p>{{/last}}
    <details><summary>What was believed of its actions</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Actions of segment {{number}}, table">
    <table>
    <thead><tr><th scope="col">Part of the actions</th><th scope="col">Placement</th>
    <th scope="col" class="n">Reward a view</th><th scope="col" class="n">Exposures</th>
    <th scope="col" class="n">Propensity</th></tr></thead>
    <tbody>
    {{#arms}}
    <tr><th scope="row">{{name}} <span class="soft">{{id}}</span></th><td>{{placement}}</td><td class="n">{{mean}}</td>
    <td class="n">{{exposures}}</td><td class="n size">{{probability}}<svg viewBox="0 0 100 6" preserveAspectRatio="none"
    aria-hidden="true"><rect class="track" x="0" y="1" width="100" height="4"></rect>
    <rect class="bar" x="0" y="1" width="{{width}}" height="4"></rect></svg></td></tr>
    {{/arms}}
    </tbody>
    </table>
    </div>
    </details>
    <details><summary>The digest as the agent read it</summary>
    <pre tabindex="0" role="region" aria-label="Digest of segment {{number}}">{{digest}}</pre></details>
    {{/hasDigest}}
    <h3 class="step">Why it looked</h3>
    <p>Because {{why}}. {{#value}}<span class="soft">Value of looking: {{.}}, what a better choice could bring
    in the hour.</span>{{/value}}</p>
    {{^isShared}}
    <h3 class="step">What it asked</h3>
    {{^hasAsked}}<p class="soft">{{nobodyAsked}}</p>{{/hasAsked}}
    {{#asked}}{{> agentAsked}}{{/asked}}
    {{/isShared}}
    <h3 class="step">What it claims</h3>
    {{^hasClaims}}<p class="soft">{{silent}}</p>{{/hasClaims}}
    {{#claims}}
    <div class="claim">
    <p><strong>{{statement}}</strong> <span class="soft">{{reason}}; {{about}}</span></p>
    <p>It rests on {{#evidence}}{{#link}}<a href="{{.}}"><code>{{id}}</code></a>{{/link}}{{^link}}<code>{{id}}</code>{{/link}}
    <span class="soft">{{text}}</span> {{/evidence}}</p>
    {{#prediction}}<p>Prediction, for {{until}}: {{.}}</p>{{/prediction}}
    </div>
    {{/claims}}
    {{#hasCopies}}
    <h4>Texts it proposes</h4>
    {{#copies}}
    <div class="claim"><p><strong>{{headline}}</strong><br>{{body}} <span class="soft">{{slot}}, {{style}}</span></p></div>
    {{/copies}}
    {{/hasCopies}}
    <h3 class="step">What was refused</h3>
    {{^hasRefused}}<p class="soft">Nothing.</p>{{/hasRefused}}
    {{#hasRefused}}
    <ul class="rows">
    {{#refused}}<li>{{words}}: {{detail}} <span class="soft">{{code}}</span></li>
    {{/refused}}
    </ul>
    {{/hasRefused}}
    <h3 class="step">What it changed</h3>
    {{^hasEffects}}<p class="soft">No propensity.</p>{{/hasEffects}}
    {{#hasEffects}}
    <div class="scroll" tabindex="0" role="region" aria-label="What it changed for segment {{number}}, table">
    <table>
    <thead><tr><th scope="col">Effect</th><th scope="col">Placement</th><th scope="col">Until</th>
    <th scope="col" class="n">Counts</th><th scope="col" class="n">Propensity without</th>
    <th scope="col" class="n">with it</th><th scope="col">Decision</th></tr></thead>
    <tbody>
    {{#effects}}
    <tr><th scope="row"><strong>{{direction}}</strong> {{what}}, {{strength}}</th><td>{{placement}}</td>
    <td class="nowrap">{{until}}</td><td class="n">{{weight}}</td><td class="n">{{before}}</td><td class="n">{{after}}</td>
    <td>{{#decision}}<a href="/decisions/{{.}}">see it</a>{{/decision}}</td></tr>
    {{/effects}}
    </tbody>
    </table>
    </div>
    <p class="soft">“Counts” is the trust that its kind had earned, times what was left of its life. The propensities are
    those of all that was in force in this cycle.</p>
    {{/hasEffects}}
    {{#isShared}}</details>{{/isShared}}
    </section>
    """

  /// Rows that an agent was told, each with the anchor that claims lead to.
  static let agentEvidence = """
    <table class="cells">
    <thead><tr><th scope="col">Row</th>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}<tr id="{{anchor}}"><th scope="row"><code>{{id}}</code></th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    """

  static let agentAsked = """
    <div class="overlay">
    <h4><code>{{tool}}</code> <span class="soft">question {{number}}, as of {{asOf}}</span></h4>
    {{#hasArguments}}<ul class="chips" aria-label="Arguments">
    {{#arguments}}<li><span>{{name}}</span> {{value}}</li>{{/arguments}}
    </ul>{{/hasArguments}}
    {{#failure}}<p>It was told: {{.}}</p>{{/failure}}
    {{#table}}
    <div class="scroll" tabindex="0" role="region" aria-label="Answer to question {{number}}, table">
    {{> agentEvidence}}
    </div>
    {{/table}}
    {{^table}}{{^failure}}<p class="soft">No rows.</p>{{/failure}}{{/table}}
    {{#isCut}}<p class="soft">There was more; it was cut short.</p>{{/isCut}}
    </div>
    """
}
