import ArgumentParser
import TesseraModel

/// `tessera import`: facts from files.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read facts from files into the store.",
    discussion: """
      KIND is one of events, customers, products, orders (NDJSON, one object a line), clickstream (flat CSV) or shopify (a folder
      of CSV exports, or bulk JSONL). Files may be gzipped. The same file twice changes nothing; an import that was cut off is
      taken up by running it again. Rejected rows go to a file with line number and reason; none stops the import.
      """)

  @Argument(help: "What the files hold.") var kind: String
  @Argument(help: "Files, or a folder for shopify.") var paths: [String]
  @Flag(help: "Check every row and write nothing.") var dryRun = false
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let arguments: JSONValue = [
      "kind": .string(kind), "paths": .strings(paths.map(GlobalOptions.absolute)), "dry_run": .bool(dryRun),
      "rejected": .string(options.directory.path + "/rejected-\(kind).ndjson"),
    ]
    let result = try await CommandRunner(options: options).run("import", arguments)
    Console(options).answer(result) { json in
      func cell(_ name: String) -> String { json[name]?.integer.map(String.init) ?? "0" }
      let columns = ["read", "accepted", "duplicate", "rejected"]
      var text = Console.table([columns, columns.map(cell)])
      for reason in json["reasons"]?.elements ?? [] { text += "\n  " + (reason.text ?? "") }
      if let file = json["rejected_file"]?.text { text += "\nrejected rows: \(file)" }
      if json["dry_run"]?.flag ?? false { text += "\n(dry run: nothing was written)" }
      return text
    }
  }
}
