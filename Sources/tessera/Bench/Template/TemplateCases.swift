import Liquid
import TesseraModel

/// The templates that are measured, and the customers that they are rendered for: the same in every run.
enum TemplateCases {
  struct Case {
    let name: String
    let slot: Slot
    let source: String
  }

  static let all = [
    Case(name: "subject", slot: .subject, source: subject), Case(name: "banner", slot: .html, source: banner),
    Case(name: "email", slot: .html, source: email),
  ]

  /// What is the same for a whole segment, and so rendered once a cycle.
  static let bound: Set<String> = ["segment", "offer", "shop", "products"]

  static let subject = """
    {{ customer.first_name | default: "Hello" }}, {{ offer.percent }} % off {{ segment.brand }}\
    {% if customer.tier == "gold" %} for you first{% endif %}
    """

  static let banner = """
    <a class="banner" href="{{ shop.url }}/c/{{ segment.category | downcase | url_encode }}?o={{ offer.id }}">
    {% assign name = customer.first_name | default: "there" | capitalize %}\
    <h1>Hi {{ name }}, {{ segment.headline | replace: "[brand]", segment.brand }}</h1>
    {% if customer.tier == "gold" or customer.points >= 1000 %}\
    <p>You have {{ customer.points }} points: that is {{ customer.points | divided_by: 100 }} off.</p>
    {% elsif customer.city != blank %}\
    <p>Delivered to {{ customer.city | upcase }} by {{ offer.ends | date: "%A, %B %-d" }}.</p>
    {% else %}\
    <p>{{ offer.text | truncate: 40 }}</p>
    {% endif %}\
    {% for category in segment.related limit: 3 %}\
    {{ category | escape }}{% unless forloop.last %}, {% endunless %}\
    {% endfor %}
    </a>
    """

  static let email = """
    <h1>{{ customer.first_name | default: "Hello" }}, picked for you from {{ shop.name }}</h1>
    <table>
    {% for product in products %}\
    {% assign old = product.price | times: 1.3 | round: 2 %}\
    <tr class="{% cycle "odd", "even" %}"><td>{{ forloop.index }}</td>
    <td><a href="{{ shop.url }}/p/{{ product.handle }}?c={{ customer.id }}">{{ product.title | truncate: 30 }}</a></td>
    <td>{% if product.sale %}<s>{{ old }}</s> {% endif %}{{ product.price }} {{ shop.currency }}</td>
    <td>{% case product.stock %}{% when 0 %}sold out{% when 1, 2, 3 %}only {{ product.stock }} left\
    {% else %}in stock{% endcase %}</td>
    <td>{{ product.tags | join: ", " }}</td></tr>
    {% endfor %}\
    </table>
    {% if customer.points > 0 %}<p>{{ customer.points }} points{% if customer.city %}, {{ customer.city }}{% endif %}\
    </p>{% endif %}
    <p>{{ shop.address | newline_to_br }}</p>
    """

  /// Customers by number. The eleven names have two letters to escape and a gap among them.
  static func data(_ i: Int) -> JSONValue {
    let first = ["Ana", "", "Zoë", "Tom & Jo", "", "Mia", "Li", "<Max>", "Ida", "Ole", "Eva"][i % 11]
    let city = ["Porto", "", "Aix-en-Provence", "Oslo"][i / 7 % 4]
    let customer: JSONValue = [
      "id": .string("c\(i)"), "first_name": .string(first), "city": .string(city),
      "tier": .string(["basic", "silver", "gold"][i / 3 % 3]), "points": .integer(i * 37 % 1_500),
    ]
    return [
      "customer": customer, "segment": segment, "offer": offer, "shop": shop,
      "products": .array((0..<6).map { product(i * 5 + $0) }),
    ]
  }

  private static let segment: JSONValue = [
    "brand": "North & Fell", "category": "Rain Jackets", "headline": "[brand] keeps you dry this autumn",
    "related": ["Boots", "Hats & Gloves", "Backpacks", "Tents"],
  ]

  private static let offer: JSONValue = [
    "id": "autumn-15", "percent": 15, "ends": "2026-10-31T21:00:00Z",
    "text": "Fifteen percent off everything that keeps the rain out, until the end of the month",
  ]

  private static let shop: JSONValue = [
    "name": "Hill & Dale", "url": "https://shop.example", "currency": "EUR",
    "address": "Hill & Dale\n1 High Street\nYork",
  ]

  private static func product(_ i: Int) -> JSONValue {
    let title = ["Trail Jacket", "Fell & Moor Waterproof Trousers, long", "Wool Hat", "Down Gilet <new>"][i % 4]
    return [
      "title": .string(title), "handle": .string("product-\(i % 97)"), "price": .number("\(10 + i % 89).\(i % 9 + 1)"),
      "stock": .integer(i % 5), "sale": .bool(i % 3 == 0), "tags": ["new", .string("size-\(i % 7)"), "A & B"],
    ]
  }
}
