extension DashboardTemplates {
  /// Whether the agents work, what they did, cost and earned.
  static let agents = """
    <h1>Are the agents worth it?</h1>
    {{#state}}
    <p class="lede"><span class="mark">{{mark}}</span> {{sentence}}</p>
    {{#notice}}<p class="notice"><strong>{{.}}</strong></p>{{/notice}}
    {{#remedy}}<p>{{.}}</p>{{/remedy}}
    {{#unpriced}}<p class="notice">{{.}}</p>{{/unpriced}}
    {{/state}}
    {{^hasCycles}}
    <div class="empty">
    <h2>Nothing to show yet</h2>
    <p>Agents look at segments when a cycle runs. Run the first one:</p>
    <pre tabindex="0" role="region" aria-label="Command">tessera cycle</pre>
    </div>
    {{/hasCycles}}
    {{#hasCycles}}
    <p class="soft">Agents look at segments, never at persons. Of each segment's customers {{state.share}} are decided with
    the overlay and the rest without it, so that what agents add is measured.</p>
    <dl class="figures">
    {{#figures}}<div><dt>{{name}}</dt><dd>{{value}}</dd>{{#note}}<dd>{{.}}</dd>{{/note}}</div>
    {{/figures}}
    </dl>
    <nav class="contents" aria-label="On this page">
    <a href="#did"><strong>What they did</strong> looks, tokens, cost</a>
    <a href="#cost"><strong>What they cost</strong> a month, and the naive ways</a>
    <a href="#worth"><strong>What they earned</strong> lift, trust, claims</a>
    <a href="#looks"><strong>Looks</strong> each as a story</a>
    </nav>

    <section aria-labelledby="did">
    <h2 id="did">What they did</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="What agents did, table">
    <table>
    <thead><tr><th scope="col"><span class="hidden">What</span></th><th scope="col" class="n">This hour</th>
    <th scope="col" class="n">24 cycles</th><th scope="col" class="n">720 cycles</th></tr></thead>
    <tbody>
    {{#sums}}
    <tr><th scope="row">{{name}}</th>{{#values}}<td class="n">{{.}}</td>{{/values}}</tr>
    {{/sums}}
    </tbody>
    </table>
    </div>
    {{#hasChart}}
    <div class="columns">
    {{#chart}}
    <figure>
    <figcaption>{{name}}, the last {{chartCount}} cycles: <strong>{{last}}</strong>
    <span class="soft">from {{least}} to {{most}}</span></figcaption>
    <svg class="chart" role="img" aria-label="{{label}}" viewBox="0 0 {{width}} 60" preserveAspectRatio="none">
    {{#bars}}<rect class="bar" x="{{x}}" y="{{y}}" width="8" height="{{height}}"></rect>{{/bars}}
    </svg>
    </figure>
    {{/chart}}
    </div>
    {{/hasChart}}
    {{#state}}{{#hasTroubles}}
    <h3>Trouble in the last 24 cycles</h3>
    <ul class="rows">
    {{#troubles}}<li>{{text}} <span class="soft">{{when}}</span></li>{{/troubles}}
    </ul>
    {{/hasTroubles}}{{/state}}
    {{#whys}}
    <h3 id="{{id}}">{{title}}</h3>
    {{#isEmpty}}<p class="soft">{{none}}</p>{{/isEmpty}}
    {{^isEmpty}}
    <div class="scroll" tabindex="0" role="region" aria-label="{{title}}, table">
    <table>
    <thead><tr><th scope="col">{{head}}</th><th scope="col" class="n">This hour</th>
    <th scope="col" class="n">24 cycles</th><th scope="col" class="n">720 cycles</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{words}}</th>{{#values}}<td class="n">{{.}}</td>{{/values}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/isEmpty}}
    {{/whys}}
    </section>

    {{> agentCosts}}
    {{> agentWorth}}

    <section aria-labelledby="looks">
    <h2 id="looks">The newest looks</h2>
    {{#hasRuns}}
    {{> agentRunRows}}
    <p class="actions"><a class="button" href="/agents/runs">All looks</a>
    <a class="button" href="/agents/texts">Proposed texts</a></p>
    {{/hasRuns}}
    {{^hasRuns}}
    <p>No look has been made, or those that were are older than thirty days of hours.</p>
    {{/hasRuns}}
    </section>
    {{/hasCycles}}
    <p class="soft">The same as numbers: <code>/v1/agents</code>.</p>
    """

  static let agentCosts = """
    <section aria-labelledby="cost">
    <h2 id="cost">What they cost</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Budgets, table">
    <table>
    <thead><tr><th scope="col">Budget of the</th><th scope="col" class="n">Spent</th><th scope="col" class="n">At most</th>
    <th scope="col"><span class="hidden">As a bar</span></th><th scope="col" class="n">Tokens</th></tr></thead>
    <tbody>
    {{#budgets}}
    <tr><th scope="row">{{span}}</th><td class="n">{{spent}}</td><td class="n">{{limit}}</td>
    <td class="bars">{{#hasLimit}}<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" x="0" y="1" width="100" height="8"></rect>
    <rect class="bar" x="0" y="1" width="{{width}}" height="8"></rect></svg>{{/hasLimit}}</td>
    <td class="n">{{tokens}}</td></tr>
    {{/budgets}}
    </tbody>
    </table>
    </div>
    <p class="soft">Limits go by the real clock in UTC ({{clock}}), and what is reserved for a call under way counts as
    spent.</p>
    {{#costs}}
    <p class="lede">{{#isEstimate}}<span class="mark">estimate</span> {{/isEstimate}}{{headline}}</p>
    {{#goal}}<p>{{.}}{{#goalMark}} <span class="mark">{{.}}</span>{{/goalMark}}</p>{{/goal}}
    <figure class="plan scroll" tabindex="0" role="region" aria-label="Picture of the costs a month">
    <svg viewBox="0 0 760 {{height}}" role="img" aria-label="{{label}}">
    {{#grid}}<line class="guide" x1="{{x}}" y1="10" x2="{{x}}" y2="{{bottom}}"/>
    <text x="{{x}}" y="{{height}}" dy="-8" text-anchor="{{anchor}}">{{text}}</text>{{/grid}}
    {{#bars}}
    <text x="12" y="{{y}}">{{name}}: <tspan class="strong">{{month}}</tspan> a month, {{note}}</text>
    <rect class="{{#isOurs}}bar{{/isOurs}}{{^isOurs}}light{{/isOurs}}" x="10" y="{{barY}}" width="{{width}}" height="16"/>
    {{/bars}}
    </svg>
    <figcaption class="soft">Each line is ten times the one before.</figcaption>
    </figure>
    <div class="scroll" tabindex="0" role="region" aria-label="What the ways cost a month, table">
    <table>
    <thead><tr><th scope="col">Way</th><th scope="col" class="n">Calls a month</th><th scope="col" class="n">A month</th>
    <th scope="col" class="n">Without a cache</th><th scope="col" class="n">Times as much</th></tr></thead>
    <tbody>
    {{#ways}}
    <tr><th scope="row">{{name}}</th><td class="n">{{calls}}</td><td class="n">{{month}}</td><td class="n">{{uncached}}</td>
    <td class="n">{{times}}</td></tr>
    {{/ways}}
    </tbody>
    </table>
    </div>
    <p class="soft">{{basis}}</p>
    {{/costs}}
    {{^costs}}
    <p>No projection yet: it needs a first look, and a model whose price is known.</p>
    {{/costs}}
    </section>
    """

  static let agentWorth = """
    <section aria-labelledby="worth">
    <h2 id="worth">What they earned</h2>
    {{#worth}}
    <p class="lede">{{sentence}}</p>
    <p class="soft">From views of the last {{days}} days whose propensities an overlay changed: with it always against
    without it always. The intervals hold at 95{{thin}}% however often one looks. A layer that certainly earns less than
    the bandit alone switches itself off, and this page says so.</p>
    {{#hasPlaces}}
    <div class="scroll" tabindex="0" role="region" aria-label="Lift by placement, table">
    <table>
    <thead><tr><th scope="col">Placement</th><th scope="col">Reward</th><th scope="col" class="n">Views</th>
    <th scope="col" class="n">Lift a view</th><th scope="col">Interval; no lift is in the middle</th>
    <th scope="col" class="n">Earned</th></tr></thead>
    <tbody>
    {{#places}}
    <tr><th scope="row">{{placement}}</th><td>{{reward}}</td><td class="n">{{exposures}}</td>
    {{#lift}}{{> agentLift}}{{/lift}}
    <td class="n">{{#lift}}{{#isTold}}{{earned}} <br><span class="soft">{{range}}</span>{{/isTold}}{{^isTold}}<span
    class="soft">not enough data yet</span>{{/isTold}}{{/lift}}</td></tr>
    {{/places}}
    </tbody>
    </table>
    </div>
    {{/hasPlaces}}
    {{#hasKinds}}
    <h3>By analyst and by reason</h3>
    <p class="soft">Over all placements, where 1 is a click, an order or the cap of money. Trust is how much of an effect
    counts: it is earned.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Lift by analyst and by reason, table">
    <table>
    <thead><tr><th scope="col">Analyst</th><th scope="col">Reason</th><th scope="col">Strength</th>
    <th scope="col" class="n">Views</th><th scope="col" class="n">Lift a view</th>
    <th scope="col">Interval; no lift is in the middle</th><th scope="col" class="n">Trust</th></tr></thead>
    <tbody>
    {{#authors}}
    <tr class="first"><th scope="row">{{name}}</th><td>all</td><td></td><td class="n">{{exposures}}</td>
    {{#lift}}{{> agentLift}}{{/lift}}<td></td></tr>
    {{/authors}}
    {{#kinds}}
    <tr><th scope="row">{{author}}</th><td>{{reason}}</td><td>{{strength}}</td><td class="n">{{exposures}}</td>
    {{#lift}}{{> agentLift}}{{/lift}}<td class="n">{{trust}}</td></tr>
    {{/kinds}}
    </tbody>
    </table>
    </div>
    {{/hasKinds}}
    <h3>Claims that came true</h3>
    {{#hasTracks}}
    <div class="scroll" tabindex="0" role="region" aria-label="Claims by reason, table">
    <table>
    <thead><tr><th scope="col">Analyst</th><th scope="col">Reason</th><th scope="col" class="n">Came true</th>
    <th scope="col" class="n">Did not</th><th scope="col" class="n">Undecided</th>
    <th scope="col"><span class="hidden">As a bar</span></th></tr></thead>
    <tbody>
    {{#tracks}}
    <tr><th scope="row">{{author}}</th><td>{{reason}}</td><td class="n">{{right}}</td><td class="n">{{wrong}}</td>
    <td class="n">{{undecided}}</td>
    <td class="bars"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" x="0" y="1" width="100" height="8"></rect>
    <rect class="bar" x="0" y="1" width="{{rightWidth}}" height="8"></rect>
    <rect class="bar light" x="{{rightWidth}}" y="1" width="{{wrongWidth}}" height="8"></rect></svg></td></tr>
    {{/tracks}}
    </tbody>
    </table>
    </div>
    <p class="soft">A prediction is scored when its time is up; fewer than 30 views leave it undecided. In the bar: came
    true, then did not.</p>
    {{/hasTracks}}
    {{^hasTracks}}
    <p class="soft">None is due yet: a prediction is scored when its time is up.</p>
    {{/hasTracks}}
    {{/worth}}
    {{^worth}}
    <p>Nothing is known yet: agents have not looked in a cycle.</p>
    {{/worth}}
    </section>
    """

  static let agentLift = """
    <td class="n">{{#isTold}}{{value}}{{/isTold}}{{^isTold}}–{{/isTold}}</td>
    <td class="interval">{{#isTold}}<svg role="img" aria-label="{{interval}}" viewBox="0 0 200 14">
    <rect class="track" x="0" y="6" width="200" height="2"></rect>
    <rect class="bar" x="{{low}}" y="4" width="{{width}}" height="6"></rect>
    <rect class="track" x="100" y="0" width="1" height="14"></rect>
    <rect class="dot" x="{{mid}}" y="1" width="2" height="12"></rect></svg>
    <span class="soft nowrap">{{interval}}</span>{{/isTold}}{{^isTold}}<span class="soft">not enough data
    yet</span>{{/isTold}}</td>
    """
}
