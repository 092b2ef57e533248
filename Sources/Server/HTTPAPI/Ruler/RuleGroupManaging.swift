package import Identity
package import Rules

/// Keeps the rule groups that come by the API. A group's key has the namespace for its file. Errors are `APIError`s.
package protocol RuleGroupManaging: Sendable {
    /// YAML: a mapping of namespaces to lists of groups, of one namespace or of all; nil when there is no group.
    func managedRules(in namespace: String?) async throws -> String?

    /// YAML of one group; nil when it is not there.
    func managedRuleGroup(_ key: RuleGroupKey) async throws -> String?

    /// Takes the YAML of one group, in the place of the one that had its name. Stored and evaluated on return.
    func putRuleGroup(_ text: String, in namespace: String, by actor: Principal, source: String) async throws

    /// False when there is no such group.
    func removeRuleGroup(_ key: RuleGroupKey, by actor: Principal, source: String) async throws -> Bool

    /// False when the namespace has no group.
    func removeRuleNamespace(_ namespace: String, by actor: Principal, source: String) async throws -> Bool
}
