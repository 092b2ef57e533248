import FoundationEssentials
import Hummingbird
import Ingest
import SignalModel

extension PrometheusAPI {
    /// What each rule of a job makes of given labels; after the one that drops them nothing is left.
    func relabelSteps(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        guard let name = parameters.form["scrapePool"], !name.isEmpty else {
            throw APIError(.badData, "no scrapePool parameter provided")
        }
        guard let text = parameters.form["labels"], !text.isEmpty else {
            throw APIError(.badData, "no labels parameter provided")
        }
        let values: [String: String]
        do { values = try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) } catch {
            throw APIError(.badData, "error parsing labels: it must be a JSON object of texts")
        }
        guard let pool = await scraping.pools().first(where: { $0.name == name }) else {
            throw APIError(.badData, "error retrieving scrape config: scrape pool \(quoted(name)) not found")
        }
        let steps = pool.relabelling.steps(for: Labels(values.map { ($0.key, $0.value) }))
        return PrometheusEnvelope.success { json in
            json.object { json in
                json.key("steps")
                json.array { json in
                    for (index, rule) in pool.relabelling.settings.enumerated() {
                        let labels = index < steps.count ? steps[index].labels : nil
                        json.object { json in
                            json.key("rule")
                            Self.write(rule, to: &json)
                            json.key("output")
                            json.labels(labels ?? .empty)
                            json.key("keep")
                            json.bool(labels != nil)
                        }
                    }
                }
            }
        }
    }

    /// Empty fields are left out, as Prometheus does.
    private static func write(_ rule: RelabelSettings, to json: inout JSONWriter) {
        json.object { json in
            if let names = rule.sourceLabels, !names.isEmpty {
                json.key("sourceLabels")
                json.strings(names)
            }
            func text(_ key: String, _ value: String) {
                guard !value.isEmpty else { return }
                json.key(key)
                json.string(value)
            }
            text("separator", rule.separator)
            json.key("regex")
            json.string(rule.regex ?? RelabelSettings.defaultRegex)
            if rule.modulus > 0 {
                json.key("modulus")
                json.integer(rule.modulus)
            }
            text("targetLabel", rule.targetLabel)
            text("replacement", rule.replacement)
            text("action", rule.action.rawValue)
        }
    }
}
