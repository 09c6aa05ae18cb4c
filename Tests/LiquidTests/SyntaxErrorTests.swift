import Liquid
import Testing

@Suite struct SyntaxErrorTests {
  @Test(arguments: [
    ("{{ x", 1, 1), ("\n{% if x %}", 2, 4), ("é{{ x | nope }}", 1, 9), ("{% nope %}", 1, 4), ("{% endif %}", 1, 4),
    ("{{ 'x }}", 1, 4),
    ("{% if x ~ y %}{% endif %}", 1, 9), ("{% if %}{% endif %}", 1, 7), ("{{ x[ }}", 1, 7), ("{% raw %}", 1, 4),
    ("{% unless x %}{% endif %}", 1, 18),
    ("{% assign x 1 %}", 1, 13),
    ("{% assign 'x' = 1 %}", 1, 11), ("{% assign x? = 1 %}", 1, 11),
    ("{% for x in y %}{% else %}{% else %}{% endfor %}", 1, 30), ("{% for x of y %}{% endfor %}", 1, 10),
    ("{% for x in y by: 2 %}{% endfor %}", 1, 15),
    ("{% case x %}{% when %}{% endcase %}", 1, 21), ("{% case x %}{% when 1 and 2 %}{% endcase %}", 1, 23),
    ("{% include 'x' %}", 1, 4),
    ("{% render x %}", 1, 4), ("{% comment %}", 1, 4), ("{% doc %}{% doc %}{% enddoc %}", 1, 10), ("{% %}", 1, 1),
    ("{% if x", 1, 1),
    ("{{ x y }}", 1, 6), ("{{ x..y }}", 1, 5), ("{{ a.0 }}", 1, 6), ("{{ ${} }}", 1, 4),
    ("{{ x | default: y: 1 }}", 1, 17), ("{{ a ! b }}", 1, 6),
    ("{% # a\n b %}", 2, 2), ("{% liquid\n echo 'a'\n nope\n%}", 3, 2), ("{% liquid\n if a\n%}{% endif %}", 2, 2),
    ("{% liquid\n raw\n endraw\n%}", 2, 2), ("{% cycle %}", 1, 10), ("{% capture %}{% endcapture %}", 1, 12),
    ("{% tablerow a in b reversed %}{% endtablerow %}", 1, 20),
  ])
  func saysWhereAndWhatIsWrong(_ source: String, _ line: Int, _ column: Int) {
    let error = failure(source)
    #expect(error?.kind == .syntax)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.message.isEmpty == false)
    #expect(error.map { "\($0)".hasPrefix("line \(line), column \(column): ") } == true)
  }

  @Test(arguments: [
    ("{{ - }}", "unexpected character '-', expected a value, "),
    ("{% if x && y %}{% endif %}", "unexpected character '&', expected a value, a filter, an operator such as 'and', "),
    ("{% if x || y %}{% endif %}", "unexpected '|', expected 'and', 'or' or the end of the tag"),
    ("{% endif %}", "unexpected tag 'endif', expected an open block that it belongs to"),
    ("{% for x in y %}{% endif %}{% endfor %}", "unexpected tag 'endif', expected 'else' or 'endfor'"),
    ("{% nope %}", "unknown tag 'nope', expected one of the standard tags"),
    ("{{ x | nope }}", "unknown filter 'nope', expected one of the standard filters"),
  ])
  func saysWhatWasExpected(_ source: String, _ message: String) {
    #expect(failure(source)?.message.hasPrefix(message) == true, "\(failure(source)?.message ?? "")")
  }
}
