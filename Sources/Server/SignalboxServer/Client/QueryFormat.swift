import Basics
import HTTPAPI

/// How a client command prints what it got.
package enum QueryFormat: String, CaseIterable, Sendable {
    case table, json, csv

    package func render(_ answer: QueryAnswer) -> String {
        switch self {
        case .table: table(answer)
        case .csv: csv(answer)
        case .json: json(answer)
        }
    }

    private func table(_ answer: QueryAnswer) -> String {
        let isRange = answer.resultType == "matrix"
        var text = ""
        let width = min(answer.series.map(\.name.count).max() ?? 0, 100)
        for series in answer.series {
            for point in series.points {
                let name = series.name + String(repeating: " ", count: max(0, width - series.name.count))
                let time = isRange ? RFC3339.format(Timestamp(seconds: point.seconds)) + "  " : ""
                text += "\(time)\(name)  \(point.value)\n"
            }
        }
        return text
    }

    private func csv(_ answer: QueryAnswer) -> String {
        var text = "time,series,value\n"
        for series in answer.series {
            let name =
                series.name.contains(where: { ",\"\n".contains($0) })
                ? "\""
                    + series.name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                    + "\"" : series.name
            for point in series.points { text += "\(point.seconds),\(name),\(point.value)\n" }
        }
        return text
    }

    private func json(_ answer: QueryAnswer) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for series in answer.series {
                json.object { json in
                    json.key("metric")
                    json.object { json in
                        for (name, value) in series.metric.sorted(by: { $0.key < $1.key }) {
                            json.key(name)
                            json.string(value)
                        }
                    }
                    json.key("values")
                    json.array { json in
                        for point in series.points {
                            json.array { json in
                                json.number(point.seconds)
                                json.string(point.value)
                            }
                        }
                    }
                }
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
