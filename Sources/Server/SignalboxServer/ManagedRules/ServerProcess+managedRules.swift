package import HTTPAPI
package import Identity
package import Rules
import Synchronization

extension ServerProcess: RuleGroupManaging {
    package func managedRules(in namespace: String?) async throws -> String? {
        let managedRules = managedRules
        return try await queryThreads.run { try managedRules.text(in: namespace) }
    }

    package func managedRuleGroup(_ key: RuleGroupKey) async throws -> String? { managedRules.text(of: key) }

    package func putRuleGroup(
        _ text: String, in namespace: String, by actor: Principal, source: String
    ) async throws {
        let metrics = configuration.withLock { $0.metrics }
        let parsed = try await queryThreads.run {
            do throws(ConfigurationError) { return try ManagedRuleGroup(text, in: namespace, metrics) } catch {
                throw APIError(.badData, error.description)
            }
        }
        try await journalThread.run { [self] in
            // Name and file tell groups apart, so that a namespace must not be called as a rule file is.
            if configuration.withLock({ $0.files }).contains(namespace) {
                throw APIError(.conflict, "\(namespace) is a file of the configuration: choose another namespace")
            }
            try managedRules.put(parsed, by: actor, source: source)
        }
        await applyRules()
    }

    package func removeRuleGroup(
        _ key: RuleGroupKey, by actor: Principal, source: String
    ) async throws -> Bool {
        let isRemoved = try await journalThread.run { [managedRules] in
            try managedRules.remove(key, by: actor, source: source)
        }
        if isRemoved { await applyRules() }
        return isRemoved
    }

    package func removeRuleNamespace(
        _ namespace: String, by actor: Principal, source: String
    ) async throws -> Bool {
        let isRemoved = try await journalThread.run { [managedRules] in
            try managedRules.removeAll(in: namespace, by: actor, source: source)
        }
        if isRemoved { await applyRules() }
        return isRemoved
    }

    /// Evaluates the rules of the files and of the API as they are when the engine takes them over, so that the last
    /// of several changes under way stays.
    func applyRules() async {
        await rules.apply { [self] in
            let configuration = configuration.withLock { $0 }
            var rules = configuration.rules
            rules.groups += managedRules.groups(with: configuration.metrics)
            return rules
        }
    }

    /// Throws when a file has the name of a namespace, which `putRuleGroup` refuses the other way round.
    func checkNamespaces(_ new: SignalboxConfiguration) throws(ConfigurationError) {
        let taken = Set(new.files).intersection(managedRules.namespaces)
        guard !taken.isEmpty else { return }
        throw ConfigurationError(
            taken.map {
                Diagnostic(
                    file: $0, line: 0, column: 0,
                    message: "the rules API keeps a namespace of this name: rename the file or remove the namespace")
            })
    }
}
