import Glibc

/// libFuzzer, from the toolchain's own library, over the template engine.
@main
struct LiquidFuzz {
  static func main() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(runDriver(&count, &arguments, checkInput))
  }
}

/// The engine's own traps stop the fuzzer; so does a flaw, and the input that shows it is kept. The library asks for it
/// by this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzedTemplate(UnsafeBufferPointer(start: start, count: count))
  if let flaw = input.flaw() {
    let message = Array("FLAW: \(flaw)\n\(input.source)\n".utf8)
    _ = write(2, message, message.count)
    abort()
  }
  return 0
}

/// Declared here as the library comes without a header; only C types pass.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ check: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
