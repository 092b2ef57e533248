package import Basics
import Identity
package import SignalModel
import Synchronization

/// Whoever keeps what people set of sampling.
package protocol SamplingOverrideKeeping: Sendable {
    func load() throws -> [SamplingTable.Override]
    /// Takes the place of the one of the same service and environment. Durable on return; blocks.
    func put(_ override: SamplingTable.Override) throws
    func remove(service: String, environment: String) throws
}

/// The sampling table of this server: what the configuration says, and what people set.
package final class SamplingControl: Sendable {
    /// More overrides are refused: nobody looks through them.
    static let overridesMax = 10_000
    /// A longer name is refused.
    static let nameBytesMax = 256

    private let keeping: any SamplingOverrideKeeping
    private let current: Mutex<SamplingTable>
    /// Held over what is kept and what holds, so that both end with the same change. Readers do not wait for it.
    private let changing = Mutex(())

    /// Reads what is kept; blocks.
    package init(environments: [String: SamplingRate], keeping: any SamplingOverrideKeeping) throws {
        self.keeping = keeping
        current = Mutex(SamplingTable(environments: environments, overrides: try keeping.load()))
    }

    package var table: SamplingTable { current.withLock { $0 } }

    /// What a reload of the configuration says.
    package func use(environments: [String: SamplingRate]) { current.withLock { $0.environments = environments } }

    /// Durable on return; blocks. Gives what was there before.
    func set(_ override: SamplingTable.Override) throws -> SamplingTable.Override? {
        try changing.withLock { _ in
            let before = table.override(override.service, override.environment)
            guard before != nil || table.overrides.count < Self.overridesMax else {
                throw APIError(.badData, "more than \(Self.overridesMax) overrides")
            }
            try keeping.put(override)
            current.withLock { $0.set(override) }
            return before
        }
    }

    /// Nil when there is none. Durable on return; blocks.
    func remove(service: String, environment: String) throws -> SamplingTable.Override? {
        try changing.withLock { _ in
            guard let before = table.override(service, environment) else { return nil }
            try keeping.remove(service: service, environment: environment)
            current.withLock { _ = $0.remove(service: service, environment: environment) }
            return before
        }
    }
}
