"""Opens every page of a running dashboard in headless Chromium, light and dark, wide and phone, and fails on any axe violation or console error.

Usage: browser_test.py START.json [FOLDER]    START.json is what `tessera demo --json` printed; pictures go to FOLDER if it is named.
"""
import json
import shutil
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

with open(sys.argv[1]) as file:
    start = json.load(file)
folder = sys.argv[2] if len(sys.argv) > 2 else None
base = start["url"]
failures = []

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    session = browser.new_context()
    first = session.new_page()
    locked = first.goto(base + "/")
    if locked.status != 401:
        failures.append(f"without a session / answers {locked.status}, not 401")
    first.goto(start["dashboard"])
    first.goto(base + "/segments")
    segment = first.locator("tbody a").first.get_attribute("href")
    with_brand = first.goto(base + "/segments?q=leans") and first.locator("tbody a").first
    rich = with_brand.get_attribute("href") if with_brand.count() else segment
    state = session.storage_state()
    pages = ["/", "/segments", "/segments?q=nothing-like-this", segment, rich, "/segments/random", "/cycles", "/cycles/1", "/customers",
             "/customers?id=c1", "/segments/s_0000000000000000", "/docs"]
    for scheme in ["light", "dark"]:
        for width in [1280, 390]:
            context = browser.new_context(storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900})
            page = context.new_page()
            problems = []
            page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: problems.append(str(error)))
            for path in pages:
                problems.clear()
                page.goto(base + path)
                where = f"{path} ({scheme}, {width})"
                for violation in Axe().run(page).response["violations"]:
                    nodes = "; ".join(node["html"][:100] for node in violation["nodes"][:3])
                    failures.append(f"{where}: {violation['id']}: {nodes}")
                failures += [f"{where}: console: {p}" for p in problems if "404" not in p]
                if page.locator("h1").count() != 1:
                    failures.append(f"{where}: {page.locator('h1').count()} h1 elements")
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
                    failures.append(f"{where}: the page scrolls sideways")
                if folder:
                    name = path.strip("/").replace("/", "-").replace("?", "-").replace("=", "-") or "overview"
                    page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png", full_page=True)
            context.close()
    browser.close()

print("\n".join(failures) or f"the dashboard: {len(pages)} pages in four settings, no axe violation")
sys.exit(1 if failures else 0)
