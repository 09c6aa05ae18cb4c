import HTTPTypes
import Hummingbird
import TesseraModel

/// The one style sheet, its address and how long it may be kept.
enum DashboardStyle {
  static let path = "/assets/dashboard.css"
  private static let hash = TextEncoding.hexadecimal(SHA256.hash(css.utf8).prefix(6))
  /// With a hash of the content, so that it can be kept for good and a new version is fetched at once.
  static let address = "\(path)?v=\(hash)"

  static func response(_ call: Call) -> Response {
    var response = Response.text(css, type: "text/css; charset=utf-8")
    let isCurrent = call.query("v") == hash
    response.headers[.cacheControl] = isCurrent ? "public, max-age=31536000, immutable" : "no-cache"
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }

  /// Tokens first, then elements, then the few parts of a page.
  static let css = tokens + elements + parts

  private static let tokens = """
    :root {
      color-scheme: light dark;
      --ink: #1b1f24; --soft: #545e69; --line: #dce1e6; --paper: #ffffff; --tint: #f4f6f8; --edge: #7d8894;
      --accent: #0b5aa8; --on-accent: #ffffff; --bar: #3f7fbf; --light: #8fb4d9; --mark: #6b4a00;
      --mark-tint: #fdf3dc;
      --space: 1rem; --round: 6px;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e6e9ed; --soft: #aab4be; --line: #343c45; --paper: #14181c; --tint: #1d2329; --edge: #77828d;
        --accent: #85bdf6; --on-accent: #0c1a28; --bar: #5b9bd9; --light: #34618c; --mark: #f2cf85;
        --mark-tint: #3a2f14;
      }
    }

    """

  private static let elements = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
      color: var(--ink); background: var(--paper); }
    header, main, footer { max-width: 80rem; margin: 0 auto; padding: 0 var(--space); }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 2rem; padding-block: .6rem;
      border-bottom: 1px solid var(--line); }
    header nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
    header a { color: var(--ink); text-decoration: none; padding: .3rem 0; border-bottom: 2px solid transparent; }
    header a:hover { border-bottom-color: var(--edge); }
    header a[aria-current] { font-weight: 600; border-bottom-color: var(--accent); }
    footer { margin-top: 3rem; padding-block: 1rem 2rem; border-top: 1px solid var(--line); color: var(--soft); }
    footer a { display: inline-block; padding: .15rem 0; }
    main:focus { outline: none; }
    a { color: var(--accent); text-underline-offset: .15em; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
    h1 { font-size: 1.55rem; line-height: 1.3; margin: 1.5rem 0 .5rem; max-width: 54rem; text-wrap: balance; }
    h2 { font-size: 1.15rem; line-height: 1.35; margin: 2.25rem 0 .5rem; }
    h3 { font-size: 1rem; margin: 0 0 .25rem; }
    h1, h2, p, li, dd { overflow-wrap: anywhere; }
    p { margin: .5rem 0; max-width: 54rem; }
    code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
    pre { margin: .75rem 0; padding: .75rem; overflow: auto; max-height: 32rem; background: var(--tint);
      border-radius: var(--round); }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0;
      border-bottom: 1px solid var(--line); }
    thead th { vertical-align: bottom; color: var(--soft); font-weight: 600; font-size: .9em; }
    thead th a { color: inherit; display: inline-block; min-height: 24px; }
    tbody th { font-weight: 400; }
    tbody tr:hover > * { background: var(--tint); }
    details { margin: .75rem 0; }
    summary { cursor: pointer; padding: .15rem 0; color: var(--accent); }
    svg { display: block; }
    label { display: grid; gap: .2rem; color: var(--soft); font-size: .9em; }
    input, select, button, .button { font: inherit; color: var(--ink); background: var(--paper);
      border: 1px solid var(--edge); border-radius: var(--round); padding: .35rem .7rem; min-height: 2.3rem;
      max-width: 100%; }
    input, select { width: 100%; font-size: 15px; }
    button, .button { display: inline-block; cursor: pointer; text-decoration: none; background: var(--tint); }
    button:hover, .button:hover { border-color: var(--ink); }
    .primary { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }

    """

  private static let parts = """
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--paper); z-index: 1; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
      white-space: nowrap; }
    .brand { font-weight: 700; letter-spacing: .01em; }
    .kicker { margin: 1.5rem 0 0; color: var(--soft); } .kicker + h1 { margin-top: .1rem; }
    .lede { font-size: 1.05rem; } .soft { color: var(--soft); } .nowrap { white-space: nowrap; }
    .empty, .note { background: var(--tint); border-radius: var(--round); padding: .25rem 1.25rem 1rem;
      margin: 1.25rem 0; }
    .empty h2 { margin-top: 1rem; } .empty pre { background: var(--paper); } .note { padding-top: .5rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem 1.5rem;
      margin: 1.25rem 0; }
    .figures div { display: flex; flex-direction: column; border-left: 2px solid var(--line); padding-left: .75rem; }
    .figures dt { color: var(--soft); font-size: .9em; order: 1; } .figures dd { margin: 0; }
    .figures dd:first-of-type { font-size: 1.5rem; line-height: 1.3; font-weight: 600; }
    .figures dd + dd { order: 2; font-size: .85em; }
    .actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.25rem 0; max-width: none; }
    .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 0 3rem; }
    .scroll { overflow-x: auto; } .tall { max-height: 36rem; overflow-y: auto; }
    .n { text-align: right; white-space: nowrap; } thead .n { white-space: normal; }
    .wide { min-width: 16rem; max-width: 34rem; } .lead { min-width: 8.5rem; } .action { min-width: 10rem; } .term { color: var(--soft); }
    .first > th, .first > .size { font-weight: 600; }
    .size svg { width: 4.5rem; height: 6px; margin: .15rem 0 0 auto; }
    .bars { width: 45%; }
    .bars svg { width: 100%; height: 14px; margin-top: .3rem; }
    .interval svg { width: 160px; height: 14px; margin-top: .25rem; }
    .chart { width: 100%; height: 60px; border-bottom: 1px solid var(--edge); }
    .bar { fill: var(--bar); } .light { fill: var(--light); } .track { fill: var(--line); } .dot { fill: var(--ink); }
    .plan { max-width: 60rem; } .plan svg { width: 100%; min-width: 36rem; height: auto; font-size: 12px; fill: var(--ink); }
    .plan .axis { stroke: var(--edge); } .plan .guide { stroke: var(--line); }
    .plan .path { fill: none; stroke: var(--light); stroke-width: 2; }
    .plan .rung { fill: var(--bar); } .plan .chosen { fill: var(--accent); stroke: var(--ink); stroke-width: 2; }
    .plan .strong { font-weight: 700; } .kept svg { width: 5rem; height: 6px; margin: .3rem 0 0 auto; }
    figure { margin: .5rem 0 1rem; max-width: 40rem; } figcaption { margin-bottom: .5rem; }
    .chips { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: .75rem 0; list-style: none; }
    .chips li { border: 1px solid var(--edge); border-radius: 1rem; padding: .1rem .75rem; }
    .chips span { color: var(--soft); } .chips .any { border-style: dashed; color: var(--soft); font-style: italic; }
    .mark { background: var(--mark-tint); color: var(--mark); border-radius: 3px; padding: 0 .35rem;
      font-size: .85em; font-weight: 600; white-space: nowrap; }
    .rows { list-style: none; padding: 0; margin: .5rem 0; max-width: 60rem; } .rows li { padding: .35rem 0; }
    .contents { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .5rem;
      margin: 1.25rem 0; }
    .contents a { border: 1px solid var(--line); border-radius: var(--round); padding: .5rem .75rem;
      color: var(--ink); text-decoration: none; }
    .contents a:hover { border-color: var(--accent); }
    .contents strong { display: block; color: var(--accent); font-weight: 600; }
    .notice { padding: .6rem 1rem; border-left: 4px solid var(--mark); background: var(--mark-tint); color: var(--mark);
      border-radius: var(--round); }
    .cells td { min-width: 6rem; }
    tr:target > * { background: var(--mark-tint); } section > h3 { margin-top: 1.5rem; }
    .step { font-size: 1.1rem; margin-top: 1.75rem; } h4 { margin: .5rem 0; font-size: 1rem; }
    .decision { border-top: 1px solid var(--line); margin-top: 2rem; } .decision h2 { margin-top: 1.25rem; }
    .overlay { margin: 1.25rem 0; padding: 1rem 1.25rem; background: var(--tint); border-radius: var(--round); }
    .overlay tbody tr:hover > * { background: var(--paper); } .overlay pre { background: var(--paper); }
    .claim { margin: .75rem 0; padding-left: 1rem; border-left: 3px solid var(--accent); }
    .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
      gap: .5rem 1.5rem; margin: .75rem 0; }
    .facts dt { color: var(--soft); font-size: .9em; } .facts dd { margin: 0; }
    form { margin: 1rem 0; } form.inline { display: inline-block; margin: 0 .5rem .5rem 0; }
    article.text { border-top: 1px solid var(--line); padding: .25rem 0 .5rem; } article.text h3 { margin: .75rem 0 .25rem; }
    .fields { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
    .grow { flex: 1 1 18rem; max-width: 34rem; }
    .axes { margin-top: .5rem; }
    .axes label { flex: 1 1 9rem; max-width: 14rem; }
    .pages { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
    @media (max-width: 40rem) {
      body { font-size: 14px; } h1 { font-size: 1.25rem; } .lede { font-size: 1rem; }
      header { gap: .1rem 1rem; } header nav { gap: .25rem 1rem; }
    .figures { grid-template-columns: repeat(2, 1fr); gap: .75rem; }
    .figures dd:first-of-type { font-size: 1.25rem; }
      .wide { min-width: 13rem; } th, td { padding-right: .75rem; } .overlay { padding: .75rem; }
    }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    @media print { header nav, .actions, .skip, form { display: none; } details { display: block; } }

    """
}
