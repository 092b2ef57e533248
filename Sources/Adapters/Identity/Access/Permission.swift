/// One thing that may be allowed. Handlers ask for a permission, never for a role.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    /// Send samples, logs and spans.
    case ingest
    /// Send what browsers measure of pages.
    case ingestFromBrowsers
    /// Learn what clients ask before they send or query: version, health, which templates there are.
    case greet
    /// Send events and changes, beat heartbeats.
    case sendEvents
    /// Query what was stored, and its metadata.
    case queryTelemetry
    /// See alerts, pages, targets, rules and health.
    case viewOperations
    case editDashboards
    case editSilences
    /// Store and remove rule groups by the API.
    case editRules
    /// Set at which rate services begin traces.
    case editSampling
    /// Store and remove what processes documents on their way in.
    case editPipelines
    /// Acknowledge, resolve, snooze and note.
    case respond
    /// Let deployments through although the budget is spent.
    case breakGlass
    /// End queries that are too heavy.
    case endQueries
    /// Delete series, take snapshots.
    case manageStorage
    case manageTokens
    case manageUsers
    /// Re-read the configuration.
    case reload
    case readAudit
}
