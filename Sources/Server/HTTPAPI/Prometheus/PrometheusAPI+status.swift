package import Basics
import Hummingbird
package import SignalModel

extension PrometheusAPI {
    /// What the status endpoints tell of the running server.
    package struct Status: Sendable {
        package typealias Pairs = [(name: String, value: String)]
        package typealias Counts = [(name: String, value: Int)]

        package struct Head: Sendable {
            package var series: Int
            package var labelPairs: Int
            package var chunks: Int
            package var minTime: Timestamp?
            package var maxTime: Timestamp?
            /// Longest first.
            package var seriesByMetricName: Counts
            package var valuesByLabelName: Counts
            package var bytesByLabelName: Counts
            package var seriesByLabelPair: Counts

            package init(
                series: Int, labelPairs: Int, chunks: Int, minTime: Timestamp?, maxTime: Timestamp?,
                seriesByMetricName: Counts, valuesByLabelName: Counts, bytesByLabelName: Counts,
                seriesByLabelPair: Counts
            ) {
                self.series = series
                self.labelPairs = labelPairs
                self.chunks = chunks
                self.minTime = minTime
                self.maxTime = maxTime
                self.seriesByMetricName = seriesByMetricName
                self.valuesByLabelName = valuesByLabelName
                self.bytesByLabelName = bytesByLabelName
                self.seriesByLabelPair = seriesByLabelPair
            }
        }

        package struct Runtime: Sendable {
            package var startedAt: Timestamp
            package var configuredAt: Timestamp
            package var isConfigurationGood: Bool
            package var hostname: String
            package var workingDirectory: String
            package var retention: String
            package var threads: Int
            package var cores: Int

            package init(
                startedAt: Timestamp, configuredAt: Timestamp, isConfigurationGood: Bool, hostname: String,
                workingDirectory: String, retention: String, threads: Int, cores: Int
            ) {
                self.startedAt = startedAt
                self.configuredAt = configuredAt
                self.isConfigurationGood = isConfigurationGood
                self.hostname = hostname
                self.workingDirectory = workingDirectory
                self.retention = retention
                self.threads = threads
                self.cores = cores
            }
        }

        package var externalLabels: @Sendable () -> Labels
        /// The configuration in Prometheus' form, without secrets.
        package var configuration: @Sendable () -> String
        package var flags: @Sendable () -> Pairs
        package var runtime: @Sendable () -> Runtime
        /// At most that many entries a list.
        package var head: @Sendable (Int) throws -> Head
        /// Each block's `meta.json`, oldest first.
        package var blocks: @Sendable () throws -> [String]

        package init(
            externalLabels: @escaping @Sendable () -> Labels, configuration: @escaping @Sendable () -> String,
            flags: @escaping @Sendable () -> Pairs, runtime: @escaping @Sendable () -> Runtime,
            head: @escaping @Sendable (Int) throws -> Head, blocks: @escaping @Sendable () throws -> [String]
        ) {
            self.externalLabels = externalLabels
            self.configuration = configuration
            self.flags = flags
            self.runtime = runtime
            self.head = head
            self.blocks = blocks
        }
    }

    /// `features` tells Grafana that rules can be stored here, by Mimir's API; without it rules are only shown.
    func buildInformation(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        PrometheusEnvelope.success { json in
            json.object { json in
                for (key, text) in [
                    ("version", "3.0.0+signalbox." + build.version), ("revision", ""), ("branch", ""),
                    ("buildUser", ""), ("buildDate", ""), ("goVersion", ""),
                ] {
                    json.key(key)
                    json.string(text)
                }
                json.key("features")
                json.object { json in
                    json.key("ruler_config_api")
                    json.string("true")
                }
            }
        }
    }

    func configurationText(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        Self.object([("yaml", status.configuration())])
    }

    func flags(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        Self.object(status.flags())
    }

    func runtimeInformation(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let runtime = status.runtime()
        return PrometheusEnvelope.success { json in
            json.object { json in
                for (key, text) in [
                    ("startTime", RFC3339.format(runtime.startedAt)), ("CWD", runtime.workingDirectory),
                    ("hostname", runtime.hostname), ("serverTime", RFC3339.format(clock.now())),
                    ("lastConfigTime", RFC3339.format(runtime.configuredAt)), ("GOGC", ""), ("GODEBUG", ""),
                    ("storageRetention", runtime.retention),
                ] {
                    json.key(key)
                    json.string(text)
                }
                json.key("reloadConfigSuccess")
                json.bool(runtime.isConfigurationGood)
                // Prometheus' names; ours are its threads.
                for (key, number) in [
                    ("corruptionCount", 0), ("goroutineCount", runtime.threads), ("GOMAXPROCS", runtime.cores),
                    ("GOMEMLIMIT", 0),
                ] {
                    json.key(key)
                    json.integer(number)
                }
            }
        }
    }

    private static func object(_ pairs: Status.Pairs) -> Response {
        PrometheusEnvelope.success { json in
            json.object { json in
                for (key, value) in pairs {
                    json.key(key)
                    json.string(value)
                }
            }
        }
    }

    /// Replay is over when anything here answers.
    func replayStatus(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        PrometheusEnvelope.success { json in
            json.object { json in
                for key in ["min", "max", "current"] {
                    json.key(key)
                    json.number(0)
                }
                json.key("state")
                json.string("done")
            }
        }
    }

    func blocks(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let status = status
        let blocks = try await threads.run { try status.blocks() }
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("blocks")
                json.array { json in
                    for block in blocks { json.raw(block) }
                }
            }
        }
    }

    private static let headLimit = 1...10_000

    func headStatus(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let limit = try FormParameters(request.uri.query ?? "").integer("limit", in: Self.headLimit, absent: 10)
        let status = status
        return try await threads.run {
            let head = try status.head(limit)
            return PrometheusEnvelope.success { json in
                json.object { json in
                    json.key("headStats")
                    json.object { json in
                        for (key, value) in [
                            ("numSeries", head.series), ("numLabelPairs", head.labelPairs),
                            ("chunkCount", head.chunks),
                            ("minTime", Int(head.minTime?.milliseconds ?? .max)),
                            ("maxTime", Int(head.maxTime?.milliseconds ?? .min)),
                        ] {
                            json.key(key)
                            json.integer(value)
                        }
                    }
                    for (key, counts) in [
                        ("seriesCountByMetricName", head.seriesByMetricName),
                        ("labelValueCountByLabelName", head.valuesByLabelName),
                        ("memoryInBytesByLabelName", head.bytesByLabelName),
                        ("seriesCountByLabelValuePair", head.seriesByLabelPair),
                    ] {
                        json.key(key)
                        Self.list(counts, in: &json)
                    }
                }
            }
        }
    }

    private static func list(_ counts: Status.Counts, in json: inout JSONWriter) {
        json.array { json in
            for (name, value) in counts {
                json.object { json in
                    json.key("name")
                    json.string(name)
                    json.key("value")
                    json.integer(value)
                }
            }
        }
    }

    /// There is no Alertmanager beside this server: it pages by itself.
    func alertmanagers(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        PrometheusEnvelope.success { json in
            json.object { json in
                for key in ["activeAlertmanagers", "droppedAlertmanagers"] {
                    json.key(key)
                    json.array { _ in }
                }
            }
        }
    }
}
