import ArgumentParser
import TesseraServer

/// The command line.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Decides what each customer of an online store sees next, and shows why.",
    discussion: """
      Start with `tessera demo`: a generated store, its decisions and a dashboard, without account, key or network.
      With your own data: `tessera import`, `tessera cycle`, `tessera serve`.
      """,
    version: "0.1.0",
    subcommands: [
      DemoCommand.self, BenchCommand.self,
      InitCommand.self, ImportCommand.self, ServeCommand.self, CycleCommand.self,
      SegmentsCommand.self,
      DecideCommand.self, ExplainCommand.self, ReplayCommand.self, ExportCommand.self, SnippetCommand.self,
      PlanCommand.self, EvaluateCommand.self, TemplateCommand.self, DoctorCommand.self,
    ])

  /// Usage errors exit with 64, failures with 1 and a sentence.
  static func main() async {
    EventLoops.limit(toProcessors: ServerLauncher.processorsAllowed)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let error where exitCode(for: error) == .failure && !(error is ExitCode) {
      Console.write("tessera: \(error)\n", to: 2)
      exit(withError: ExitCode.failure)
    } catch {
      exit(withError: error)
    }
  }
}
