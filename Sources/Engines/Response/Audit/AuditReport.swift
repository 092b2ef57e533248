package import Basics

/// What the auditor has found so far.
package struct AuditReport: Sendable {
    package var findings: [OperationsAuditor.Finding] = []
    /// Over all audits, each finding once as long as it lasts.
    package var mismatchesTotal = 0
    package var runsTotal = 0
    package var auditedAt: Timestamp?
    /// Findings that are new, for the owners.
    package private(set) var fresh: [OperationsAuditor.Finding] = []

    package init() {}

    package var isGood: Bool { findings.isEmpty }

    /// Takes over an audit's findings.
    package mutating func take(_ new: [OperationsAuditor.Finding], at now: Timestamp) {
        let known = Set(findings.map(\.key))
        fresh = new.filter { !known.contains($0.key) }
        findings = new
        mismatchesTotal += fresh.count
        runsTotal += 1
        auditedAt = now
    }
}
