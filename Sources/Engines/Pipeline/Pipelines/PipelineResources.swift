package import Basics

/// What processors need from outside of the documents.
package struct PipelineResources: Sendable {
    /// Rules of a time zone by its name, `Europe/Berlin`.
    package var zone: @Sendable (String) -> ZoneRules?
    /// Where MaxMind databases lie, `GeoLite2-City.mmdb`; nil when none are given.
    package var databaseDirectory: String?

    package init(
        zone: @escaping @Sendable (String) -> ZoneRules? = { $0 == "UTC" ? .utc : nil },
        databaseDirectory: String? = nil
    ) {
        self.zone = zone
        self.databaseDirectory = databaseDirectory
    }
}
