import NIOCore

/// How many event loops serve requests.
package enum EventLoops {
  /// No more loops than processors that this process may run on: NIO counts those of the machine, and loops that share
  /// one take turns at the cost of a switch each. To be called once, before anything uses a loop.
  package static func limit(toProcessors count: Int) {
    if count > 0 { NIOSingletons.groupLoopCountSuggestion = min(count, System.coreCount) }
  }
}
