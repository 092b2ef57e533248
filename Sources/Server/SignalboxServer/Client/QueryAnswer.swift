/// A query's answer as the Prometheus API gives it.
package struct QueryAnswer: Decodable, Sendable {
    struct Envelope: Decodable {
        var status: String
        var error: String?
        var data: QueryAnswer?
    }

    package struct Series: Decodable, Sendable {
        package var metric: [String: String]
        package var value: Point?
        package var values: [Point]?

        package var points: [Point] { values ?? (value.map { [$0] } ?? []) }
        package var name: String {
            let labels = metric.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }
            let inner = labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
            return (metric["__name__"] ?? "") + (inner.isEmpty && metric["__name__"] != nil ? "" : "{\(inner)}")
        }
    }

    /// `[seconds, "value"]`.
    package struct Point: Decodable, Sendable {
        package var seconds: Double
        package var value: String

        package init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            seconds = try pair.decode(Double.self)
            value = try pair.decode(String.self)
        }
    }

    package var resultType: String
    package var series: [Series]

    private enum Key: CodingKey { case resultType, result }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        resultType = try fields.decode(String.self, forKey: .resultType)
        if resultType == "scalar" || resultType == "string" {
            series = [Series(metric: [:], value: try fields.decode(Point.self, forKey: .result), values: nil)]
        } else {
            series = try fields.decode([Series].self, forKey: .result)
        }
    }
}
