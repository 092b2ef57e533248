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
        var histogram: HistogramPoint?
        var histograms: [HistogramPoint]?

        /// In time order; histograms as text.
        package var points: [Point] {
            let floats = values ?? (value.map { [$0] } ?? [])
            let others = (histograms ?? (histogram.map { [$0] } ?? [])).map(\.point)
            return others.isEmpty ? floats : (floats + others).sorted { $0.seconds < $1.seconds }
        }
        package var name: String {
            let labels = metric.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }
            let inner = labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
            return (metric["__name__"] ?? "") + (inner.isEmpty && metric["__name__"] != nil ? "" : "{\(inner)}")
        }
    }

    /// `[seconds, {"count": …, "sum": …, "buckets": …}]`.
    struct HistogramPoint: Decodable {
        struct Content: Decodable {
            var count: String
            var sum: String
            var buckets: [Bucket]?
        }

        /// `[rule of the bounds, "lower", "upper", "count"]`.
        struct Bucket: Decodable {
            var text: String

            init(from decoder: any Decoder) throws {
                var fields = try decoder.unkeyedContainer()
                let rule = try fields.decode(Int.self)
                let (lower, upper) = (try fields.decode(String.self), try fields.decode(String.self))
                let ends = [("(", "]"), ("[", ")"), ("(", ")"), ("[", "]")]
                let (open, close) = ends.indices.contains(rule) ? ends[rule] : ends[2]
                text = "\(open)\(lower),\(upper)\(close):\(try fields.decode(String.self))"
            }
        }

        var point: Point

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            let seconds = try pair.decode(Double.self)
            let content = try pair.decode(Content.self)
            let parts = ["count:\(content.count)", "sum:\(content.sum)"] + (content.buckets ?? []).map(\.text)
            point = Point(seconds: seconds, value: "{" + parts.joined(separator: ", ") + "}")
        }
    }

    /// `[seconds, "value"]`.
    package struct Point: Decodable, Sendable {
        package var seconds: Double
        package var value: String

        init(seconds: Double, value: String) {
            self.seconds = seconds
            self.value = value
        }

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
