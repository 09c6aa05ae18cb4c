import ArgumentParser
@main struct Tessera: AsyncParsableCommand { func run() async throws {} }
