import Logs
import SignalModel

/// The columns of a block of spans that say who calls whom.
struct CallColumns {
    let services: SpanColumns.Texts
    let kinds: SpanColumns.Texts
    let traces: SpanColumns.Texts
    let measures: SpanMeasures
    /// Places among kinds.
    let client, producer, consumer, server: Int
    private let environments: SpanColumns.Texts
    /// Of each service the environment that was seen with it last, and their number as an end: mostly there is one.
    private var lastEnvironments: [Int]
    private var lastEnds: [Int32]

    init(_ view: LogBlockView) throws(LogQueryError) {
        services = SpanColumns.Texts(try view.column(SpanFields.service))
        environments = SpanColumns.Texts(try view.column(SpanFields.environment))
        kinds = SpanColumns.Texts(try view.column(SpanFields.kind))
        traces = SpanColumns.Texts(try view.column(SpanFields.trace))
        measures = try SpanMeasures(view)
        client = kinds.place(of: "client")
        producer = kinds.place(of: "producer")
        consumer = kinds.place(of: "consumer")
        server = kinds.place(of: "server")
        lastEnvironments = [Int](repeating: -2, count: services.values.count)
        lastEnds = [Int32](repeating: -1, count: services.values.count)
    }

    func isServing(_ row: Int) -> Bool {
        let kind = kinds.place(row)
        return kind == server || kind == consumer
    }

    /// Nil where the service is hidden.
    mutating func end(_ row: Int, _ ends: inout CallEnds) -> Int32? {
        let (service, environment) = (services.place(row), environments.place(row))
        guard service >= 0 else { return nil }
        if lastEnvironments[service] != environment {
            lastEnvironments[service] = environment
            lastEnds[service] = ends.number(
                of: CallEnd(service: services.values[service], environment: environments[row]))
        }
        return lastEnds[service]
    }

    func trace(_ row: Int) -> TraceID {
        TraceID(hexadecimal: Array(traces[row].utf8)) ?? .none
    }
}
