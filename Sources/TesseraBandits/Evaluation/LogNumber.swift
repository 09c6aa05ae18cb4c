/// Numbers of a log as people and programs write them.
enum LogNumber {
  /// A finite decimal number; blanks around it do not matter.
  static func value(_ text: String) -> Double? {
    let bare = trimmed(text)
    // The standard library would take hexadecimal numbers and words such as `infinity` too.
    guard bare.utf8.allSatisfy({ (43...57).contains($0) || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }),
      let value = Double(bare), value.isFinite
    else { return nil }
    return value
  }

  /// A number, or one divided by another, such as 1/3.
  static func fraction(_ text: String) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return value(text) }
    guard let over = value(String(parts[0])), let under = value(String(parts[1])), under != 0 else { return nil }
    return over / under
  }

  /// A number, or whether something happened: true is 1 and false is 0.
  static func reward(_ text: String) -> Double? {
    switch trimmed(text).lowercased() {
    case "true": 1
    case "false": 0
    default: value(text)
    }
  }

  static func trimmed(_ text: String) -> Substring {
    var rest = text[...]
    while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    while rest.last == " " || rest.last == "\t" { rest.removeLast() }
    return rest
  }
}
