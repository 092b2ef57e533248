package import Alerting
package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
package import Response
import SignalModel

/// `/api/v2/…`: Alertmanager's API, as Prometheus, amtool, Grafana and karma speak it.
///
/// Source: api/v2/openapi.yaml of prometheus/alertmanager.
package struct AlertmanagerAPI: Sendable {
    /// What the running configuration says.
    package struct Settings: Sendable {
        package var resolveTimeout: Duration
        /// The Alertmanager file without its secrets; nil when there is none.
        package var original: String?

        package init(resolveTimeout: Duration, original: String?) {
            self.resolveTimeout = resolveTimeout
            self.original = original
        }
    }

    let core: OperationsCore
    let settings: @Sendable () -> Settings
    let actions: SilenceActions
    let clock: any WallClock
    let threads: BlockingThreads
    private let version: String
    private let startedAt: Timestamp

    /// `threads` decode what comes in.
    package init(
        core: OperationsCore, settings: @escaping @Sendable () -> Settings, actions: SilenceActions,
        clock: any WallClock, threads: BlockingThreads, version: String, startedAt: Timestamp
    ) {
        self.core = core
        self.settings = settings
        self.actions = actions
        self.clock = clock
        self.threads = threads
        self.version = version
        self.startedAt = startedAt
    }

    package var endpoints: [Endpoint] {
        let path = "/api/v2"
        return [
            Endpoint(.get, path + "/alerts", .viewOperations, "Alerts that fire, as Alertmanager lists them", alerts),
            Endpoint(.post, path + "/alerts", .ingest, "Takes alerts, as Prometheus sends them", postAlerts),
            Endpoint(.get, path + "/alerts/groups", .viewOperations, "Alerts by route and group", groups),
            Endpoint(.get, path + "/silences", .viewOperations, "Silences; filter=MATCHER", silences),
            Endpoint(.post, path + "/silences", .editSilences, "Makes or changes a silence", postSilence),
            Endpoint(.get, path + "/silence/:id", .viewOperations, "One silence", silence),
            Endpoint(.delete, path + "/silence/:id", .editSilences, "Ends a silence", deleteSilence),
            Endpoint(
                .post, "/ops/v1/silences/:id/approve", .respond,
                "A second person agrees to a silence: from then on it counts for P0", approve),
            Endpoint(.get, path + "/status", .viewOperations, "Version, uptime, the Alertmanager file", status),
            Endpoint(.get, path + "/receivers", .viewOperations, "Receivers of the Alertmanager file", receivers),
        ]
    }

    /// What tools are shown where there is no file: one that does nothing, because they want one.
    private static let noFile = "route:\n  receiver: none\nreceivers:\n- name: none\n"

    private func status(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let original = settings().original ?? Self.noFile
        var json = JSONWriter()
        json.object { json in
            json.key("cluster")
            json.object { json in
                // One machine decides: there is no gossip to settle.
                json.key("name")
                json.string("signalbox")
                json.key("status")
                json.string("disabled")
                json.key("peers")
                json.array { _ in }
            }
            json.key("config")
            json.object { json in
                json.key("original")
                json.string(original)
            }
            json.key("uptime")
            json.string(AlertmanagerTime.text(startedAt.milliseconds))
            json.key("versionInfo")
            json.object { json in
                let fields = [
                    ("version", "signalbox-" + version), ("revision", ""), ("branch", ""), ("buildUser", ""),
                    ("buildDate", ""), ("goVersion", ""),
                ]
                for (name, value) in fields {
                    json.key(name)
                    json.string(value)
                }
            }
        }
        return .json(json)
    }

    private func receivers(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let names = core.state.routing.configuration?.receivers.keys.sorted() ?? []
        var json = JSONWriter()
        json.array { json in
            for name in names {
                json.object { json in
                    json.key("name")
                    json.string(name)
                }
            }
        }
        return .json(json)
    }

    /// Errors are a JSON text here, not an object.
    static func refusal(_ message: String, _ status: HTTPResponse.Status = .badRequest) -> Response {
        var json = JSONWriter()
        json.string(message)
        return .json(json, status: status)
    }
}

/// Times as Alertmanager's API writes them: UTC, always three decimals.
enum AlertmanagerTime {
    static func text(_ milliseconds: Int64) -> String {
        let text = RFC3339.format(Timestamp(milliseconds: milliseconds)).dropLast()
        let parts = text.split(separator: ".", maxSplits: 1)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return "\(parts[0]).\(fraction)\(String(repeating: "0", count: 3 - fraction.count))Z"
    }
}
