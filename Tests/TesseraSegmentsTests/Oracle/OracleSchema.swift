/// The tables of raw facts, exactly as sent and in order of acceptance (`seq`). Nothing is merged, deduplicated or
/// attributed here.
enum OracleSchema {
  static let sql = """
    CREATE TABLE raw_event (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, customer TEXT,
      anonymous TEXT, product TEXT, quantity INTEGER, channel TEXT);
    CREATE TABLE raw_identify (
      seq INTEGER PRIMARY KEY, anonymous TEXT NOT NULL, customer TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE raw_customer (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, updated_at INTEGER, names_created INTEGER NOT NULL,
      created_at INTEGER);
    CREATE TABLE raw_consent (
      seq INTEGER NOT NULL, customer TEXT NOT NULL, updated_at INTEGER, channel TEXT NOT NULL, state TEXT);
    CREATE TABLE raw_product (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, updated_at INTEGER, brand TEXT, category TEXT);
    CREATE TABLE raw_order (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL, customer TEXT NOT NULL, placed_at INTEGER NOT NULL,
      cancelled_at INTEGER, updated_at INTEGER, codes INTEGER NOT NULL);
    CREATE TABLE raw_line (
      order_seq INTEGER NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL,
      compare_at INTEGER, discount INTEGER NOT NULL);
    CREATE TABLE raw_refund_line (
      order_seq INTEGER NOT NULL, at INTEGER NOT NULL, product TEXT, amount INTEGER NOT NULL);
    CREATE TABLE clock (t INTEGER NOT NULL);
    """
}
