extension DashboardTemplates {
  /// The frame of every page. Only `content` is unescaped: it was rendered from a template, which escaped.
  static let layout = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}} · Tessera</title>
    <link rel="stylesheet" href="{{stylesheet}}">
    <link rel="icon" href="data:,">
    </head>
    <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header>
    <a class="brand" href="/">Tessera</a>
    <nav aria-label="Pages">
    {{#pages}}
    <a href="{{href}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a>
    {{/pages}}
    </nav>
    </header>
    <main id="main" tabindex="-1">
    {{{content}}}
    </main>
    <footer>
    <p>Tessera {{version}} · read-only · <a href="/docs">API</a> · <a href="/metrics">Metrics</a></p>
    </footer>
    </body>
    </html>
    """

  /// What could not be shown, and what to do instead.
  static let failure = """
    <h1>{{heading}}</h1>
    <p>{{message}}.</p>
    <p><a class="button" href="/">Overview</a> <a class="button" href="/segments">All segments</a></p>
    """
}
