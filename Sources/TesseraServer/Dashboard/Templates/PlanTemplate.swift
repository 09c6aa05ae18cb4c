extension DashboardTemplates {
  static let plan = """
    <h1>How fine can we afford to be?</h1>
    <p class="lede"><strong>{{recommended}}</strong>: {{reason}}</p>
    <p class="soft">{{lede}}</p>
    <figure class="plan scroll" tabindex="0" role="region" aria-label="Picture of the granularities">
    <svg viewBox="0 0 760 340" role="img" aria-label="{{label}}">
    <line class="axis" x1="50" y1="300" x2="700" y2="300"/>
    <line class="guide" x1="50" y1="30" x2="700" y2="30"/><line class="guide" x1="50" y1="165" x2="700" y2="165"/>
    <text x="44" y="34" text-anchor="end">100 %</text><text x="44" y="169" text-anchor="end">50 %</text>
    <text x="44" y="304" text-anchor="end">0 %</text>
    {{#grid}}<text x="{{x}}" y="320" text-anchor="middle">{{text}}</text>{{/grid}}
    <text x="700" y="336" text-anchor="end">segments</text>
    <text x="50" y="16">value kept</text>
    <polyline class="path" points="{{line}}"/>
    {{#points}}
    <circle class="{{#isRecommended}}chosen{{/isRecommended}}{{^isRecommended}}rung{{/isRecommended}}" cx="{{x}}" cy="{{y}}" r="{{radius}}"/>
    <text class="{{#isRecommended}}strong{{/isRecommended}}" x="{{textX}}" y="{{textY}}" text-anchor="{{anchor}}">{{name}}</text>
    {{/points}}
    </svg>
    </figure>
    <div class="scroll" tabindex="0" role="region" aria-label="Granularities, table">
    <table>
    <thead><tr><th scope="col">Granularity</th><th scope="col" class="n">Segments</th>
    <th scope="col" class="n">People in them: least · median · most</th><th scope="col" class="n">On all axes</th>
    <th scope="col" class="n">Fall back</th><th scope="col" class="n">Looks an hour</th>
    <th scope="col" class="n">Cost a month</th><th scope="col" class="n">Value kept</th></tr></thead>
    <tbody>
    {{#rungs}}
    <tr{{#isRecommended}} class="first"{{/isRecommended}}><th scope="row" class="wide">{{name}}
    {{#isRecommended}}<span class="mark">recommended</span>{{/isRecommended}}<br><span class="soft">{{axes}}</span></th>
    <td class="n">{{segments}}</td><td class="n">{{people}}</td><td class="n">{{onAllAxes}}</td>
    <td class="n">{{fallsBack}}</td><td class="n">{{looks}}</td><td class="n">{{month}}</td>
    <td class="n kept">{{kept}}<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="6"/><rect class="bar" width="{{width}}" height="6"/></svg></td></tr>
    {{/rungs}}
    </tbody>
    </table>
    </div>
    <p class="soft">{{assumptions}} The best rung counts as 100 %. “Fall back” is who is in a cell too small to be decided
    for. The same as numbers: <code>tessera plan --json</code>.</p>
    """
}
