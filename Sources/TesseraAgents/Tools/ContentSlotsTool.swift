package import TesseraModel
package import TesseraStorage

/// What a channel's texts are made of.
package struct ContentSlotsTool: AgentTool {
  package let name = "content_slots"
  package let summary =
    "Slots of a channel with length limits and the merge tags that may be used, each with a fallback."
  package let parameters = ToolSchema.object([("channel", ToolSchema.word(["onsite", "email", "sms", "push"]))])

  private enum Channel: String, CaseIterable { case onsite, email, sms, push }
  static let rowsMax = 20

  package init() {}

  package func run(_ arguments: JSONValue, brief: SegmentBrief, data: any StoreData) -> ToolAnswer {
    var reader = ToolArguments(arguments, allowed: ["channel"])
    let channel = reader.word("channel", of: Channel.self)
    if let failure = reader.failure { return .failure(failure, asOf: data.asOf) }
    let slots = data.slots(channel: channel?.rawValue ?? "")
    return ToolAnswer(
      rows: slots.prefix(ContentSlotsTool.rowsMax).map(\.json), isTruncated: slots.count > ContentSlotsTool.rowsMax,
      asOf: data.asOf)
  }
}

extension CopySlot {
  /// As an agent reads it.
  package var json: JSONValue {
    [
      "slot_id": .string(placement), "field": .string(field), "length_max": .integer(lengthMax),
      "merge_tags": .strings(mergeTags),
    ]
  }
}
