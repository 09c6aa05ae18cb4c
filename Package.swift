// swift-tools-version:6.2
import PackageDescription

/// One set of settings for every target: the strictest that Swift 6 offers, so that what compiles is also safe to share
/// between threads.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "tessera",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "tessera", targets: ["tessera"]),
    .library(name: "Liquid", targets: ["Liquid"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    pure("TesseraModel"),
    pure("Liquid"),
    pure("TesseraSegments", ["TesseraModel"]),
    pure("TesseraBandits", ["TesseraModel"]),
    pure("TesseraDecisions", ["TesseraModel", "TesseraSegments", "TesseraBandits", "Liquid"]),
    pure("TesseraSimulator", ["TesseraModel"]),
    pure("TesseraStorage", ["TesseraModel"]),
    pure("TesseraAgents", ["TesseraModel", "TesseraStorage"]),
    pure(
      "TesseraRuntime",
      [
        "TesseraModel", "Liquid", "TesseraSegments", "TesseraBandits", "TesseraDecisions", "TesseraStorage",
        "TesseraAgents",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    pure(
      "TesseraSQLite",
      [
        "TesseraModel", "TesseraStorage", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    pure(
      "TesseraIntegrations",
      [
        "TesseraModel", "TesseraStorage", "TesseraAgents", "CZlib",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    pure(
      "TesseraServer",
      [
        "TesseraModel", "TesseraRuntime", "TesseraDecisions", "TesseraSegments", "TesseraStorage", "TesseraBandits",
        "TesseraAgents",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    pure(
      "TesseraTesting",
      [
        "TesseraModel", "TesseraSegments", "TesseraDecisions", "TesseraSimulator", "TesseraStorage", "TesseraAgents",
        "TesseraRuntime", .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(
      name: "tessera",
      dependencies: [
        "TesseraModel", "Liquid", "TesseraSegments", "TesseraBandits", "TesseraDecisions", "TesseraSimulator",
        "TesseraStorage", "TesseraAgents", "TesseraRuntime", "TesseraSQLite", "TesseraIntegrations", "TesseraServer",
        "TesseraTesting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    tests("TidyTests", []),
    tests("TesseraModelTests", ["TesseraModel"]),
    tests("LiquidTests", ["Liquid"]),
    tests(
      "TesseraSegmentsTests", ["TesseraModel", "TesseraSegments", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("TesseraBanditsTests", ["TesseraModel", "TesseraBandits", "TesseraSimulator"]),
    .testTarget(
      name: "TesseraDecisionsTests",
      dependencies: ["TesseraModel", "TesseraSegments", "TesseraBandits", "TesseraDecisions"],
      // read from the source tree, and rewritten there on request
      exclude: ["Golden"], swiftSettings: strict),
    tests("TesseraSimulatorTests", ["TesseraModel", "TesseraSimulator"]),
    tests(
      "TesseraRuntimeTests",
      [
        "TesseraModel", "TesseraStorage", "TesseraAgents", "TesseraSegments", "TesseraBandits", "TesseraDecisions",
        "TesseraSimulator",
        "TesseraRuntime", "TesseraTesting", .product(name: "Logging", package: "swift-log"),
      ]),
    tests("TesseraAgentsTests", ["TesseraModel", "TesseraStorage", "TesseraAgents"]),
    tests(
      "TesseraIntegrationsTests",
      [
        "TesseraModel", "TesseraStorage", "TesseraAgents", "TesseraIntegrations",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    tests(
      "TesseraServerTests",
      [
        "TesseraModel", "TesseraStorage", "TesseraAgents", "TesseraSegments", "TesseraDecisions", "TesseraRuntime",
        "TesseraServer", .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    tests("ConformanceTests", ["TesseraStorage", "TesseraSQLite", "TesseraTesting"]),
    tests("ScenarioTests", ["TesseraModel", "tessera"]),
  ]
)
