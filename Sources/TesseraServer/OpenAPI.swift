import HTTPTypes
import TesseraModel

/// The interface's own description, made from the routes.
enum OpenAPI {
  static func document(_ routes: [Route]) -> JSONValue {
    var paths = JSONObject()
    for route in routes where route.access != .admin && route.access != .dashboard && route.method != .options {
      var item = paths[route.path]?.members ?? JSONObject()
      item[route.method.rawValue.lowercased()] = operation(route)
      paths[route.path] = .object(item)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Tessera", "version": "0.1.0", "summary": "Decides what each customer sees next, and shows why.",
      ],
      "servers": [["url": "/"]], "paths": .object(paths),
      "components": [
        "securitySchemes": [
          "secret": ["type": "http", "scheme": "bearer", "description": "The secret key: servers, any customer."],
          "publishable": ["type": "http", "scheme": "bearer", "description": "The publishable key: browsers."],
        ],
        "schemas": ["Problem": problem],
      ],
    ]
  }

  private static let problem: JSONValue = [
    "type": "object", "required": ["type", "title", "status", "detail"],
    "properties": [
      "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
      "detail": ["type": "string"],
      "errors": [
        "type": "array",
        "items": ["type": "object", "properties": ["index": ["type": "integer"], "reason": ["type": "string"]]],
      ],
    ],
  ]

  private static func operation(_ route: Route) -> JSONValue {
    var parameters: [JSONValue] = []
    for part in route.path.split(separator: "/") where part.hasPrefix("{") {
      parameters.append([
        "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
        "schema": ["type": "string"],
      ])
    }
    for (name, meaning) in route.query {
      parameters.append([
        "name": .string(name), "in": "query", "description": .string(meaning), "schema": ["type": "string"],
      ])
    }
    let failure: JSONValue = [
      "description": "What went wrong and what to do.",
      "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
    ]
    var object = JSONObject([
      ("summary", .string(route.summary)), ("operationId", .string(operationID(route))),
      ("parameters", .array(parameters)),
      ("responses", ["2XX": ["description": "Done."], "4XX": failure, "5XX": failure]),
    ])
    if let body = route.body {
      object["requestBody"] = [
        "required": true, "description": .string(body),
        "content": ["application/json": ["schema": .object(JSONObject())]],
      ]
    }
    switch route.access {
    case .secret: object["security"] = [["secret": []]]
    case .publishable: object["security"] = [["secret": []], ["publishable": []]]
    default: break
    }
    return .object(object)
  }

  private static func operationID(_ route: Route) -> String {
    let words = route.path.split { !$0.isLetter && !$0.isNumber }.filter { $0 != "v1" }
    return route.method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The same for people.
  static func page(_ routes: [Route]) -> String {
    var rows = ""
    for route in routes where route.access != .admin && route.access != .dashboard && route.method != .options {
      let query = route.query.map { "<code>\($0.name)</code> \(escaped($0.meaning))" }.joined(separator: "<br>")
      rows +=
        "<tr><td><code>\(route.method.rawValue)</code></td><td><code>\(escaped(route.path))</code></td><td>\(escaped(route.summary))"
      rows +=
        "\(route.body.map { "<br>Body: " + escaped($0) } ?? "")</td><td>\(query)</td><td>\(route.access.rawValue)</td></tr>\n"
    }
    return """
      <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
      <title>API · Tessera</title><style>:root{color-scheme:light dark}a{color:#0b5cad}@media(prefers-color-scheme:dark){body{background:#14181c;color:#e8ebee}a{color:#7db8f5}}body{font:15px/1.5 system-ui;max-width:75rem;margin:2rem auto;padding:0 1rem}
      .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.5rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}</style>
      <main><h1>Tessera's API</h1><p>JSON in and out; errors are problem documents (RFC 9457). The same as a document: <a href="/openapi.json">openapi.json</a>.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Calls"><table><thead><tr><th>Method</th><th>Path</th><th>Meaning</th><th>Parameters</th><th>Key</th></tr></thead><tbody>
      \(rows)</tbody></table></div></main></html>
      """
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
      "\"", with: "&quot;")
  }
}
