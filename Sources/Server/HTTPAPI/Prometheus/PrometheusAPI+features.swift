import Hummingbird
import PromQL

extension PrometheusAPI {
    /// What this server can do, by Prometheus' categories and names, so that clients need not guess from a version.
    /// False is what it knows and does not do; a name that is missing it does not know.
    func features(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let categories: [(String, [String: Bool])] = [
            ("api", Self.apiFeatures), ("promql", languageFeatures), ("promql_functions", functionFeatures),
            ("promql_operators", operatorFeatures), ("rules", ["keep_firing_for": true, "query_offset": true]),
            ("tsdb", ["exemplar_storage": true, "isolation": true, "native_histograms": true]),
        ]
        return PrometheusEnvelope.success { json in
            json.object { json in
                for (category, features) in categories {
                    json.key(category)
                    json.object { json in
                        for (name, isOn) in features.sorted(by: { $0.key < $1.key }) {
                            json.key(name)
                            json.bool(isOn)
                        }
                    }
                }
            }
        }
    }

    private static let apiFeatures = [
        "admin": true, "exclude_alerts": true, "label_values_match": true, "lifecycle": true, "query_stats": true,
        "query_warnings": true, "remote_write_receiver": true, "time_range_labels": true, "time_range_series": true,
    ]

    private var languageFeatures: [String: Bool] {
        let always = [
            "at_modifier", "bool", "by", "group_left", "group_right", "ignoring", "negative_offset",
            "offset", "on", "per_query_lookback_delta", "subqueries", "without",
        ]
        let switched = [
            ("duration_expr", language.durationExpressions), ("anchored", language.extendedRangeSelectors),
            ("smoothed", language.extendedRangeSelectors),
            ("fill", language.fillModifiers), ("fill_left", language.fillModifiers),
            ("fill_right", language.fillModifiers), ("delayed_name_removal", limits().delaysNameRemoval),
            ("per_step_stats", false),
        ]
        return Dictionary(uniqueKeysWithValues: always.map { ($0, true) } + switched)
    }

    private var functionFeatures: [String: Bool] {
        let pairs = FunctionSignature.all.map { function in
            (
                function.name,
                QueryEngine.answers(function.name) && (!function.isExperimental || language.experimentalFunctions)
            )
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private var operatorFeatures: [String: Bool] {
        let binary = BinaryOperator.allCases.filter { $0 != .trimLower && $0 != .trimUpper }.map {
            ($0.rawValue, true)
        }
        let aggregations = AggregationOperator.allCases.map { operation in
            let isExperimental = operation == .limitk || operation == .limitRatio
            return (operation.rawValue, !isExperimental || language.experimentalFunctions)
        }
        return Dictionary(uniqueKeysWithValues: binary + aggregations + ["=~", "!~", "@"].map { ($0, true) })
    }
}
