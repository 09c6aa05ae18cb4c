import ArgumentParser
import TesseraModel

/// `tessera snippet`: the code to paste into the shop.
struct SnippetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snippet", abstract: "Print the code to paste into the shop.",
    discussion:
      "pixel: a Shopify custom pixel that sends events. storefront: a script that asks for a decision and shows it.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case pixel, storefront
  }

  @Argument(help: "pixel or storefront.") var kind: Kind
  @Option(help: "The server's address as browsers reach it.") var url = "https://tessera.example"
  @Option(help: "The publishable key.") var key = "tpk_…"
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let template = kind == .pixel ? SnippetCommand.pixel : SnippetCommand.storefront
    let code = template.replacing("%URL%", with: url).replacing("%KEY%", with: key)
    Console(options).answer(["snippet": .string(code)]) { _ in code }
  }

  private static let pixel = """
    // Tessera pixel: paste it under Settings → Customer events → Add custom pixel.
    const TESSERA = "%URL%", KEY = "%KEY%";
    async function visitor() {
      let id = await browser.cookie.get("tessera_id");
      if (!id) { id = crypto.randomUUID(); await browser.cookie.set("tessera_id=" + id + "; Max-Age=31536000; Path=/; SameSite=Lax"); }
      return id;
    }
    async function send(type, event, more) {
      const body = JSON.stringify([Object.assign({ id: event.id, type: type, at: event.timestamp, anonymous: await visitor() }, more)]);
      browser.sendBeacon(TESSERA + "/v1/events?key=" + KEY, body);
    }
    const id = (variant) => variant && variant.product ? { product: String(variant.product.id) } : {};
    for (const name of ["page_viewed", "collection_viewed", "cart_viewed", "checkout_started", "checkout_completed"])
      analytics.subscribe(name, (event) => send(name, event, {}));
    analytics.subscribe("search_submitted", (event) => send("search_submitted", event,
      { properties: { query: String(event.data.searchResult ? event.data.searchResult.query : "").slice(0, 80) } }));
    analytics.subscribe("product_viewed", (event) => send("product_viewed", event, id(event.data.productVariant)));
    for (const name of ["product_added_to_cart", "product_removed_from_cart"])
      analytics.subscribe(name, (event) => send(name, event,
        Object.assign(id(event.data.cartLine && event.data.cartLine.merchandise), { quantity: event.data.cartLine ? event.data.cartLine.quantity : 1 })));
    """

  private static let storefront = """
    <!-- Tessera: paste it into theme.liquid before </body>, and give an element the attribute data-tessera="home_hero". -->
    <script>
    (async function () {
      const url = "%URL%", key = "%KEY%";
      const found = document.cookie.match(/(?:^|; )tessera_id=([^;]+)/);
      const id = found ? found[1] : crypto.randomUUID();
      if (!found) document.cookie = "tessera_id=" + id + "; Max-Age=31536000; Path=/; SameSite=Lax";
      const tell = (type, receipt) => navigator.sendBeacon(url + "/v1/events?key=" + key, JSON.stringify([
        { id: crypto.randomUUID(), type: type, at: new Date().toISOString(), anonymous: id, receipt: receipt }]));
      for (const place of document.querySelectorAll("[data-tessera]")) {
        try {
          const answer = await (await fetch(url + "/v1/decide?key=" + key + "&anonymous=" + id + "&placement=" + encodeURIComponent(place.dataset.tessera))).json();
          if (answer.receipt) tell("decision_shown", answer.receipt);
          if (!answer.content) continue;
          const plain = (html) => new DOMParser().parseFromString(html || "", "text/html").body.textContent;
          const link = document.createElement("a"), title = document.createElement("strong"), body = document.createElement("span");
          title.textContent = plain(answer.content.title); body.textContent = " " + plain(answer.content.body);
          if (/^(https?:\\/\\/|\\/)/.test(answer.content.url || "")) link.href = answer.content.url;
          link.append(title, body);
          link.addEventListener("click", () => tell("decision_clicked", answer.receipt));
          place.replaceChildren(link);
        } catch (error) { /* the page stays as it is */ }
      }
    })();
    </script>
    """
}
