package import Identity
package import Response
package import Rules

/// Everything the configuration file and the files it names say, checked and with the defaults filled in.
package struct SignalboxConfiguration: Sendable {
    package var server: ServerSettings
    package var listeners: ListenerSettings
    /// Folder of everything that is stored.
    package var storagePath: String
    /// How many exemplars are kept; zero keeps none.
    package var exemplarsMax: Int
    package var identity: IdentitySettings
    package var metrics: MetricsSettings
    package var logs: LogsSettings
    package var traces: TracesSettings
    /// Of all files that `rules:` names, in order of files and groups.
    package var ruleGroups: [RuleGroup]
    /// Of all files that `objectives:` names; their names are unique.
    package var objectives: [Objective]
    package var paging: PagingSettings
    var gate: GateConfiguration
    package var agreements: AgreementTargets
    /// Nil without `alerting.config`.
    package var alertmanager: AlertmanagerSettings?
    /// Every file that was read, the main one first: what a change of configuration may be watched by.
    package var files: [String]

    /// For `RuleEngine.apply`.
    package var rules: RuleConfiguration {
        RuleConfiguration(
            groups: ruleGroups, externalLabels: metrics.externalLabels, externalURL: server.externalURL)
    }
}
