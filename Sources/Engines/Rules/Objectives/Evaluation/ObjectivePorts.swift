package import SignalModel

/// Where the events of objectives are kept: the operations journal.
package protocol ObjectiveJournal: Sendable {
    var book: ObjectiveBook { get }
    /// Returns once the event is durable and in `book`.
    func record(_ event: ObjectiveEvent) async throws
    /// What objectives have told and not ended yet: by `ObjectiveAlerts.names`, whoever told it before a restart.
    var firingAlerts: [ObservedAlert] { get }
}
