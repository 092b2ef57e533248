import Basics
import Hummingbird
import Ingest
import SignalModel

extension PrometheusAPI {
    func targets(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let state = parameters.form["state"] ?? "any"
        let pool = parameters.form["scrapePool"] ?? ""
        let targets = await scraping.targets().filter { pool.isEmpty || $0.pool == pool }
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("activeTargets")
                json.array { json in
                    if state != "dropped" { for target in targets { Self.write(target, to: &json) } }
                }
                // Nothing is dropped before relabelling exists.
                json.key("droppedTargets")
                json.array { _ in }
                json.key("droppedTargetCounts")
                json.object { json in
                    for name in Set(targets.map(\.pool)).sorted() {
                        json.key(name)
                        json.integer(0)
                    }
                }
            }
        }
    }

    private static func write(_ target: TargetStatus, to json: inout JSONWriter) {
        json.object { json in
            json.key("discoveredLabels")
            json.labels(target.discovered)
            json.key("labels")
            json.labels(target.labels)
            for (key, value) in [
                ("scrapePool", target.pool), ("scrapeUrl", target.url), ("globalUrl", target.url),
                ("lastError", target.lastError),
                ("lastScrape", target.lastScrape.map(RFC3339.format) ?? "0001-01-01T00:00:00Z"),
            ] {
                json.key(key)
                json.string(value)
            }
            json.key("lastScrapeDuration")
            json.number(target.lastDuration.seconds)
            json.key("health")
            json.string(target.health.rawValue)
            json.key("scrapeInterval")
            json.string("\(target.interval.milliseconds / 1000)s")
            json.key("scrapeTimeout")
            json.string("\(target.timeout.milliseconds / 1000)s")
        }
    }

    func metadata(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let metric = parameters.form["metric"] ?? ""
        let limit = try parameters.limit()
        let perMetric = try parameters.limit("limit_per_metric")
        var found = scraping.metadata.all().filter { metric.isEmpty || $0.metric == metric }
        if limit > 0 { found = Array(found.prefix(limit)) }
        return PrometheusEnvelope.success { json in
            json.object { json in
                for (metric, entries) in found {
                    json.key(metric)
                    json.array { json in
                        for entry in perMetric > 0 ? entries.prefix(perMetric) : entries[...] {
                            json.object { json in
                                json.key("type")
                                json.string(entry.type)
                                json.key("help")
                                json.string(entry.help)
                                json.key("unit")
                                json.string(entry.unit)
                            }
                        }
                    }
                }
            }
        }
    }
}
