package import SignalModel

/// What every evaluation needs besides the rule and the time.
package struct RuleContext: Sendable {
    package var querying: any RuleQuerying
    /// Added to alerts that do not carry them; `$externalLabels` in templates.
    package var externalLabels: Labels
    /// Without a trailing slash.
    package var externalURL: String

    package init(querying: any RuleQuerying, externalLabels: Labels, externalURL: String) {
        self.querying = querying
        self.externalLabels = externalLabels
        var url = externalURL[...]
        while url.hasSuffix("/") { url.removeLast() }
        self.externalURL = String(url)
    }
}
