import ArgumentParser
import Foundation
import TesseraModel

/// `tessera init`: a configuration to start from.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented tessera.yaml with every default, ready to serve.")

  @Argument(help: "The folder to write it to.") var directory = "."
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let folder = GlobalOptions.absolute(directory)
    let path = folder + "/tessera.yaml"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError("\(path) is already there; remove it or name another folder")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try (BuiltinConfiguration.yaml + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw CommandError("\(path) cannot be written: \(error.localizedDescription)")
    }
    Console(options).answer(["written": .string(path)]) { _ in "wrote \(path)\nnext: tessera import …, tessera serve" }
  }
}
