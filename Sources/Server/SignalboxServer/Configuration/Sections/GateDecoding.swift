import Basics
import Notifiers
import Response

/// `gate:`. What the deploy gate asks of objectives, and GitHub's way to it.
struct GateConfiguration: Sendable, Hashable {
    var settings = GateSettings()
    /// Nil: GitHub's events are refused.
    var github: GitHubGateSettings?

    /// More are refused: each is an environment, or a repository that deploys.
    private static let environmentsMax = 100
    private static let repositoriesMax = 10_000
    private static let branchesMax = 100

    private enum WithoutObjectives: String, CaseIterable { case allow, unknown }

    static func decode(_ node: ConfigurationNode?, _ files: ConfigurationFiles) -> GateConfiguration {
        var gate = GateConfiguration()
        guard let node, var reader = node.mapping() else { return gate }
        if let node = reader["coverage_min"], let share = node.number() {
            if (0...1).contains(share) {
                gate.settings.coverageMin = share
            } else {
                node.expected("a share of the window from 0 to 1")
            }
        }
        if let choice = reader["without_objectives"]?.choice(WithoutObjectives.self) {
            gate.settings.allowsWithoutObjectives = choice == .allow
        }
        if let node = reader["environments"] {
            let names = node.strings()
            if names.isEmpty || names.count > environmentsMax {
                node.expected("from 1 to \(environmentsMax) names; all are gated without it")
            }
            gate.settings.environments = Set(names)
        }
        if let node = reader["github"] { gate.github = github(node, files) }
        reader.finish()
        return gate
    }

    private static func github(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> GitHubGateSettings? {
        guard var reader = node.mapping() else { return nil }
        let secret = reader.required("webhook_secret")?.secret(files)
        let appID = reader.required("app_id")?.string()
        let key = reader.required("private_key")?.secret(files)
        let url = reader["api_url"]?.string() ?? GitHubGateSettings.standardAPIURL
        let services = reader["services"]?.stringMap() ?? []
        let environments = reader["environments"].map(githubEnvironments) ?? [:]
        let branches = reader["critical_fix_branches"].map(githubBranches) ?? []
        if services.count > repositoriesMax { node.note("\(node.path).services: at most \(repositoriesMax)") }
        reader.finish()
        guard let secret, let appID, let key else { return nil }
        var settings = GitHubGateSettings(
            webhookSecret: secret, appID: appID, privateKey: key, apiURL: url,
            services: Dictionary(services.map { ($0.name, $0.value) }) { $1 })
        settings.environments = environments
        settings.criticalFixBranches = branches
        if secret.revealed.isEmpty { node.note("\(node.path): webhook_secret is empty") }
        if let problem = settings.problem {
            node.note("\(node.path): \(problem)")
            return nil
        }
        return settings
    }

    private static func githubEnvironments(
        _ node: ConfigurationNode
    ) -> [String: GitHubGateSettings.Environment] {
        guard var reader = node.mapping() else { return [:] }
        let entries = reader.all()
        if entries.count > environmentsMax { node.expected("at most \(environmentsMax) environments") }
        var found: [String: GitHubGateSettings.Environment] = [:]
        for entry in entries {
            guard var reader = entry.value.mapping() else { continue }
            found[entry.name] = .init(
                name: reader["environment"]?.string() ?? entry.name,
                change: reader["change"]?.choice(GateQuestion.Change.self) ?? .normal)
            reader.finish()
        }
        return found
    }

    /// `*` alone would make a critical fix of everything, and in the middle it means nothing here.
    private static func githubBranches(_ node: ConfigurationNode) -> [String] {
        let items = node.list()
        if items.count > branchesMax { node.expected("at most \(branchesMax) branches") }
        return items.compactMap { item in
            guard let name = item.string() else { return nil }
            guard !name.dropLast(name.hasSuffix("*") ? 1 : 0).isEmpty, !name.dropLast().contains("*") else {
                item.expected("a branch, or how branches begin and then *, such as hotfix/*")
                return nil
            }
            return name
        }
    }
}
