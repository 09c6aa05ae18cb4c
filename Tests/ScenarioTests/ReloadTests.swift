import Foundation
import TesseraModel
import Testing

/// A running server reads its configuration again.
@Suite(.timeLimit(.minutes(2))) struct ReloadTests {
  private static func yaml(_ creative: String, more: String = "") -> String {
    """
    shop:
      name: Mine
    axes: [visits, orders]
    placements:
      - {id: banner, channel: onsite, reward: click, reward_window_hours: 1, business_as_usual: \(creative)}
    creatives:
      - {id: \(creative), placements: [banner], content: {title: "\(creative)"}}
    groups: {decisioned: 0, random: 0, business_as_usual: 100, holdout: 0}
    \(more)
    """
  }

  @Test func aServerTakesAnotherConfigurationWithoutAPause() async throws {
    let tool = try CommandLineTool()
    defer { tool.clean() }
    try tool.write("tessera.yaml", ReloadTests.yaml("spring"))
    let server = try ServedProcess(tool)
    defer { server.kill() }
    func shown() async throws -> String? {
      try await server.get("/v1/decide?customer=c1&placement=banner")["content"]?["title"]?.text
    }
    #expect(try await shown() == "spring")
    try tool.write("tessera.yaml", ReloadTests.yaml("summer"))
    #expect(try await server.reload().contains("tessera.yaml is in force; the next cycle decides by it"))
    #expect(try await shown() == "summer")

    // A mistake is named with its line, and changes nothing.
    try tool.write("tessera.yaml", ReloadTests.yaml("winter", more: "\nplacment: 1"))
    let said = try await server.reload()
    #expect(said.contains("was not taken over") && said.contains("did you mean \"placements\""), "\(said)")
    #expect(try await shown() == "summer")
    try tool.write("tessera.yaml", ReloadTests.yaml("autumn", more: "\nserver: {port: 9999}"))
    #expect(try await server.reload().contains("what it says under server needs a restart"))
    #expect(try await shown() == "autumn")
  }
}
