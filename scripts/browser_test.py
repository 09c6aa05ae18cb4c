"""Opens every page of a running dashboard in headless Chromium, light and dark, wide and phone, and fails on any axe violation or console error.

Usage: browser_test.py START [FOLDER]    START is a base URL (of `tessera serve --no-auth`), or a file with what `tessera demo --json` or
`tessera serve --json` printed; pictures go to FOLDER if it is named. Says `skipped` and succeeds where Chromium or its driver is missing.
"""
import json
import shutil
import sys

try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright
except ImportError as error:
    print(f"skipped: {error.name} is not installed (pip install playwright axe-playwright-python)")
    sys.exit(0)
chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not chromium:
    print("skipped: chromium is not installed")
    sys.exit(0)
if len(sys.argv) < 2:
    sys.exit(__doc__)

if sys.argv[1].startswith("http"):
    base, login = sys.argv[1].rstrip("/"), None
else:
    with open(sys.argv[1]) as file:
        start = json.load(file)
    base = start["url"]
    login = start["dashboard"] if "link=" in start["dashboard"] else None
folder = sys.argv[2] if len(sys.argv) > 2 else None
failures = []


def href(page, path, selector, default):
    """The address of the first link that matches on a page."""
    page.goto(base + path)
    link = page.locator(selector).first
    return link.get_attribute("href") if link.count() else default


def names(page):
    """The pages to visit, with a name for the picture of each."""
    missing = "/segments/s_0000000000000000"
    segment = href(page, "/segments", "tbody a", missing)
    rich = href(page, "/segments?q=leans", "tbody a", segment)
    return {
        "overview": "/", "segments": "/segments", "segments-none": "/segments?q=nothing-like-this",
        "segments-filtered": "/segments?visits=returning&sort=description", "segment": segment, "segment-rich": rich,
        "random": "/segments/random", "decision": href(page, rich, 'a[href^="/decisions/"]', "/decisions/d_0"),
        "plan": "/plan", "learning": "/learning", "agents": "/agents", "looks": "/agents/runs",
        "look": href(page, "/agents/runs", "tbody a", "/agents/runs"), "cycles": "/cycles", "cycle-first": "/cycles/1", "cycle-last": href(page, "/cycles", "tbody a", "/cycles/1"),
        "customers": "/customers", "customer": "/customers?id=" + customer(page), "customer-missing": "/customers?id=no-one",
        "missing-segment": missing, "missing": "/cycles/0/nothing", "docs": "/docs",
    }


def customer(page):
    """Someone to look up: the customer of the first stored event, where the API may be read; else a demo's first."""
    answer = page.request.get(base + "/v1/events?limit=20")
    events = answer.json()["events"] if answer.ok else []
    known = [event["customer"] for event in events if event.get("customer")]
    return known[0] if known else "c1"


def check(page, where, problems):
    for violation in Axe().run(page).response["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        failures.append(f"{where}: {violation['id']}: {nodes}")
    # A page that is not there answers 404, which the browser notes as an error.
    failures.extend(f"{where}: console: {problem}" for problem in problems if "404" not in problem)
    if page.locator("h1").count() != 1:
        failures.append(f"{where}: {page.locator('h1').count()} h1 elements")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        failures.append(f"{where}: the page scrolls sideways")
    small = page.evaluate(
        """[...document.querySelectorAll('main button, main .button, main summary, main select, main input:not([type=hidden]), nav a')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))""")
    failures.extend(f"{where}: lower than 24 px: {element}" for element in small)


def visit(browser, state, pages, scheme, width):
    context = browser.new_context(storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for name, path in pages.items():
        problems.clear()
        page.goto(base + path)
        if folder:
            page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)
        # What is folded away must hold up as well.
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        check(page, f"{path} ({scheme}, {width})", problems)
    context.close()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    session = browser.new_context()
    first = session.new_page()
    if login:
        locked = first.goto(base + "/")
        if locked.status != 401:
            failures.append(f"without a session / answers {locked.status}, not 401")
        first.goto(login)
    pages = names(first)
    state = session.storage_state()
    for scheme in ["light", "dark"]:
        for width in [1280, 390]:
            visit(browser, state, pages, scheme, width)
    browser.close()

print("\n".join(failures) or f"the dashboard: {len(pages)} pages in four settings, no axe violation")
sys.exit(1 if failures else 0)
