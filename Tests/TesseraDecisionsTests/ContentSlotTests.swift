import Liquid
import TesseraDecisions
import TesseraModel
import Testing

/// What a field's name and its channels say of how its values are escaped.
@Suite struct ContentSlotTests {
  @Test(arguments: [
    (
      Slot.url,
      [
        "url", "link", "image", "href", "src", "cta_link", "hero_image", "back_url", "ctaHref", "heroImage",
        "hero-image", "image_2", "image2", "URL", "ImageURL2", "deep.link",
      ]
    ),
    (
      .subject,
      [
        "subject", "preheader", "email_subject", "emailSubject", "preview", "preview_text", "previewText",
        "subject_line", "subject_2",
      ]
    ),
    (.plain, ["text", "sms", "push", "body_text", "bodyText", "sms_2"]),
    (.html, ["title", "body", "headline", "image_alt", "link_title", "curl", "texture", "html", "", "2", "_"]),
  ])
  func namesSayWhereTextsGo(_ slot: Slot, _ names: [String]) {
    for name in names { #expect(ContentSlot.slot(forField: name) == slot, "\(name)") }
  }

  private func policy(_ placements: [String], _ content: JSONValue) throws -> Policy {
    try PlannerFixture.policy {
      $0["placements"] = [
        ["id": "home", "channel": "onsite"], ["id": "mail", "channel": "email"], ["id": "app", "channel": "push"],
        ["id": "phone", "channel": "sms"],
      ]
      $0["creatives"] = [["id": "c", "placements": .strings(placements), "content": content]]
      $0["offers"] = .array([])
    }
  }

  @Test func whatNobodyReadsAsHTMLIsPlain() throws {
    let content: JSONValue = ["title": "Hi", "subject": "Hi", "link": "/a", "body_text": "Hi"]
    for (placements, title) in [
      (["app"], Slot.plain), (["app", "phone"], .plain), (["home"], .html), (["home", "mail"], .html),
    ] {
      let policy = try policy(placements, content)
      #expect(ContentSlot.slots(policy.creatives[0], policy) == [title, .subject, .url, .plain])
      #expect(ContentSlot.conflict(policy.creatives[0], policy) == nil)
    }
  }

  @Test func plainTextAndHTMLDoNotGoTogether() throws {
    var policy = try policy(["app", "mail", "home"], ["title": "Hi", "link": "/a"])
    let conflict = try #require(ContentSlot.conflict(policy.creatives[0], policy))
    #expect(conflict == ("push", "email"))
    policy = try self.policy(["app", "mail"], ["title_text": "Hi", "link": "/a"])
    #expect(ContentSlot.conflict(policy.creatives[0], policy) == nil)
  }

  @Test(
    arguments: [
      ("customer.first_name", nil), ("customer.traits.vip", nil), ("customer.traits", nil), ("customer", nil),
      ("customer.basket[0].title", nil), ("customer.last_viewed.title", nil), ("segment.visits", nil),
      ("offer.code", nil),
      ("shop.name", nil), ("product.compare_at_price", nil), ("segment.description", nil),
      ("customer.firstname", "did you mean customer.first_name?"), ("first_name", "it is customer.first_name here"),
      ("custom_attribute.tier", "customer.traits."), ("user.name", "customer.traits."),
      ("customers.first_name", "did you mean \"customer\"?"), ("segment.loyalty", "segment has basket, brand"),
      ("product.name", "product has brand"), ("customer.last_viewed.name", "a product has brand"),
      ("customer.email", "customer.traits."),
    ] as [(String, String?)])
  func misspeltTagsAreFound(_ path: String, _ advice: String?) throws {
    let problem = TagNames.problem(path, try PlannerFixture.policy())
    if let advice { #expect(problem?.contains(advice) == true, "\(problem ?? "")") } else { #expect(problem == nil) }
  }
}
