extension DashboardTemplates {
  static let learning = """
    <h1>Does it earn more?</h1>
    <p class="lede">What people of each group earned an exposure, and the lift of decisions over the others.</p>
    <p class="soft">Only exposures that were reported as shown, and whose reward window has passed, count. The intervals
    hold at 95{{thin}}% however often one looks; until they can, this page says so.
    {{#since}}Counted since {{.}}, when the groups got their sizes.{{/since}}</p>
    {{#placements}}
    <section aria-labelledby="l-{{id}}">
    <h2 id="l-{{id}}">{{id}}: {{reward}}</h2>
    <p class="soft">{{lede}}{{#mixed}} {{.}}{{/mixed}}</p>
    {{#isAlarm}}<p class="notice"><strong>{{ratio}}</strong></p>{{/isAlarm}}
    <div class="scroll" tabindex="0" role="region" aria-label="Groups of {{id}}, table">
    <table>
    <thead><tr><th scope="col">Group</th><th scope="col" class="n">Share</th><th scope="col" class="n">People</th>
    <th scope="col" class="n">Rewarded</th><th scope="col" class="n">Exposures</th>
    <th scope="col" class="n">Reward an exposure</th></tr></thead>
    <tbody>
    {{#groups}}
    <tr><th scope="row">{{name}}</th><td class="n">{{share}}</td><td class="n">{{persons}}</td>
    <td class="n">{{rewarded}}</td><td class="n">{{exposures}}</td><td class="n">{{rate}}</td></tr>
    {{/groups}}
    </tbody>
    </table>
    </div>
    <h3>Decisions over the others</h3>
    <ul>
    {{#comparisons}}
    <li>Over {{over}}: {{#isBetter}}<strong>{{sentence}}</strong>{{/isBetter}}{{^isBetter}}{{#isWorse}}<strong>{{sentence}}</strong>
    {{/isWorse}}{{^isWorse}}{{sentence}}{{/isWorse}}{{/isBetter}}</li>
    {{/comparisons}}
    </ul>
    <div class="scroll" tabindex="0" role="region" aria-label="Lift of {{id}}, table">
    <table>
    <thead><tr><th scope="col">Over</th><th scope="col" class="n">Difference</th>
    <th scope="col" class="n">Relative</th><th scope="col">Interval; no difference is in the middle</th></tr></thead>
    <tbody>
    {{#comparisons}}
    <tr><th scope="row">{{over}}</th><td class="n">{{difference}}</td><td class="n">{{relative}}</td>
    <td class="interval">{{#isTold}}<svg role="img" aria-label="{{interval}}" viewBox="0 0 200 14">
    <rect class="track" x="0" y="6" width="200" height="2"></rect>
    <rect class="bar" x="{{low}}" y="4" width="{{width}}" height="6"></rect>
    <rect class="track" x="100" y="0" width="1" height="14"></rect>
    <rect class="dot" x="{{mid}}" y="1" width="2" height="12"></rect></svg>
    <span class="soft nowrap">{{interval}}</span>{{/isTold}}{{^isTold}}<span class="soft">none yet</span>{{/isTold}}</td></tr>
    {{/comparisons}}
    </tbody>
    </table>
    </div>
    {{^isAlarm}}{{#ratio}}<p class="soft">{{.}}</p>{{/ratio}}{{/isAlarm}}
    {{#hasSegments}}
    <details><summary>By segment, over random</summary>
    {{#together}}<p>{{.}}</p>{{/together}}
    <p class="soft">Each segment's difference leans on what all have in common, the less the more people it has. Interval
    and verdict are of its own people alone, and hold however often one looks at all that are shown.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Lift of {{id}} by segment, table">
    <table>
    <thead><tr><th scope="col">Segment</th><th scope="col" class="n">People</th>
    <th scope="col" class="n">Difference</th><th scope="col">Interval</th><th scope="col">Verdict</th></tr></thead>
    <tbody>
    {{#segments}}
    <tr><th scope="row" class="wide"><a href="/segments/{{id}}">{{description}}</a></th><td class="n">{{persons}}</td>
    <td class="n">{{difference}}</td><td class="nowrap">{{interval}}</td><td class="nowrap">{{verdict}}</td></tr>
    {{/segments}}
    </tbody>
    </table>
    </div>
    </details>
    {{/hasSegments}}
    </section>
    {{/placements}}
    <p class="soft">The same as numbers: <code>tessera evaluate own --json</code>, <code>/v1/evidence</code>. What a rule
    costs: <code>tessera evaluate own --floor 0.01</code>, <code>--without out-of-stock</code>,
    <code>--without-agent</code>, <code>--policy squarecb</code>.</p>
    """
}
