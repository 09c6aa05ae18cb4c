import Foundation
import TesseraModel

/// How often a process takes memory: a library is put before the C library's and counts the calls, in a file that both
/// sides have mapped. Needs a C compiler.
struct AllocationCount {
  /// What the counted process is started with.
  let environment: [String: String]
  private let counter: URL

  private static let variable = "TESSERA_ALLOCATIONS"

  /// Nil without a C compiler.
  init?(folder: URL) throws {
    guard let compiler = LoadGenerator.path("cc") ?? LoadGenerator.path("clang") else { return nil }
    counter = folder.appending(path: "allocations")
    try Data(count: 8).write(to: counter)
    let source = folder.appending(path: "allocations.c")
    let library = folder.appending(path: "allocations.so")
    try AllocationCount.program.write(to: source, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: compiler)
    process.arguments = ["-O2", "-shared", "-fPIC", "-o", library.path, source.path]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CommandError("\(compiler) could not compile \(source.path)") }
    environment = ["LD_PRELOAD": library.path, AllocationCount.variable: counter.path]
  }

  /// Calls so far.
  func read() throws -> UInt64 {
    try Data(contentsOf: counter).withUnsafeBytes { $0.count < 8 ? 0 : $0.loadUnaligned(as: UInt64.self) }
  }

  private static let program = """
    #include <errno.h>
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/mman.h>
    #include <unistd.h>

    extern void *__libc_malloc(size_t);
    extern void *__libc_calloc(size_t, size_t);
    extern void *__libc_realloc(void *, size_t);
    extern void *__libc_memalign(size_t, size_t);

    static unsigned long nowhere, *calls = &nowhere;

    __attribute__((constructor)) static void map(void) {
      const char *path = getenv("\(variable)");
      int file = path ? open(path, O_RDWR) : -1;
      if (file < 0) return;
      void *mapped = mmap(0, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
      close(file);
      if (mapped != MAP_FAILED) calls = mapped;
    }

    static void count(void) { __atomic_fetch_add(calls, 1, __ATOMIC_RELAXED); }

    void *malloc(size_t size) { count(); return __libc_malloc(size); }
    void *calloc(size_t number, size_t size) { count(); return __libc_calloc(number, size); }
    void *realloc(void *old, size_t size) { count(); return __libc_realloc(old, size); }
    void *memalign(size_t to, size_t size) { count(); return __libc_memalign(to, size); }
    void *aligned_alloc(size_t to, size_t size) { count(); return __libc_memalign(to, size); }
    int posix_memalign(void **out, size_t to, size_t size) {
      count();
      void *got = __libc_memalign(to, size);
      if (!got) return ENOMEM;
      *out = got;
      return 0;
    }

    """
}
