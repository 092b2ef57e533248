package import Identity
package import Logs

/// Who reads which log records. Without a rule whoever may query telemetry reads all of them; with rules, what the
/// rules that name him allow together, and nothing where none does. Admins whom no rule names read all: they write
/// the rules.
package struct LogAccessPolicy: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package var roles: Set<Role>
        /// Names of users.
        package var people: Set<String>
        /// Names of API tokens.
        package var tokens: Set<String>
        /// Patterns of indices; every index where there is none.
        package var indices: [String]
        package var filter: LogFilter
        /// Hidden from whom the rule names, even where another rule would show them.
        package var maskedFields: [String]
        /// Each read is an entry of the audit journal.
        package var isAudited: Bool

        package init(
            roles: Set<Role> = [], people: Set<String> = [], tokens: Set<String> = [], indices: [String] = [],
            filter: LogFilter = .all, maskedFields: [String] = [], isAudited: Bool = false
        ) {
            self.roles = roles
            self.people = people
            self.tokens = tokens
            self.indices = indices
            self.filter = filter
            self.maskedFields = maskedFields
            self.isAudited = isAudited
        }

        fileprivate func names(_ principal: Principal) -> Bool {
            if let role = principal.role, roles.contains(role) { return true }
            switch principal.kind {
            case .user: return people.contains(principal.id)
            case .apiToken: return tokens.contains(principal.name)
            default: return false
            }
        }

        fileprivate var allowed: LogFilter {
            guard !indices.isEmpty else { return filter }
            let inOneOf = indices.map { LogFilter.test(.named("_index"), .wildcard($0, ignoresCase: false)) }
            return .and([.or(inOneOf), filter])
        }
    }

    package var rules: [Rule]

    package init(_ rules: [Rule] = []) { self.rules = rules }

    package func access(of principal: Principal) -> LogAccess {
        let his = rules.filter { $0.names(principal) }
        guard !his.isEmpty else {
            let isFree = rules.isEmpty || principal.role == .admin
            return isFree ? .everything : LogAccess(restriction: .nothing)
        }
        return LogAccess(
            restriction: his.count == 1 ? his[0].allowed : .or(his.map(\.allowed)),
            maskedFields: Array(Set(his.flatMap(\.maskedFields))).sorted())
    }

    /// Whether what he reads is written down.
    package func isAudited(_ principal: Principal) -> Bool {
        rules.contains { $0.isAudited && $0.names(principal) }
    }
}
