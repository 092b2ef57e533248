package import Basics

/// At which rate services begin traces, decided in one place: by environment, and by what people set for a service or
/// an environment.
package struct SamplingTable: Sendable, Hashable {
    /// Set by a person; goes before the rates of environments.
    package struct Override: Sendable, Hashable {
        /// Empty for every service.
        package var service: String
        /// Empty for every environment.
        package var environment: String
        package var rate: SamplingRate
        package var changedAt: Timestamp
        package var changedBy: String

        package init(
            service: String, environment: String, rate: SamplingRate, changedAt: Timestamp, changedBy: String
        ) {
            self.service = service
            self.environment = environment
            self.rate = rate
            self.changedAt = changedAt
            self.changedBy = changedBy
        }
    }

    /// From the configuration.
    package var environments: [String: SamplingRate]
    /// In order of service and environment.
    package private(set) var overrides: [Override]

    package static let standardEnvironments = [
        "production": SamplingRate(0.01)!, "staging": SamplingRate(0.1)!, "development": SamplingRate(1)!,
    ]

    package init(environments: [String: SamplingRate] = standardEnvironments, overrides: [Override] = []) {
        self.environments = environments
        self.overrides = []
        for override in overrides { set(override) }
    }

    /// The most exact one counts: service and environment, service, environment, the environment's from the
    /// configuration. Nil where nothing is said: the service decides for itself.
    package func rate(service: String, environment: String) -> SamplingRate? {
        for (service, environment) in [(service, environment), (service, ""), ("", environment)] {
            guard !(service.isEmpty && environment.isEmpty) else { continue }
            if let found = override(service, environment) { return found.rate }
        }
        return environments[environment]
    }

    package mutating func set(_ override: Override) {
        remove(service: override.service, environment: override.environment)
        overrides.append(override)
        overrides.sort { ($0.service, $0.environment) < ($1.service, $1.environment) }
    }

    /// False when there is none.
    @discardableResult
    package mutating func remove(service: String, environment: String) -> Bool {
        let before = overrides.count
        overrides.removeAll { $0.service == service && $0.environment == environment }
        return overrides.count < before
    }

    package func override(_ service: String, _ environment: String) -> Override? {
        overrides.first { $0.service == service && $0.environment == environment }
    }
}

/// From 0 to 1 in steps of 0.0001, which is what agents understand.
package struct SamplingRate: Sendable, Hashable {
    /// In ten-thousandths.
    package let steps: Int

    package init?(_ value: Double) {
        guard value >= 0, value <= 1 else { return nil }
        let steps = (value * 10_000).rounded()
        // A rate too small for agents is not none.
        guard steps > 0 || value == 0 else { return nil }
        self.steps = Int(steps)
    }

    package var value: Double { Double(steps) / 10_000 }

    /// As `0.01`.
    package var text: String { PlainDecimal.text(value) }
}
