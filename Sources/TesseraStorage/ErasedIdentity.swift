import TesseraModel

/// Erased customers are remembered by hash alone: enough to refuse late facts about them, too little to know who they
/// were.
package enum ErasedIdentity {
  package static func hash(_ customer: String) -> String {
    TextEncoding.hexadecimal(SHA256.hash(("erased\u{1F}" + customer).utf8))
  }
}
