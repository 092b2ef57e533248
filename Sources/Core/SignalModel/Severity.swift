/// How bad it is, as the alert label `severity` says. The paging policy hangs on it.
package enum Severity: String, Sendable, Hashable, CaseIterable, Codable {
    /// Production down, data breach, credential leak.
    case p0 = "P0"
    /// Partial outage, security vulnerability.
    case p1 = "P1"
    /// Degradation, non-critical issue.
    case p2 = "P2"
    /// Minor or non-production. Never pages.
    case p3 = "P3"
}
