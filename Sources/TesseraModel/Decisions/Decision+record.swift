extension Decision {
  /// The canonical record, JSON: what the id is the hash of, and what is stored. Written straight to bytes, since a
  /// cycle writes tens of thousands of them; `init(json:)` reads it back.
  package var record: [UInt8] {
    var out = ByteWriter(capacity: 512 + 512 * arms.count)
    out.append(#"{"placement":"#, quoted: placement)
    out.append(#","segment":{"id":"#, quoted: segment.id)
    out.append(#","axes":"#)
    out.append(list: segment.axes) { $0.append(quoted: $1) }
    out.append(#","values":"#)
    out.append(list: segment.values) { $0.append(quoted: $1.canonical) }
    out.append(#","description":"#, quoted: description)
    out.append(#","relaxed":"#)
    out.append(list: segment.relaxed) { $0.append(quoted: $1) }
    out.append(#"},"reward":"#, quoted: reward)
    out.append(#","arms":"#)
    out.append(list: arms) { $1.append(to: &$0) }
    out.append(#","flip":"#, json: flip?.json ?? .null)
    out.append(#","excluded":"#)
    out.append(list: exclusions) { $1.append(to: &$0) }
    out.append(#","overlay":"#, json: overlay?.json ?? .null)
    out.append("}")
    return out.bytes.withMemoryRebound(to: UInt8.self) { Array($0) }
  }
}

extension Decision.Arm {
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"action":"#)
    action.append(to: &out)
    out.append(#","score":"#, number: score)
    out.append(#","interval":["#, number: interval.lowerBound)
    out.append(",", number: interval.upperBound)
    out.append(#"],"terms":{"#)
    for (i, term) in terms.enumerated() {
      if i > 0 { out.append(",") }
      out.append(quoted: term.name)
      out.append(":", number: term.value)
    }
    out.append(#"},"exposures":"#, decimal: exposures)
    out.append(#","rewards":"#, decimal: rewards)
    out.append(#","propensity_off":"#, decimal: Int(off))
    out.append(#","propensity_on":"#, decimal: Int(on))
    out.append("}")
  }
}

extension Decision.Exclusion {
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"action":"#)
    action.append(to: &out)
    out.append(#","code":"#, quoted: code)
    out.append(#","reason":"#, quoted: reason)
    out.append("}")
  }
}

extension Action {
  /// As `json` says it.
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"creative":"#, quoted: creative)
    out.append(#","offer":"#, quoted: offer)
    out.append(#","channel":"#, quoted: channel)
    out.append("}")
  }
}
