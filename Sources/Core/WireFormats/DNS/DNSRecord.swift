/// One record of an answer (RFC 1035, 2782, 3596), as far as discovery reads them.
package struct DNSRecord: Sendable, Hashable {
    package enum Kind: UInt16, Sendable, Hashable {
        case a = 1
        case ns = 2
        case mx = 15
        case aaaa = 28
        case srv = 33
    }

    package enum Content: Sendable, Hashable {
        /// Four or sixteen bytes.
        case address([UInt8])
        /// Names end with a dot.
        case nameServer(String)
        case mailExchange(String)
        case service(target: String, port: UInt16)
        case other
    }

    package var content: Content

    package init(_ content: Content) { self.content = content }
}
