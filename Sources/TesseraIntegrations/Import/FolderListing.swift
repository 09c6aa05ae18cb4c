import TesseraStorage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The files of one folder.
enum FolderListing {
  /// More files than an export has; a folder with more is not the one that was meant.
  static let filesMax = 10_000

  /// Whether the path is a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The paths of the files in a folder whose names end in one of `endings`, sorted by bytes; folders in it and
  /// hidden files are left out.
  /// - Throws: `FactSourceError` if it cannot be read.
  static func files(in folder: String, endings: [String]) throws(FactSourceError) -> [String] {
    guard let directory = opendir(folder) else {
      throw FactSourceError("\(folder) cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      let lowered = name.lowercased()
      guard !name.hasPrefix("."), endings.contains(where: lowered.hasSuffix) else { continue }
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      if !isFolder(path) { paths.append(path) }
      guard paths.count <= filesMax else { throw FactSourceError("\(folder) has more than \(filesMax) files") }
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
