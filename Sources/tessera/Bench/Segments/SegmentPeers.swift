import Foundation
import TesseraModel

/// DuckDB, Polars and ClickHouse (through chdb), each in a Python process of its own, computing the same answer from
/// the same columns in their memory.
struct SegmentPeers {
  enum Peer: String, CaseIterable {
    case duckdb, polars
    case clickhouse = "chdb"
  }

  struct Figures {
    let seconds: Double
    /// The most memory beyond the loaded columns, in MB.
    let megabytes: Double
  }

  private let python: PythonPeer

  /// - Returns: nil where there is no `python3`.
  init?(folder: URL) throws {
    guard let python = try PythonPeer(folder: folder, script: SegmentPeers.script) else { return nil }
    self.python = python
  }

  var folder: URL { python.folder }

  /// Which of them are installed.
  func installed() -> [Peer] { Peer.allCases.filter { python.has("numpy", "pyarrow", $0.rawValue) } }

  /// Runs a case; the answer is then in the folder, in `<peer>-<case>.i64`.
  func run(_ peer: Peer, _ name: String, end: Instant) throws -> Figures {
    let json = try python.run([peer.rawValue, name, String(end.milliseconds)])
    guard let seconds = json["seconds"]?.double, let megabytes = json["megabytes"]?.double else {
      throw CommandError("\(peer.rawValue) failed at \(name)")
    }
    return Figures(seconds: seconds, megabytes: megabytes)
  }

  /// The answer of a case, a number a customer.
  func answer(_ peer: Peer, _ name: String) throws -> [Int64] {
    let data = try Data(contentsOf: folder.appending(path: "\(peer.rawValue)-\(name).i64"))
    return data.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
  }

  /// The fold as sets, from the definitions of the axes. `fold` answers a number a customer: codes of visits, tenure,
  /// basket, brand and researching. `members` groups by ten columns of codes and lists who is in each group; it
  /// answers, for every customer, the first member of their group and the group's size.
  private static let script = #"""
    import json, sys, time
    import numpy as np
    import pyarrow as pa

    folder, peer, case, end = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    DAY = 86400000
    ONE, HALF = 1099511627776.0, 2592000000.0

    def column(name, kind):
        return np.fromfile(f"{folder}/{name}", dtype=kind)

    def status(key):
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(key)) / 1024

    def measured(run, forget=lambda: None):
        """Memory from a first run, seconds from a second one, when whatever is kept between runs is there."""
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        before = status("VmRSS")
        result = run()
        memory = max(0.0, status("VmHWM") - before)
        del result
        forget()
        start = time.perf_counter()
        result = run()
        return result, time.perf_counter() - start, memory

    def facts():
        events = pa.table({"customer": column("customer.i32", "<i4"), "ts": column("at.i64", "<i8"),
                           "kind": column("kind.u8", "u1"), "product": column("product.i32", "<i4")})
        brand = column("brand.i32", "<i4")
        products = pa.table({"product": np.arange(len(brand), dtype="<i4"), "brand": brand, "category": column("category.i32", "<i4")})
        return events, products

    def places():
        codes = column("codes.u16", "<u2")
        width = 10
        rows = codes.reshape(-1, width)
        table = {f"a{i}": np.ascontiguousarray(rows[:, i]) for i in range(width)}
        table["customer"] = column("members.i32", "<i4")
        return pa.table(table)

    AXES = ", ".join(f"a{i}" for i in range(10))

    def fold_sql(d):
        """d: what differs between the dialects."""
        return f"""
        WITH s AS (SELECT customer, ts, {d['lag']} AS b FROM e),
        v AS (SELECT customer, max(ts) AS last, min(ts) AS first, sum(CASE WHEN ts - b >= 1800000 THEN 1 ELSE 0 END) + 1 AS n FROM s GROUP BY customer),
        w AS (SELECT e.customer AS customer, e.ts AS ts, p.brand AS brand, CASE WHEN e.kind = 1 THEN 1 ELSE 3 END AS weight
              FROM e JOIN p ON e.product = p.product WHERE e.kind IN (1, 2)),
        newest AS (SELECT customer AS nc, max(ts) AS newest FROM w GROUP BY customer),
        score AS (SELECT customer, brand, sum(weight * {d['int']}(round({d['pow']}(2.0, -(newest - ts) / {HALF}) * {ONE})) ) AS s1, max(newest) AS n1
                  FROM w JOIN newest ON customer = nc GROUP BY customer, brand),
        best AS (SELECT customer, max(s1) AS s2, sum(s1) AS total, {d['argmax']} AS brand, max(n1) AS n2 FROM score GROUP BY customer),
        brand AS (SELECT customer AS bc, brand FROM best WHERE s2 * 100 >= total * 35
                  AND s2 / {ONE} * {d['pow']}(2.0, -({end} - n2) / {HALF}) >= 2),
        views AS (SELECT e.customer AS customer, p.category AS category, count(*) AS n, max(e.ts) AS last FROM e JOIN p ON e.product = p.product
                  WHERE e.kind = 1 AND {end} - e.ts < {7 * DAY} GROUP BY e.customer, p.category HAVING count(*) >= 3),
        researching AS (SELECT customer AS rc, {d['argfirst']} AS category FROM views GROUP BY customer),
        change AS (SELECT customer, product, ts, {d['running']} AS total FROM e WHERE kind IN (2, 3) AND {end} - ts < {14 * DAY}),
        left_over AS (SELECT customer, product, max(ts) AS last, {d['final']} - least(0, min(total)) AS units FROM change GROUP BY customer, product),
        basket AS (SELECT l.customer AS customer, max(l.last) AS changed, max(CASE WHEN l.units > 0 THEN 1 ELSE 0 END) AS filled,
                     max(CASE WHEN l.units > 0 AND p.category = r.category THEN 1 ELSE 0 END) AS researched
                   FROM left_over AS l JOIN p ON l.product = p.product LEFT JOIN researching AS r ON l.customer = r.rc GROUP BY l.customer),
        checkout AS (SELECT customer AS cc, max(ts) AS ts FROM e WHERE kind = 4 GROUP BY customer),
        state AS (SELECT customer AS sc, CASE WHEN filled = 0 THEN 1 WHEN {end} - changed > {DAY} THEN 5 WHEN coalesce(ts, 0) > changed THEN 4
                    WHEN researched = 1 THEN 2 ELSE 3 END AS code FROM basket LEFT JOIN checkout ON customer = cc)
        SELECT v.customer AS customer,
          {d['int']}(CASE WHEN {end} - last > {90 * DAY} THEN 5 WHEN {end} - last > {30 * DAY} THEN 4 WHEN n = 1 THEN 2 ELSE 3 END
          + 8 * (CASE WHEN {end} - first < {7 * DAY} THEN 2 WHEN {end} - first < {60 * DAY} THEN 3 WHEN {end} - first < {365 * DAY} THEN 4 ELSE 5 END)
          + 64 * (CASE WHEN coalesce(code, 0) = 0 THEN 1 ELSE code END) + 512 * coalesce(brand.brand, 0) + 524288 * coalesce(researching.category, 0)) AS answer
        FROM v LEFT JOIN brand ON v.customer = bc LEFT JOIN researching ON v.customer = rc LEFT JOIN state ON v.customer = sc
        """

    def dense(customer, answer):
        out = np.zeros(int(customer.max()) + 1 if len(customer) else 0, dtype="<i8")
        out[customer] = answer
        return out

    def group_answer(groups, count):
        """groups: lists of members. For every customer the first of their group, and how many there are."""
        out = np.zeros(count, dtype="<i8")
        offsets, values = groups
        sizes = np.diff(offsets)
        firsts = np.minimum.reduceat(values, offsets[:-1])
        out[values] = np.repeat(firsts.astype("<i8") * (1 << 31) + sizes, sizes)
        return out

    def duckdb_case():
        import duckdb
        db = duckdb.connect()
        if case == "fold":
            events, products = facts()
            db.execute("CREATE TABLE e AS SELECT * FROM events")
            db.execute("CREATE TABLE p AS SELECT * FROM products")
            del events, products
            over = "OVER (PARTITION BY customer, product ORDER BY ts)"
            sql = fold_sql({"lag": "lag(ts) OVER (PARTITION BY customer ORDER BY ts)", "int": "to_int", "pow": "pow",
                            "argmax": "arg_max(brand, s1::HUGEINT * 1024 + (1000 - brand))",
                            "argfirst": "arg_max(category, n::HUGEINT * 4398046511104000 + last * 1000 + (999 - category))",
                            "running": f"sum(CASE WHEN kind = 2 THEN 1 ELSE -1 END) {over}", "final": "arg_max(total, ts)"})
            sql = sql.replace("to_int(", "to_int64(")
            db.execute("CREATE MACRO to_int64(x) AS x::BIGINT")
            result, seconds, memory = measured(lambda: db.execute(sql).fetchnumpy())
            return dense(np.asarray(result["customer"]), np.asarray(result["answer"])), seconds, memory
        rows = places()
        count = int(np.max(rows["customer"])) + 1
        db.execute("CREATE TABLE m AS SELECT * FROM rows")
        del rows
        run = lambda: db.execute(f"CREATE TABLE g AS SELECT {AXES}, list(customer) AS members FROM m GROUP BY {AXES}")
        _, seconds, memory = measured(run, lambda: db.execute("DROP TABLE g"))
        lists = db.sql("SELECT members FROM g").to_arrow_table()["members"].combine_chunks()
        return group_answer((lists.offsets.to_numpy(), lists.values.to_numpy()), count), seconds, memory

    def polars_case():
        import polars as pl
        if case == "members":
            frame = pl.from_arrow(places())
            count = int(frame["customer"].max()) + 1
            axes = [f"a{i}" for i in range(10)]
            run = lambda: frame.lazy().group_by(axes).agg(pl.col("customer")).collect()
            result, seconds, memory = measured(run)
            lists = result["customer"].to_arrow()
            return group_answer((np.asarray(lists.offsets), np.asarray(lists.values)), count), seconds, memory
        events, products = (pl.from_arrow(t) for t in facts())
        c = pl.col

        def run():
            e = events.lazy()
            p = products.lazy()
            v = (e.sort("customer", "ts").with_columns(gap=c("ts") - c("ts").shift(1), same=c("customer") == c("customer").shift(1))
                 .group_by("customer").agg(last=c("ts").max(), first=c("ts").min(),
                                           n=1 + (c("same") & (c("gap") >= 1800000)).sum()))
            w = e.filter(c("kind").is_in([1, 2])).join(p, on="product").select(
                "customer", "ts", "brand", weight=pl.when(c("kind") == 1).then(1).otherwise(3).cast(pl.Int64))
            newest = w.group_by("customer").agg(newest=c("ts").max())
            decay = (pl.lit(2.0).pow(-(c("newest") - c("ts")) / HALF) * ONE).round().cast(pl.Int64)
            score = (w.join(newest, on="customer").group_by("customer", "brand")
                     .agg(score=(c("weight") * decay).sum(), newest=c("newest").max()))
            best = (score.sort(["score", "brand"], descending=[True, False]).group_by("customer")
                    .agg(brand=c("brand").first(), score=c("score").max(), total=c("score").sum(), newest=c("newest").max()))
            brand = best.filter((c("score") * 100 >= c("total") * 35)
                                & (c("score") / ONE * pl.lit(2.0).pow(-(end - c("newest")) / HALF) >= 2)).select("customer", "brand")
            views = (e.filter((c("kind") == 1) & (end - c("ts") < 7 * DAY)).join(p, on="product").group_by("customer", "category")
                     .agg(n=pl.len(), last=c("ts").max()).filter(c("n") >= 3))
            researching = (views.sort(["n", "last", "category"], descending=[True, True, False])
                           .group_by("customer").agg(category=c("category").first()))
            change = (e.filter(c("kind").is_in([2, 3]) & (end - c("ts") < 14 * DAY)).sort("customer", "product", "ts")
                      .with_columns(total=pl.when(c("kind") == 2).then(1).otherwise(-1).cum_sum().over("customer", "product")))
            left = (change.group_by("customer", "product")
                    .agg(last=c("ts").max(), units=c("total").last() - pl.min_horizontal(pl.lit(0), c("total").min())))
            basket = (left.join(p, on="product").join(researching.rename({"category": "wanted"}), on="customer", how="left")
                      .group_by("customer").agg(changed=c("last").max(), filled=(c("units") > 0).any(),
                                                researched=((c("units") > 0) & (c("category") == c("wanted"))).any()))
            checkout = e.filter(c("kind") == 4).group_by("customer").agg(checkout=c("ts").max())
            state = basket.join(checkout, on="customer", how="left").select(
                "customer", code=pl.when(~c("filled")).then(1).when(end - c("changed") > DAY).then(5)
                .when(c("checkout").fill_null(0) > c("changed")).then(4).when(c("researched")).then(2).otherwise(3))
            visits = (pl.when(end - c("last") > 90 * DAY).then(5).when(end - c("last") > 30 * DAY).then(4)
                      .when(c("n") == 1).then(2).otherwise(3).cast(pl.Int64))
            tenure = (pl.when(end - c("first") < 7 * DAY).then(2).when(end - c("first") < 60 * DAY).then(3)
                      .when(end - c("first") < 365 * DAY).then(4).otherwise(5).cast(pl.Int64))
            return (v.join(brand, on="customer", how="left").join(researching, on="customer", how="left")
                    .join(state, on="customer", how="left")
                    .select("customer", answer=visits + 8 * tenure + 64 * c("code").fill_null(1).cast(pl.Int64)
                            + 512 * c("brand").fill_null(0).cast(pl.Int64) + 524288 * c("category").fill_null(0).cast(pl.Int64))
                    .collect())

        result, seconds, memory = measured(run)
        return dense(result["customer"].to_numpy(), result["answer"].to_numpy()), seconds, memory

    def chdb_case():
        import pyarrow.parquet as pq
        from chdb import session
        db = session.Session()
        db.query("CREATE DATABASE x ENGINE = Atomic")
        db.query("USE x")

        def load(table, name):
            path = f"{folder}/{name}.parquet"
            pq.write_table(table, path, compression="NONE")
            db.query(f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{path}', Parquet) SETTINGS schema_inference_make_columns_nullable = 0")

        if case == "fold":
            events, products = facts()
            load(events, "e")
            load(products, "p")
            del events, products
            rows = "ROWS BETWEEN UNBOUNDED PRECEDING AND"
            sql = fold_sql({
                "lag": "lagInFrame(ts, 1, ts) OVER (PARTITION BY customer ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", "int": "toInt64",
                "pow": "pow", "argmax": "argMax(brand, (s1, -brand))", "argfirst": "argMax(category, (n, last, -category))",
                "running": f"sum(CASE WHEN kind = 2 THEN 1 ELSE -1 END) OVER (PARTITION BY customer, product ORDER BY ts {rows} CURRENT ROW)",
                "final": "argMax(total, ts)"})
            settings = " SETTINGS join_use_nulls = 1"
            result, seconds, memory = measured(lambda: db.query(sql + settings, "ArrowTable"))
            customer = result["customer"].to_numpy()
            return dense(customer, result["answer"].to_numpy()), seconds, memory
        rows = places()
        count = int(np.max(rows["customer"])) + 1
        load(rows, "m")
        del rows
        run = lambda: db.query(f"CREATE TABLE g ENGINE = Memory AS SELECT {AXES}, groupArray(customer) AS members FROM m GROUP BY {AXES}")
        _, seconds, memory = measured(run, lambda: db.query("DROP TABLE g"))
        lists = db.query("SELECT members FROM g", "ArrowTable")["members"].combine_chunks()
        return group_answer((lists.offsets.to_numpy(), lists.values.to_numpy()), count), seconds, memory

    answer, seconds, memory = {"duckdb": duckdb_case, "polars": polars_case, "chdb": chdb_case}[peer]()
    answer.astype("<i8").tofile(f"{folder}/{peer}-{case}.i64")
    print(json.dumps({"seconds": seconds, "megabytes": memory}))
    """#
}
