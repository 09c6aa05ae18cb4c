extension Decision {
  /// The canonical record, JSON: what the id is the hash of, and what is stored. Written straight to bytes, since a
  /// cycle writes tens of thousands of them; `init(json:)` reads it back.
  package var record: [UInt8] {
    var out = ByteWriter(capacity: 512 + 512 * arms.count)
    out.append(#"{"placement":"#)
    out.append(quoted: placement)
    out.append(#","segment":{"id":"#)
    out.append(quoted: segment.id)
    out.append(#","axes":"#)
    out.append(list: segment.axes) { $0.append(quoted: $1) }
    out.append(#","values":"#)
    out.append(list: segment.values) { $0.append(quoted: $1.canonical) }
    out.append(#","description":"#)
    out.append(quoted: description)
    out.append(#","relaxed":"#)
    out.append(list: segment.relaxed) { $0.append(quoted: $1) }
    out.append(#"},"reward":"#)
    out.append(quoted: reward)
    out.append(#","arms":"#)
    out.append(list: arms) { $1.append(to: &$0) }
    out.append(#","flip":"#)
    out.append(json: flip?.json ?? .null)
    out.append(#","excluded":"#)
    out.append(list: exclusions) { $1.append(to: &$0) }
    out.append(#","overlay":"#)
    out.append(json: overlay?.json ?? .null)
    out.append("}")
    return out.bytes.withMemoryRebound(to: UInt8.self) { Array($0) }
  }
}

extension Decision.Arm {
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"action":"#)
    action.append(to: &out)
    out.append(#","score":"#)
    out.append(number: score)
    out.append(#","interval":["#)
    out.append(number: interval.lowerBound)
    out.append(",")
    out.append(number: interval.upperBound)
    out.append(#"],"terms":{"#)
    for (i, term) in terms.enumerated() {
      if i > 0 { out.append(",") }
      out.append(quoted: term.name)
      out.append(":")
      out.append(number: term.value)
    }
    out.append(#"},"exposures":"#)
    out.append(decimal: exposures)
    out.append(#","rewards":"#)
    out.append(decimal: rewards)
    out.append(#","propensity_off":"#)
    out.append(decimal: Int(off))
    out.append(#","propensity_on":"#)
    out.append(decimal: Int(on))
    out.append("}")
  }
}

extension Decision.Exclusion {
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"action":"#)
    action.append(to: &out)
    out.append(#","code":"#)
    out.append(quoted: code)
    out.append(#","reason":"#)
    out.append(quoted: reason)
    out.append("}")
  }
}

extension Action {
  /// As `json` says it.
  fileprivate func append(to out: inout ByteWriter) {
    out.append(#"{"creative":"#)
    out.append(quoted: creative)
    out.append(#","offer":"#)
    out.append(quoted: offer)
    out.append(#","channel":"#)
    out.append(quoted: channel)
    out.append("}")
  }
}
