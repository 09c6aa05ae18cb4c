extension DashboardTemplates {
  static let customer = """
    <h1>Customers</h1>
    <form method="get" action="/customers" role="search">
    <div class="fields">
    <label class="grow">The customer’s id, or ~ and the id of an anonymous visitor
    <input type="search" name="id" value="{{id}}" required autocomplete="off" spellcheck="false"></label>
    <button class="primary" type="submit">Look up</button>
    </div>
    </form>
    {{^person}}
    {{#missing}}
    <p role="status">There is no customer <code>{{.}}</code>. Ids are those of the shop, as they were sent.</p>
    {{/missing}}
    {{^missing}}
    <p class="soft">A customer’s profile shows the axes it is told apart by, the segment it is in now, consents, the
    decisions it would get, and what it did. E-mail addresses and phone numbers are never shown in full.</p>
    {{/missing}}
    {{/person}}
    {{#person}}
    <section aria-labelledby="profile">
    <h2 id="profile">{{name}}</h2>
    <p>Now: {{description}}. <a href="/segments/{{segment}}">The segment</a></p>
    <ul class="chips" aria-label="Axes">
    {{#axes}}
    <li><span>{{name}}</span> {{value}}</li>
    {{/axes}}
    </ul>
    <dl class="facts">
    {{#facts}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/facts}}
    </dl>
    </section>
    <section aria-labelledby="decisions">
    <h2 id="decisions">What this customer would get now</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Decisions by placement, table">
    <table>
    <thead><tr><th scope="col">Placement</th><th scope="col">Group</th><th scope="col">Action</th>
    <th scope="col" class="n">Propensity</th><th scope="col">Content</th></tr></thead>
    <tbody>
    {{#decisions}}
    <tr><th scope="row">{{#link}}<a href="{{.}}">{{placement}}</a>{{/link}}{{^link}}{{placement}}{{/link}}</th>
    <td>{{group}}</td><td>{{action}}{{#fallback}} <span class="mark">{{.}}</span>{{/fallback}}</td>
    <td class="n">{{propensity}}</td>
    <td class="wide">{{#content}}<div><span class="soft">{{name}}</span> {{text}}</div>{{/content}}</td></tr>
    {{/decisions}}
    </tbody>
    </table>
    </div>
    </section>
    <section aria-labelledby="timeline">
    <h2 id="timeline">Timeline</h2>
    {{^hasTimeline}}
    <p>Nothing has been recorded of this customer’s visits.</p>
    {{/hasTimeline}}
    {{#hasTimeline}}
    <p class="soft">{{shown}}, the newest first.</p>
    <div class="scroll tall" tabindex="0" role="region" aria-label="Timeline, table">
    <table>
    <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Product</th></tr></thead>
    <tbody>
    {{#timeline}}
    <tr><td class="nowrap">{{at}}</td><td>{{what}}</td><td>{{product}}</td></tr>
    {{/timeline}}
    </tbody>
    </table>
    </div>
    {{/hasTimeline}}
    </section>
    {{/person}}
    """
}
