/// Takes entries for the audit trail.
///
/// Called from the identity service's thread, before the change that the entry tells of: an entry without its
/// effect is possible after a crash, an effect without its entry is not. Blocks until the entry is durable;
/// a throw refuses the change.
package protocol AuditSink: Sendable {
    func record(_ entry: IdentityAuditEntry) throws(IdentityError)
}
