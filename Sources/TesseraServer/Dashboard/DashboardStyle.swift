/// The one style sheet: tokens first, then elements, then the few parts of a page.
enum DashboardStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1b1f24; --soft: #4d5661; --line: #d5dae0; --paper: #ffffff; --tint: #f3f5f7;
      --accent: #0b5cad; --good: #17703a; --bad: #a3321f; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #b0b8c1; --line: #3a424b; --paper: #14181c; --tint: #1f252b;
      --accent: #7db8f5; --good: #7fcf9a; --bad: #f0a394; } }
    * { box-sizing: border-box; }
    body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); font-variant-numeric: tabular-nums; }
    a { color: var(--accent); } a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible,
    [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
    header, main, footer { max-width: 78rem; margin: 0 auto; padding: 0 1rem; }
    header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding-top: .75rem; padding-bottom: .75rem;
      border-bottom: 1px solid var(--line); }
    header strong { font-size: 1.05rem; } nav { display: flex; gap: 1rem; } nav a { padding: .25rem 0; min-height: 24px; }
    nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; border-bottom: 2px solid var(--accent); }
    p, li, h1, h2 { overflow-wrap: anywhere; }
    footer { color: var(--soft); margin-top: 3rem; padding-top: 1rem; padding-bottom: 2rem; border-top: 1px solid var(--line); }
    h1 { font-size: 1.5rem; line-height: 1.3; margin: 1.5rem 0 .5rem; max-width: 60rem; text-wrap: balance; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
    h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; } p { max-width: 60rem; margin: .5rem 0; } .soft { color: var(--soft); }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
    .figures li { background: var(--tint); border-radius: .4rem; padding: .6rem .8rem; } .figures b { display: block; font-size: 1.35rem; }
    .figures span { color: var(--soft); }
    .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--soft); padding: .25rem 0; }
    th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line); } th { font-weight: 600; color: var(--soft); }
    td.n, th.n { text-align: right; white-space: nowrap; } .lead td { font-weight: 600; }
    .chips { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: .75rem 0; list-style: none; }
    .chips li { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .7rem; } .chips .any { border-style: dashed; color: var(--soft); }
    form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; } label { display: grid; gap: .15rem; color: var(--soft); }
    input, select, button, .button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .3rem;
      padding: .35rem .6rem; min-height: 2.2rem; } button, .button { background: var(--tint); cursor: pointer; text-decoration: none; display: inline-block; }
    pre { background: var(--tint); padding: .8rem; border-radius: .4rem; overflow-x: auto; font-size: 13px; } code { font-size: .93em; }
    .claim { border-left: 3px solid var(--accent); padding: .1rem 0 .1rem .9rem; margin: .75rem 0; } details { margin: .5rem 0; } summary { cursor: pointer; min-height: 24px; }
    svg { display: block; } svg .bar { fill: var(--accent); } svg .track { fill: var(--line); } svg .dot { fill: var(--ink); }
    @media (max-width: 30rem) { h1 { font-size: 1.25rem; } body { font-size: 14px; } }
    """
}
