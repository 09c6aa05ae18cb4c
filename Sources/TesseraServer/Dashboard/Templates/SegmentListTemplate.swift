extension DashboardTemplates {
  static let segmentList = """
    <h1>Segments</h1>
    {{^hasBook}}
    <p>No decision book is in force yet. Run <code>tessera cycle</code>: the segments it decides will be
    listed here.</p>
    {{/hasBook}}
    {{#hasBook}}
    <p class="lede">{{decided}} decided in this cycle. Where too few active customers share all axes, a coarser segment
    stands in and its relaxed axes read <em>any</em>.</p>
    <form method="get" action="/segments" role="search">
    <div class="fields">
    <label class="grow">Words in the description<input type="search" name="q" value="{{q}}"></label>
    <button class="primary" type="submit">Show</button>
    <a class="button" href="/segments/random">Sample one at random</a>
    </div>
    <details{{#isFiltered}} open{{/isFiltered}}><summary>Filter by axis</summary>
    <div class="fields axes">
    {{#axes}}
    <label>{{name}}<select name="{{name}}"><option value="">every value</option>
    {{#values}}<option{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/values}}
    </select></label>
    {{/axes}}
    </div>
    </details>
    <input type="hidden" name="sort" value="{{sort}}">
    </form>
    <p role="status">{{found}}{{#isNarrowed}} <a href="/segments">Show all</a>{{/isNarrowed}}</p>
    {{#hasRows}}
    <div class="scroll" tabindex="0" role="region" aria-label="Segments, table">
    <table>
    <thead><tr>
    {{#columns}}
    <th scope="col"{{#isNumber}} class="n"{{/isNumber}}{{#order}} aria-sort="{{.}}"{{/order}}>
    <a href="{{href}}">{{name}}{{#order}} <span aria-hidden="true">{{mark}}</span>{{/order}}</a></th>
    {{/columns}}
    {{#placements}}<th scope="col">{{.}}</th>{{/placements}}
    </tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row" class="wide"><a href="/segments/{{row.id}}">{{row.description}}</a></th>
    <td class="n size">{{row.members}}<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" x="0" y="1" width="100" height="4"></rect>
    <rect class="bar" x="0" y="1" width="{{width}}" height="4"></rect></svg></td>
    <td class="nowrap">{{row.detail}}</td>
    {{#row.leads}}<td class="lead">{{action}} <span class="soft">{{propensity}}</span></td>{{/row.leads}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    <nav class="pages" aria-label="More segments">
    {{#previous}}<a class="button" rel="prev" href="{{.}}">Previous page</a>{{/previous}}
    {{#next}}<a class="button" rel="next" href="{{.}}">Next page</a>{{/next}}
    </nav>
    {{/hasRows}}
    {{/hasBook}}
    """
}
