package import WireFormats

/// The port through which names are looked up.
package protocol DNSResolving: Sendable {
    /// The answer's records of every kind; none when the name exists nowhere. Throws when no server says anything
    /// that holds. May be called concurrently.
    func records(of name: String, _ kind: DNSRecord.Kind) async throws(DNSFailure) -> [DNSRecord]
}

package struct DNSFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
