/// The filters by name, resolved when a template is parsed.
enum Filter: String, Sendable, CaseIterable {
  case abs, append
  case atLeast = "at_least"
  case atMost = "at_most"
  case base64Decode = "base64_decode"
  case base64Encode = "base64_encode"
  case base64URLSafeDecode = "base64_url_safe_decode"
  case base64URLSafeEncode = "base64_url_safe_encode"
  case capitalize, ceil, compact, concat, date, `default`
  case dividedBy = "divided_by"
  case downcase, escape
  case escapeOnce = "escape_once"
  case find
  case findIndex = "find_index"
  case first, floor, has, join, last, lookup, lstrip, map, minus, modulo, money
  case moneyWithCurrency = "money_with_currency"
  case moneyWithoutCurrency = "money_without_currency"
  case moneyWithoutTrailingZeros = "money_without_trailing_zeros"
  case newlineToBreak = "newline_to_br"
  case plus, prepend
  case rawHTML = "raw_html"
  case reject, remove
  case removeFirst = "remove_first"
  case removeLast = "remove_last"
  case replace
  case replaceFirst = "replace_first"
  case replaceLast = "replace_last"
  case reverse, round, rstrip, size, slice, sort
  case sortNatural = "sort_natural"
  case split, strip
  case stripHTML = "strip_html"
  case stripNewlines = "strip_newlines"
  case sum, times, truncate
  case truncateWords = "truncatewords"
  case uniq, upcase
  case urlDecode = "url_decode"
  case urlEncode = "url_encode"
  case `where`

  init?(name: String) {
    // The reference implementation has a second name for this one only.
    self.init(rawValue: name == "h" ? "escape" : name)
  }

  /// How many arguments it takes, not counting named ones.
  var arity: ClosedRange<Int> {
    switch self {
    case .abs, .base64Decode, .base64Encode, .base64URLSafeDecode, .base64URLSafeEncode, .capitalize, .ceil, .downcase,
      .escape, .escapeOnce, .first, .floor, .last, .lstrip, .money, .moneyWithCurrency,
      .moneyWithoutCurrency, .moneyWithoutTrailingZeros, .newlineToBreak, .rawHTML, .reverse, .rstrip, .size, .strip,
      .stripHTML, .stripNewlines, .upcase, .urlDecode, .urlEncode:
      0...0
    case .compact, .join, .round, .sort, .sortNatural, .sum, .uniq, .default: 0...1
    case .truncate, .truncateWords: 0...2
    case .append, .atLeast, .atMost, .concat, .date, .dividedBy, .lookup, .map, .minus, .modulo, .plus, .prepend,
      .remove, .removeFirst, .removeLast, .split, .times:
      1...1
    case .find, .findIndex, .has, .reject, .replace, .replaceFirst, .slice, .where: 1...2
    case .replaceLast: 2...2
    }
  }
}
