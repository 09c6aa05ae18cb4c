import ArgumentParser
import Liquid
import TesseraModel

/// `tessera template`: Liquid by itself.
struct TemplateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Render Liquid templates.", subcommands: [Render.self])

  struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read JSON lines {template, data, templates?}, print JSON lines {output} or {error}, one for one.")

    @Flag(help: "JSON lines in and out; the only form there is.") var jsonl = false
    @OptionGroup var options: GlobalOptions

    func run() async throws {
      while let line = readLine(strippingNewline: true) {
        if line.allSatisfy(\.isWhitespace) { continue }
        Console.write(JSONWriter.text(Render.answer(line)) + "\n", to: 1)
      }
    }

    private static func answer(_ line: String) -> JSONValue {
      do {
        let json = try JSONParser.parse(line)
        guard let source = json["template"]?.text else { return ["error": "template is missing"] }
        var snippets: [String: Template] = [:]
        for member in json["templates"]?.members?.members ?? [] {
          snippets[member.name] = try Template(member.value.text ?? "")
        }
        let options = RenderOptions(
          slot: .plain, nowMilliseconds: SystemClock().now().milliseconds, utcOffsetSeconds: 0,
          moneyFormat: "${{amount}}",
          snippets: snippets)
        return [
          "output": .string(try Template(source).render(LiquidData.value(json["data"] ?? .null), options: options))
        ]
      } catch {
        return ["error": .string("\(error)")]
      }
    }
  }
}

/// JSON as template data.
enum LiquidData {
  static func value(_ json: JSONValue) -> LiquidValue {
    switch json {
    case .null: .null
    case .bool(let b): .bool(b)
    case .number(let text): Int(text).map { .int($0) } ?? .double(Double(text) ?? 0)
    case .string(let s): .string(s)
    case .array(let a): .array(a.map(value))
    case .object(let o): .object(LiquidObject(o.members.map { ($0.name, value($0.value)) }))
    }
  }
}
