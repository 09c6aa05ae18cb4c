import Foundation
import Glibc

/// Another server of the same answers, in a folder of its own.
struct HotPeer {
  let name: String
  let url: String
  private let processes: [Process]
  /// Others that a request goes through, which another peer stops.
  private var shared: [Process] = []
  var servers: [pid_t] { (processes + shared).map(\.processIdentifier) }

  static let names = ["nginx", "redis", "node", "fastapi"]
  /// Ports that are free on a machine that only measures.
  private static let ports = (file: 18_999, lua: 18_998, node: 18_997, redis: 18_996, fastapi: 18_995)
  private static let modules = "/usr/lib/nginx/modules"
  /// Where Debian keeps what its packages bring for Node.
  private static let nodePath = "/usr/share/nodejs"

  func stop() {
    for process in processes + shared where process.isRunning {
      process.terminate()
      usleep(300_000)
      // Not to be put off: Redis leaves the signals blocked that were blocked where it was started.
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
  }

  /// Starts those that are installed.
  /// - Parameter customers: the ones that are asked for; Redis holds nobody else, which is to its advantage.
  static func started(folder: URL, answer: Data, customers: [String]) throws -> [HotPeer] {
    var peers: [HotPeer] = []
    chmod(folder.path, 0o755)
    if let nginx = LoadGenerator.path("nginx") { peers.append(try fileServer(nginx, folder, answer)) }
    guard let redis = LoadGenerator.path("redis-server") else { return peers }
    let hasLua = FileManager.default.fileExists(atPath: modules + "/ngx_http_lua_module.so")
    let node = FileManager.default.fileExists(atPath: nodePath + "/redis") ? LoadGenerator.path("node") : nil
    let python = try PythonPeer(folder: folder.appending(path: "fastapi"), script: fastAPI)
    let hasFastAPI = python?.has("fastapi", "uvicorn", "uvloop", "httptools", "redis", "hiredis") ?? false
    guard hasLua || node != nil || hasFastAPI else { return peers }
    let store = try start(
      redis,
      ["--port", String(ports.redis), "--save", "", "--appendonly", "no", "--dir", folder.path, "--bind", "127.0.0.1"])
    try fill(folder, answer, customers)
    var behind: [HotPeer] = []
    if hasLua, let nginx = LoadGenerator.path("nginx") { behind.append(try luaServer(nginx, folder)) }
    if let node { behind.append(try nodeServer(node, folder)) }
    if hasFastAPI, let python { behind.append(try fastAPIServer(python)) }
    for i in behind.indices { behind[i].shared = [store] }
    return peers + behind
  }

  /// - Parameter pinning: nil for a process that may run everywhere.
  private static func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], pinning: Pinning? = .measured
  ) throws -> Process {
    let process = Process()
    if let pinning {
      pinning.prepare(process, program, arguments)
    } else {
      (process.executableURL, process.arguments) = (URL(fileURLWithPath: program), arguments)
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardError = Pipe()
    process.standardOutput = Pipe()
    try process.run()
    usleep(500_000)  // until it listens; wrk would count the refusals
    return process
  }

  private static func nginx(_ program: String, _ folder: URL, _ name: String, modules: String, server: String) throws
    -> Process
  {
    let place = folder.appending(path: name).path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let configuration = """
      \(modules)
      worker_processes 1; daemon off; pid \(place)/nginx.pid; error_log \(place)/error.log;
      events { worker_connections 1024; }
      http {
        access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
        types { application/json json; }
        client_body_temp_path \(place)/a; proxy_temp_path \(place)/b; fastcgi_temp_path \(place)/c;
        uwsgi_temp_path \(place)/d; scgi_temp_path \(place)/e;
        \(server)
      }
      """
    try configuration.write(toFile: place + "/nginx.conf", atomically: true, encoding: .utf8)
    return try start(program, ["-c", place + "/nginx.conf", "-p", place])
  }

  /// nginx with one worker, serving one file.
  private static func fileServer(_ program: String, _ folder: URL, _ answer: Data) throws -> HotPeer {
    let root = folder.appending(path: "file")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try answer.write(to: root.appending(path: "answer.json"))
    let process = try nginx(
      program, folder, "file", modules: "",
      server: "server { listen 127.0.0.1:\(ports.file); root \(root.path); }")
    return HotPeer(name: "nginx", url: "http://127.0.0.1:\(ports.file)/answer.json", processes: [process])
  }

  /// nginx that looks decisions up in Redis over kept connections. The protocol is spoken in place, which spares it
  /// what a client library costs.
  private static func luaServer(_ program: String, _ folder: URL) throws -> HotPeer {
    let lua = """
      local id, placement = ngx.var.arg_customer, ngx.var.arg_placement
      local socket = ngx.socket.tcp()
      socket:connect("127.0.0.1", \(ports.redis))
      local key = "d:" .. placement .. ":" .. id
      socket:send("*2\\r\\n$3\\r\\nGET\\r\\n$" .. #key .. "\\r\\n" .. key .. "\\r\\n")
      local size = tonumber(string.sub(socket:receive(), 2))
      if size < 0 then return ngx.exit(404) end
      local body = socket:receive(size)
      socket:receive(2)
      socket:setkeepalive(60000, 128)
      ngx.header["Content-Type"] = "application/json"
      ngx.header["Content-Length"] = size
      ngx.print(body)
      """
    let file = folder.appending(path: "decide-redis.lua").path
    try lua.write(toFile: file, atomically: true, encoding: .utf8)
    let process = try nginx(
      program, folder, "lua",
      modules: "load_module \(modules)/ndk_http_module.so; load_module \(modules)/ngx_http_lua_module.so;",
      server: """
        server {
          listen 127.0.0.1:\(ports.lua);
          location /v1/decide { content_by_lua_file \(file); }
        }
        """)
    return HotPeer(name: "redis", url: "http://127.0.0.1:\(ports.lua)/v1/decide", processes: [process])
  }

  /// Node's own HTTP server and its usual client of Redis.
  private static func nodeServer(_ program: String, _ folder: URL) throws -> HotPeer {
    let source = """
      const http = require('http'), { createClient } = require('redis')
      const store = createClient({ url: 'redis://127.0.0.1:\(ports.redis)' })
      store.connect().then(() => http.createServer(async (request, response) => {
        const query = new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1))
        const body = await store.get('d:' + query.get('placement') + ':' + query.get('customer'))
        response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
        response.end(body)
      }).listen(\(ports.node), '127.0.0.1'))
      """
    let file = folder.appending(path: "decide-redis.js").path
    try source.write(toFile: file, atomically: true, encoding: .utf8)
    let process = try start(program, [file], environment: ["NODE_PATH": nodePath])
    return HotPeer(name: "node", url: "http://127.0.0.1:\(ports.node)/v1/decide", processes: [process])
  }

  /// FastAPI with one worker of its usual server, on the quicker event loop and parser, and the usual client of Redis.
  private static let fastAPI = """
    from fastapi import FastAPI, Response
    from redis import asyncio as redis

    store = redis.Redis(host="127.0.0.1", port=\(ports.redis))
    app = FastAPI()

    @app.get("/v1/decide")
    async def decide(customer: str, placement: str):
      body = await store.get(f"d:{placement}:{customer}")
      return Response(body or b"", status_code=200 if body else 404, media_type="application/json")
    """

  private static func fastAPIServer(_ python: PythonPeer) throws -> HotPeer {
    let process = try start(
      python.python,
      [
        "-m", "uvicorn", "--app-dir", python.folder.path, "--host", "127.0.0.1", "--port", String(ports.fastapi),
        "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
        PythonPeer.module + ":app",
      ])
    let url = "http://127.0.0.1:\(ports.fastapi)"
    // Its modules take seconds to load.
    for _ in 0..<300 where (try? LoopbackConnection(url)) == nil { usleep(100_000) }
    return HotPeer(name: "fastapi", url: url + "/v1/decide", processes: [process])
  }

  /// What takes events in: Node's own HTTP server, and Redis that keeps each event under its id, once, with its file of
  /// commands synced every second. Nothing else is made of them. As the server that it is compared with, on all
  /// processors.
  /// - Returns: nil where they are not installed.
  static func eventStore(folder: URL) throws -> HotPeer? {
    guard let redis = LoadGenerator.path("redis-server"), let node = LoadGenerator.path("node"),
      FileManager.default.fileExists(atPath: nodePath + "/redis")
    else { return nil }
    let kept = folder.appending(path: "kept")
    try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
    let store = try start(
      redis,
      [
        "--port", String(ports.redis), "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir",
        kept.path, "--bind", "127.0.0.1",
      ], pinning: nil)
    let source = """
      const http = require('http'), { createClient } = require('redis')
      const store = createClient({ url: 'redis://127.0.0.1:\(ports.redis)' })
      store.connect().then(() => http.createServer((request, response) => {
        const parts = []
        request.on('data', part => parts.push(part))
        request.on('end', async () => {
          const events = Buffer.concat(parts).toString().split('\\n').map(line => JSON.parse(line))
          const kept = await Promise.all(events.map(event =>
            store.set('e:' + event.id, JSON.stringify(event), { NX: true })))
          response.writeHead(202, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ accepted: kept.filter(one => one === 'OK').length }))
        })
      }).listen(\(ports.node), '127.0.0.1'))
      """
    let file = folder.appending(path: "events-redis.js").path
    try source.write(toFile: file, atomically: true, encoding: .utf8)
    let process = try start(node, [file], environment: ["NODE_PATH": nodePath], pinning: nil)
    return HotPeer(name: "node", url: "http://127.0.0.1:\(ports.node)", processes: [process, store])
  }

  private static func fill(_ folder: URL, _ answer: Data, _ customers: [String]) throws {
    var commands = Data()
    for customer in Set(customers) {
      let key = "d:home_hero:\(customer)"
      commands += Data("*3\r\n$3\r\nSET\r\n$\(key.utf8.count)\r\n\(key)\r\n$\(answer.count)\r\n".utf8)
      commands += answer + Data("\r\n".utf8)
    }
    let file = folder.appending(path: "redis-commands")
    try commands.write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LoadGenerator.path("redis-cli") ?? "/usr/bin/redis-cli")
    process.arguments = ["-p", String(ports.redis), "--pipe"]
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = Pipe()
    try process.run()
    process.waitUntilExit()
    try FileManager.default.removeItem(at: file)
  }
}
