/// The configuration in the box: what serves when there is no file, and what `tessera init` writes. One text, so that
/// the two never differ.
enum BuiltinConfiguration {
  /// Everything with its default, and why one would change it.
  static let yaml = """
    # Tessera: what this store shows to whom, and within which bounds.
    # Every value below is the default. `tessera doctor` checks this file and says how to mend it.
    # Any single value can also be set by environment, for example TESSERA_SHOP_CURRENCY=EUR.

    shop:
      name: My shop
      url: ""                      # such as https://shop.example, for links in messages
      time_zone: UTC               # IANA name, such as Europe/Berlin: send times and quiet hours are local
      currency: USD                # amounts in another currency are rejected
      money_format: "${{amount}}"

    # How customers are told apart, by at most 15 axes. `returns` and `price-tier` are in the box as well. Cuts and values can be
    # changed and axes of your own defined; docs/reference/axes.md has the vocabulary:
    #  - {axis: orders, cuts: [1, 3, 8], values: [none, some, many, loyal]}
    #  - {axis: gift-buyer, share: lines, where: {category: gifts}, window: 365d, cuts: ["30%"], none: unknown, values: ["no", "yes"]}
    axes: [visits, tenure, orders, last-order, brand, researching, basket, price-sensitivity, spend, reach]

    segments:
      min_members: 10              # fewer active customers are never decided for on their own
      max_segments: 4000           # over it, the smallest roll up first

    groups:                        # measurement groups, per cent; the same person stays in the same group
      decisioned: 80
      random: 5                    # a random eligible action: exploration and unbiased evidence
      business_as_usual: 10        # what the placement's business_as_usual names, else the page as it is
      holdout: 5                   # nothing

    bandit:
      policy: thompson             # or squarecb, linucb, epsilon-greedy, beta-thompson (every segment alone), uniform
      exploration_floor: 0.03      # share of probability spread evenly over all eligible actions
      shrinkage: 500               # exposures a segment needs to count as much as its neighbours
      exploration: 0.35            # 1 is textbook Thompson sampling; less explores less
      half_life_days: 14           # after so many days an exposure counts half; 0: all count alike

    agent:
      enabled: true
      share: 50                    # per cent of a segment's customers decided with the agent's overlay
      trial: 1                     # count up to try an agent again that was switched off because it did harm
      look_hours: 24               # every segment is looked at this often at least
      together: 15                 # segments that share a call
      with_tools: 20               # the most valuable segments of the hour are looked at one by one, with tools
      batches: true                # looks that can wait are handed in as a batch where the provider makes that cheaper
      deadline_seconds: 300        # the agents' part of a cycle takes no longer
      budget: {hour: 1, day: 5, month: 64}           # dollars that no hour, day or month passes
      tokens: {hour: null, day: null, month: null}   # the same in tokens; null is no limit
      copy: marketer               # who lets a text that agents propose go live: marketer, rules; off: ask for none
      blocked_words: []            # that no proposed text may have
      guide: ""                    # what agents should know of the brand: tone, goals, what must not be claimed

    guardrails:
      frequency_cap: {messages: 3, days: 7}
      quiet_hours: {from: "21:00", to: "08:00"}
      book_age_max_hours: 24       # an older decision book is not served
      tag_coverage: 0.95           # a creative is for segments of which this share has what its tags without a fallback ask for

    # A placement's reward is click, order, revenue or margin; of money an exposure earns at most its reward_cap (500).
    # With do_nothing: true, leaving the page as it is, or sending nothing, is one of the actions that are tried.
    placements:
      - {id: home_hero, channel: onsite, reward: click, reward_window_hours: 1}
      - {id: cart, channel: onsite, reward: order, reward_window_hours: 24}
      - {id: email, channel: email, reward: click, reward_window_hours: 48, send_at: "10:00"}

    # A creative's texts are Liquid. `brand: segment` and `category: segment` make it speak of the segment's own.
    creatives:
      - id: brand-spotlight
        placements: [home_hero]
        brand: segment
        style: brand-led
        content:
          title: "Hi {{ customer.first_name | default: 'there' }}, new from {{ segment.brand | default: product.brand }}"
          body: "See {{ product.title | default: 'what just came in' }}."
          url: "{{ product.url }}"
      - id: category-guide
        placements: [home_hero]
        category: segment
        style: practical
        content:
          title: "{{ customer.first_name | default: 'Hello' }}, choosing well: {{ segment.researching | default: product.category }}"
          body: "Start with {{ product.title | default: 'our guide' }}."
          url: "{{ product.url }}"
      - id: new-arrivals
        placements: [home_hero]
        style: editorial
        content:
          title: "Just in"
          body: "{{ product.title | default: 'New things are here' }} and more, fresh this week."
          url: "{{ product.url }}"
      - id: bestsellers
        placements: [home_hero]
        style: practical
        content:
          title: "What others choose"
          body: "The things people come back for, {{ customer.first_name | default: 'friend' }}."
          url: "{{ product.url }}"
      - id: welcome
        placements: [home_hero]
        style: editorial
        only_for: {visits: [never, new]}
        content:
          title: "Welcome to {{ shop.name }}"
          body: "Have a look around."
          url: "{{ product.url }}"
      - id: basket-reminder
        placements: [cart]
        style: practical
        only_for: {basket: [researched, other, checkout, abandoned]}
        content:
          title: "Still yours, {{ customer.first_name | default: 'for now' }}"
          body: "{{ customer.basket[0].title | default: 'Your basket' }} is waiting."
          url: "{{ customer.basket[0].url | default: product.url }}"
      - id: basket-reassurance
        placements: [cart]
        style: practical
        content:
          title: "Take your time"
          body: "Questions about size or delivery? We are here."
          url: "{{ product.url }}"
      - id: basket-bestsellers
        placements: [cart]
        style: editorial
        content:
          title: "Goes well with your basket"
          body: "{{ product.title | default: 'Something to go with it' }}"
          url: "{{ product.url }}"
      - id: email-basket
        placements: [email]
        style: practical
        only_for: {basket: [researched, other, checkout, abandoned]}
        content:
          subject: "{{ customer.first_name | default: 'Hello' }}, your basket is waiting"
          title: "You left something behind"
          body: "{{ customer.basket[0].title | default: 'Your choice' }} is still here."
          url: "{{ customer.basket[0].url | default: product.url }}"
      - id: email-brand-news
        placements: [email]
        brand: segment
        style: brand-led
        content:
          subject: "New from {{ segment.brand | default: product.brand }}"
          title: "{{ customer.first_name | default: 'Hello' }}, news from {{ segment.brand | default: product.brand }}"
          body: "{{ product.title | default: 'Have a look' }}"
          url: "{{ product.url }}"
      - id: email-category-guide
        placements: [email]
        category: segment
        style: practical
        content:
          subject: "Choosing {{ segment.researching | default: product.category }}"
          title: "A short guide for you, {{ customer.first_name | default: 'friend' }}"
          body: "Start with {{ product.title | default: 'our favourites' }}."
          url: "{{ product.url }}"
      - id: email-bestsellers
        placements: [email]
        style: editorial
        content:
          subject: "What others choose"
          title: "What others choose"
          body: "{{ product.title | default: 'Our favourites' }}"
          url: "{{ product.url }}"
      - id: email-winback
        placements: [email]
        style: editorial
        only_for: {visits: [never, lapsing, lapsed]}
        content:
          subject: "It has been a while, {{ customer.first_name | default: 'friend' }}"
          title: "Good to see you again"
          body: "Here is what is new: {{ product.title | default: 'a lot' }}."
          url: "{{ product.url }}"

    # `none` is always there. An offer is a promise your shop must keep, so none is made until you say so:
    #  - {id: free-shipping, kind: free-shipping}
    #  - {id: ten-percent, kind: percentage, value: 10, code: TEN, margin_floor: 0.15, budget_orders: 500}
    offers:
      - {id: none}

    server:
      host: 127.0.0.1
      port: 8080
      allowed_origins: []          # browser origins that may use the publishable key, such as https://shop.example

    # A language model for the agents; without one the built-in rule analyst works. The key is better kept in TESSERA_MODEL_KEY.
    model:
      dialect: ""                  # anthropic or openai
      url: ""
      name: ""
      key: ""
      prices: []                   # of models that are not in the built-in table: [{model: m, from: "2026-10-01", input: 0.1, output: 0.5}]
    """

  /// The demo's store makes offers, because its shoppers can redeem them.
  static var demoYAML: String {
    yaml.replacing(
      "  - {id: none}\n\nserver",
      with: """
          - {id: none}
          - {id: free-shipping, kind: free-shipping}
          - {id: ten-percent, kind: percentage, value: 10, code: TEN, margin_floor: 0.1}

        server
        """
    )
    .replacing("  name: My shop", with: "  name: Tessera Outdoor (demo)")
  }
}
