import Basics
import Hummingbird
import Ingest
import SignalModel

extension PrometheusAPI {
    func targets(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let state = (parameters.form["state"] ?? "").lowercased()
        let pool = parameters.form["scrapePool"] ?? ""
        let showsDropped = ["", "any", "dropped"].contains(state)
        let targets =
            ["", "any", "active"].contains(state)
            ? await scraping.targets().filter { pool.isEmpty || $0.pool == pool } : []
        let pools = showsDropped ? await scraping.pools().filter { pool.isEmpty || $0.name == pool } : []
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("activeTargets")
                json.array { json in for target in targets { write(target, to: &json) } }
                json.key("droppedTargets")
                json.array { json in
                    for pool in pools {
                        for labels in pool.dropped {
                            json.object { json in
                                json.key("discoveredLabels")
                                json.labels(labels)
                                json.key("scrapePool")
                                json.string(pool.name)
                            }
                        }
                    }
                }
                json.key("droppedTargetCounts")
                if showsDropped {
                    json.object { json in
                        for pool in pools {
                            json.key(pool.name)
                            json.integer(pool.droppedCount)
                        }
                    }
                } else {
                    json.null()
                }
            }
        }
    }

    func scrapePools(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let names = await scraping.pools().map(\.name)
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("scrapePools")
                json.strings(names)
            }
        }
    }

    private func write(_ target: TargetStatus, to json: inout JSONWriter) {
        json.object { json in
            json.key("discoveredLabels")
            json.labels(target.discovered)
            json.key("labels")
            json.labels(target.labels)
            for (key, value) in [
                ("scrapePool", target.pool), ("scrapeUrl", target.url), ("globalUrl", address.global(target.url)),
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
            json.string(DurationText.text(milliseconds: target.interval.milliseconds))
            json.key("scrapeTimeout")
            json.string(DurationText.text(milliseconds: target.timeout.milliseconds))
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
