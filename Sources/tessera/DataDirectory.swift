import Foundation
import Glibc
import TesseraModel

/// A store's directory: the database, the lock, and where its server listens.
struct DataDirectory {
  let path: String

  var databasePath: String { path + "/tessera.sqlite" }
  var checkpointPath: String { path + "/profiles.checkpoint" }
  private var lockPath: String { path + "/lock" }
  /// Address and admin token of the server that runs on this directory, readable by the owner alone.
  var serverFile: String { path + "/server.json" }

  /// Makes the directory if it is missing.
  func prepare() throws(CommandError) {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw CommandError("the data directory \(path) cannot be made: \(error.localizedDescription)")
    }
  }

  /// Takes the directory for this process; the lock goes with the process.
  /// - Returns: nil if another process has it.
  func lock() throws(CommandError) -> DirectoryLock? {
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CommandError("the data directory \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    return DirectoryLock(descriptor: descriptor)
  }

  private var demoMark: String { path + "/demo" }

  /// The time that a demo's shop in this directory has come to; nil if this is nobody's demo.
  var demoTime: Instant? {
    guard let data = FileManager.default.contents(atPath: demoMark) else { return nil }
    return (try? Instant(parsing: String(decoding: data, as: UTF8.self))) ?? Instant(milliseconds: 0)
  }

  /// Marks the directory as a demo's, which may be thrown away, and notes how far its shop has come.
  func write(demoTime: Instant) throws(CommandError) {
    do { try Data(demoTime.description.utf8).write(to: URL(filePath: demoMark), options: .atomic) } catch {
      throw CommandError("\(demoMark) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Where the server on this directory can be reached, if one wrote so.
  func server() -> (url: String, token: String)? {
    guard let data = FileManager.default.contents(atPath: serverFile), let json = try? JSONParser.parse([UInt8](data)),
      let url = json["url"]?.text, let token = json["token"]?.text
    else { return nil }
    return (url, token)
  }

  func write(server url: String, token: String) throws(CommandError) {
    let bytes = JSONWriter.bytes(["url": .string(url), "token": .string(token)])
    let made = FileManager.default.createFile(
      atPath: serverFile, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    guard made else { throw CommandError("\(serverFile) cannot be written") }
  }

  func removeServerFile() { unlink(serverFile) }
}

/// Held as long as the process works on a directory.
final class DirectoryLock: Sendable {
  private let descriptor: Int32
  init(descriptor: Int32) { self.descriptor = descriptor }
  deinit { close(descriptor) }
}

/// A command that cannot be carried out: exit status 1, and a sentence that says what to do.
struct CommandError: Error, CustomStringConvertible {
  let message: String
  init(_ message: String) { self.message = message }
  var description: String { message }
}
