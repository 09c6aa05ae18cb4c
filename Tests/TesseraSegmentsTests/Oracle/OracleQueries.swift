/// The definitions of the ten axes as queries over the raw facts, written from their prose and sharing nothing with
/// the fold: sets instead of increments, so that a mistake in one has no reason to be in the other. `clock.t` is T;
/// `normal(name)` is the one spelling of names.
enum OracleQueries {
  static let tables = [
    "event", "identification", "owned", "product_now", "order_now", "listed", "visits", "tenure", "orders",
    "last_order",
    "brand", "researching", "basket", "price_sensitivity", "revenue", "spend", "reach",
  ]

  static let all = base + history + interest + money

  /// Rules for all axes: what counts, which version, whose it is, who is listed.
  static let base = """
    -- An event id seen twice counts once, the first accepted stands; then only what is not after T counts.
    CREATE TEMP TABLE event AS
    WITH numbered AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY seq) AS n FROM raw_event)
    SELECT id, type, at, customer, anonymous, product, quantity, channel
    FROM numbered WHERE n = 1 AND at <= (SELECT t FROM clock);

    -- An event with both ids is also an identify at its time.
    CREATE TEMP TABLE identification AS
    SELECT anonymous, customer, at FROM raw_identify WHERE at <= (SELECT t FROM clock)
    UNION SELECT anonymous, customer, at FROM event WHERE customer IS NOT NULL AND anonymous IS NOT NULL;

    -- Anonymous: the first identify at or after the event, else the last one before it, else a visitor of its own.
    CREATE TEMP TABLE owned AS
    SELECT event.*, coalesce(
      event.customer,
      (SELECT i.customer FROM identification AS i
       WHERE i.anonymous = event.anonymous AND i.at >= event.at ORDER BY i.at LIMIT 1),
      (SELECT i.customer FROM identification AS i
       WHERE i.anonymous = event.anonymous AND i.at < event.at ORDER BY i.at DESC LIMIT 1),
      '~' || event.anonymous) AS subject
    FROM event;

    -- Records: the highest updated_at wins; equal or absent, the last accepted. Names in their one spelling.
    CREATE TEMP TABLE product_now AS
    WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY id ORDER BY updated_at DESC, seq DESC) AS n FROM raw_product)
    SELECT id, normal(brand) AS brand, normal(category) AS category FROM numbered WHERE n = 1;

    -- The version in force at every T; of those, the orders that exist at T.
    CREATE TEMP TABLE order_now AS
    WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY id ORDER BY updated_at DESC, seq DESC) AS n FROM raw_order)
    SELECT seq, id, customer AS subject, placed_at, codes FROM numbered, clock
    WHERE n = 1 AND placed_at <= t AND (cancelled_at IS NULL OR cancelled_at > t);

    -- Every customer with a record, or with a fact not after T.
    CREATE TEMP TABLE listed AS
    SELECT id AS subject FROM raw_customer
    UNION SELECT subject FROM owned UNION SELECT customer FROM identification UNION SELECT subject FROM order_now;

    """

  /// visits, tenure, orders, last-order.
  static let history = """
    CREATE TEMP TABLE visits AS
    WITH onsite AS (
      SELECT subject, at, lag(at) OVER (PARTITION BY subject ORDER BY at) AS before
      FROM owned WHERE type NOT GLOB 'message_*'),
    sessions AS (
      SELECT subject, max(at) AS last, sum(before IS NULL OR at - before >= 30 * 60000) AS n
      FROM onsite GROUP BY subject)
    SELECT subject, CASE
      WHEN t - last > 90 * 86400000 THEN 'lapsed' WHEN t - last > 30 * 86400000 THEN 'lapsing'
      WHEN n = 1 THEN 'new' ELSE 'returning' END AS value
    FROM sessions, clock;

    CREATE TEMP TABLE tenure AS
    WITH set_created AS (
      SELECT *, row_number() OVER (PARTITION BY id ORDER BY updated_at DESC, seq DESC) AS n
      FROM raw_customer WHERE names_created),
    created AS (SELECT id, created_at FROM set_created, clock WHERE n = 1 AND created_at <= t),
    firsts AS (
      SELECT subject, min(at) AS at
      FROM (SELECT subject, at FROM owned UNION ALL SELECT subject, placed_at FROM order_now) GROUP BY subject),
    since AS (
      SELECT listed.subject, coalesce(created.created_at, firsts.at) AS at
      FROM listed LEFT JOIN created ON created.id = listed.subject LEFT JOIN firsts ON firsts.subject = listed.subject)
    SELECT subject, CASE
      WHEN at IS NULL THEN 'unknown' WHEN t - at < 7 * 86400000 THEN 'under-7d'
      WHEN t - at < 60 * 86400000 THEN 'under-60d' WHEN t - at < 365 * 86400000 THEN 'under-1y'
      ELSE 'over-1y' END AS value
    FROM since, clock;

    CREATE TEMP TABLE orders AS
    SELECT subject, CASE
      WHEN count(*) = 1 THEN 'one' WHEN count(*) <= 3 THEN 'few' WHEN count(*) <= 9 THEN 'many'
      ELSE 'loyal' END AS value
    FROM order_now GROUP BY subject;

    CREATE TEMP TABLE last_order AS
    WITH newest AS (SELECT subject, max(placed_at) AS at FROM order_now GROUP BY subject)
    SELECT subject, CASE
      WHEN t - at < 7 * 86400000 THEN 'under-7d' WHEN t - at < 30 * 86400000 THEN 'under-30d'
      WHEN t - at < 90 * 86400000 THEN 'under-90d' ELSE 'over-90d' END AS value
    FROM newest, clock;

    """

  /// brand, researching, basket.
  static let interest = """
    CREATE TEMP TABLE brand AS
    WITH evidence AS (
      SELECT subject, product, 1 AS weight, at FROM owned WHERE type = 'product_viewed'
      UNION ALL SELECT subject, product, 3, at FROM owned WHERE type = 'product_added_to_cart'
      UNION ALL SELECT subject, product, 5, placed_at FROM order_now JOIN raw_line ON order_seq = seq
      UNION ALL SELECT subject, product, -5, at
      FROM order_now JOIN raw_refund_line ON order_seq = seq, clock WHERE at <= t),
    -- Rounded, so that noise in the last bits never decides a tie; a millisecond at a cut is ten times as much.
    scores AS (
      SELECT subject, brand, round(sum(weight * pow(2.0, -(t - at) / 2592000000.0)), 11) AS score
      FROM evidence JOIN product_now ON product_now.id = product, clock
      WHERE brand IS NOT NULL GROUP BY subject, brand),
    ranked AS (
      SELECT *, sum(score) OVER (PARTITION BY subject) AS total,
        row_number() OVER (PARTITION BY subject ORDER BY score DESC, brand) AS n
      FROM scores WHERE score > 0)
    SELECT subject, '~' || brand AS value FROM ranked WHERE n = 1 AND score >= 2 AND score >= 0.35 * total - 1e-10;

    CREATE TEMP TABLE researching AS
    WITH views AS (
      SELECT subject, category, count(*) AS n, max(at) AS last
      FROM owned JOIN product_now ON product_now.id = product, clock
      WHERE type = 'product_viewed' AND t - at < 7 * 86400000 AND category IS NOT NULL
      GROUP BY subject, category HAVING count(*) >= 3),
    ranked AS (SELECT *, row_number() OVER (PARTITION BY subject ORDER BY n DESC, last DESC, category) AS r FROM views)
    SELECT subject, category, '~' || category AS value FROM ranked WHERE r = 1;

    CREATE TEMP TABLE basket AS
    WITH RECURSIVE change AS MATERIALIZED (
      SELECT subject, product, at, coalesce(quantity, 1) * iif(type = 'product_added_to_cart', 1, -1) AS units,
        row_number() OVER (PARTITION BY subject, product ORDER BY at, id) AS n
      FROM owned, clock
      WHERE type IN ('product_added_to_cart', 'product_removed_from_cart') AND t - at < 14 * 86400000
        AND at > coalesce((SELECT max(placed_at) FROM order_now AS o WHERE o.subject = owned.subject), at - 1)),
    fold(subject, product, n, units) AS (
      SELECT subject, product, 0, 0 FROM change WHERE n = 1 AND product IS NOT NULL
      UNION ALL
      SELECT fold.subject, fold.product, change.n, max(0, fold.units + change.units)
      FROM fold JOIN change
        ON change.subject = fold.subject AND change.product = fold.product AND change.n = fold.n + 1),
    last_change AS (SELECT subject, max(at) AS at FROM change GROUP BY subject),
    content AS (
      SELECT subject, product FROM fold AS f
      WHERE units > 0 AND n = (SELECT max(n) FROM change AS c WHERE c.subject = f.subject AND c.product = f.product))
    SELECT subject, CASE
      WHEN t - at > 24 * 3600000 THEN 'abandoned'
      WHEN EXISTS (
        SELECT 1 FROM owned AS o
        WHERE o.subject = last_change.subject AND o.type = 'checkout_started' AND o.at > last_change.at) THEN 'checkout'
      WHEN EXISTS (
        SELECT 1 FROM content JOIN product_now ON product_now.id = content.product
          JOIN researching ON researching.subject = content.subject AND researching.category = product_now.category
        WHERE content.subject = last_change.subject) THEN 'researched'
      ELSE 'other' END AS value
    FROM last_change, clock WHERE subject IN (SELECT subject FROM content);

    """

  /// price-sensitivity, spend, reach.
  static let money = """
    CREATE TEMP TABLE price_sensitivity AS
    WITH recent AS (SELECT order_now.* FROM order_now, clock WHERE t - placed_at < 365 * 86400000),
    codes AS (SELECT subject, avg(codes > 0) AS c FROM recent GROUP BY subject),
    shares AS (
      SELECT subject, 1.0 * sum(iif(discount > 0 OR compare_at > price, quantity, 0)) / sum(quantity) AS d
      FROM recent JOIN raw_line ON order_seq = seq GROUP BY subject)
    SELECT codes.subject, CASE
      WHEN c >= 0.5 THEN 'coupons' WHEN d >= 0.5 THEN 'deals' WHEN d >= 0.2 OR c > 0 THEN 'mixed'
      ELSE 'full-price' END AS value
    FROM codes LEFT JOIN shares ON shares.subject = codes.subject;

    CREATE TEMP TABLE revenue AS
    WITH amounts AS (
      SELECT subject, quantity * price - discount AS amount
      FROM order_now JOIN raw_line ON order_seq = seq, clock WHERE t - placed_at < 365 * 86400000
      UNION ALL SELECT subject, -amount
      FROM order_now JOIN raw_refund_line ON order_seq = seq, clock WHERE at <= t AND t - at < 365 * 86400000)
    SELECT subject, sum(amount) AS net FROM amounts GROUP BY subject HAVING sum(amount) > 0;

    -- Nearest rank: the smallest value that at least p per cent of the values do not exceed.
    CREATE TEMP TABLE spend AS
    WITH ranked AS (SELECT net, cume_dist() OVER (ORDER BY net) AS share FROM revenue),
    cuts AS (
      SELECT min(iif(share >= 0.5 - 1e-12, net, NULL)) AS p50, min(iif(share >= 0.9 - 1e-12, net, NULL)) AS p90,
        min(iif(share >= 0.99 - 1e-12, net, NULL)) AS p99
      FROM ranked)
    SELECT subject, CASE
      WHEN net <= p50 THEN 'low' WHEN net <= p90 THEN 'mid' WHEN net <= p99 THEN 'high' ELSE 'top' END AS value
    FROM revenue, cuts;

    CREATE TEMP TABLE reach AS
    WITH numbered AS (
      SELECT *, row_number() OVER (PARTITION BY customer, channel ORDER BY updated_at DESC, seq DESC) AS n
      FROM raw_consent),
    consented AS (SELECT customer AS subject, channel FROM numbered WHERE n = 1 AND state = 'subscribed'),
    clicks AS (
      SELECT subject, channel, count(*) AS n FROM owned, clock
      WHERE type = 'message_clicked' AND t - at < 90 * 86400000 GROUP BY subject, channel),
    ranked AS (
      SELECT consented.subject, consented.channel, row_number() OVER (
        PARTITION BY consented.subject
        ORDER BY coalesce(clicks.n, 0) DESC,
          CASE consented.channel WHEN 'push' THEN 1 WHEN 'sms' THEN 2 ELSE 3 END) AS r
      FROM consented LEFT JOIN clicks ON clicks.subject = consented.subject AND clicks.channel = consented.channel),
    lately AS (
      SELECT DISTINCT subject FROM owned, clock WHERE type NOT GLOB 'message_*' AND t - at < 30 * 86400000)
    SELECT subject, channel AS value FROM ranked WHERE r = 1
    UNION ALL SELECT subject, 'onsite' FROM lately WHERE subject NOT IN (SELECT subject FROM consented);

    """

  /// One row a listed customer; names of the store carry a `~`, so that a brand called "none" is told from no brand.
  static let result = """
    SELECT listed.subject, coalesce(visits.value, 'never'), coalesce(tenure.value, 'unknown'),
      coalesce(orders.value, 'none'), coalesce(last_order.value, 'never'), coalesce(brand.value, 'none'),
      coalesce(researching.value, 'none'), coalesce(basket.value, 'empty'),
      coalesce(price_sensitivity.value, 'unknown'), coalesce(spend.value, 'none'), coalesce(reach.value, 'none')
    FROM listed
      LEFT JOIN visits USING (subject) LEFT JOIN tenure USING (subject) LEFT JOIN orders USING (subject)
      LEFT JOIN last_order USING (subject) LEFT JOIN brand USING (subject) LEFT JOIN researching USING (subject)
      LEFT JOIN basket USING (subject) LEFT JOIN price_sensitivity USING (subject) LEFT JOIN spend USING (subject)
      LEFT JOIN reach USING (subject)
    ORDER BY listed.subject
    """
}
