import Basics
import Hummingbird
import Identity
import PromQL
import SignalModel

extension PrometheusAPI {
    /// More steps than this per series are refused, as Prometheus does: a resolution no screen shows.
    private static let stepsMax: Int64 = 11_000

    func query(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let limit = try parameters.limit()
        let time = try parameters.time("time", absent: clock.now())
        let evaluator = try evaluator(for: parameters)
        let (expression, text) = try parse(parameters)
        return try await run(text, "instant", parameters, limit, context) { query in
            try evaluator.instant(expression, at: time, text: text, cancellation: query)
        }
    }

    func queryRange(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let limit = try parameters.limit()
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        guard end >= start else {
            throw APIError(.badData, "invalid parameter \"end\": end timestamp must not be before start time")
        }
        guard let step = try parameters.duration("step") else {
            throw APIError(.badData, "invalid parameter \"step\": cannot parse \"\" to a valid duration")
        }
        guard step.milliseconds > 0 else {
            throw APIError(
                .badData,
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. "
                    + "Try a positive integer")
        }
        guard (end.milliseconds - start.milliseconds) / step.milliseconds <= Self.stepsMax else {
            throw APIError(
                .badData,
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)")
        }
        let evaluator = try evaluator(for: parameters)
        let (expression, text) = try parse(parameters)
        let kind = "range of \(DurationText.text(milliseconds: (end - start).milliseconds)), step "
        let kindText = kind + DurationText.text(milliseconds: step.milliseconds)
        return try await run(text, kindText, parameters, limit, context) { query in
            try evaluator.range(expression, from: start, through: end, step: step, text: text, cancellation: query)
        }
    }

    /// Runs a query where others see it and may end it, and ends it when whoever asked has gone.
    private func run(
        _ text: String, _ kind: String, _ parameters: PrometheusParameters, _ limit: Int,
        _ context: SignalboxRequestContext, _ body: @escaping @Sendable (RunningQuery) throws -> QueryResult
    ) async throws -> Response {
        try await context.noticeDeparture()
        let query = queries.begin(text, kind: kind, by: context.principal?.auditName ?? "") { !context.isConnected }
        do {
            let wantsStatistics = !(parameters.form["stats"] ?? "").isEmpty
            let (clock, asked) = (clock, clock.uptime())
            let response = try await threads.run {
                let began = clock.uptime()
                let result = try body(query)
                let timings = QueryTimings(waited: began - asked, evaluated: clock.uptime() - began)
                return Self.render(result, limit: limit, wantsStatistics ? timings : nil)
            }
            queries.finish(query, .done)
            return response
        } catch {
            queries.finish(query, .failed)
            guard let ender = query.endedBy else { throw error }
            throw APIError(.canceled, "query was ended by \(ender)")
        }
    }

    func formatQuery(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let (expression, _) = try parse(parameters)
        return PrometheusEnvelope.success { $0.string(expression.prettyPrinted) }
    }

    func parseQuery(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let (expression, _) = try parse(parameters)
        return PrometheusEnvelope.success { ExpressionTree.write(expression, to: &$0) }
    }

    private func parse(_ parameters: PrometheusParameters) throws -> (Expression, text: String) {
        let text = parameters.form["query"] ?? ""
        do { return (try PromQLParser.parse(text, options: language), text) } catch {
            throw APIError(.badData, "invalid parameter \"query\": \(error.message)")
        }
    }

    private func evaluator(for parameters: PrometheusParameters) throws -> any QueryEvaluator {
        var limits = self.limits()
        if let timeout = try parameters.duration("timeout") { limits.timeout = min(limits.timeout, timeout) }
        if let lookback = try parameters.duration("lookback_delta") {
            guard lookback > .zero else {
                throw APIError(.badData, "invalid parameter \"lookback_delta\": must be positive")
            }
            limits.lookback = lookback
        }
        return evaluator(limits)
    }

    /// Renders on the query thread: a big answer must not hold up an event loop.
    static func render(_ result: QueryResult, limit: Int, _ timings: QueryTimings?) -> Response {
        var warnings = result.warnings
        let value = limited(result.value, to: limit, warnings: &warnings)
        return PrometheusEnvelope.success(warnings: warnings, infos: result.infos) { json in
            json.object { json in
                json.write(value, result.histograms)
                guard let timings else { return }
                json.key("stats")
                json.statistics(timings, samplesRead: result.samplesTouched, samplesPeak: result.samplesPeak)
            }
        }
    }

    private static func limited(_ value: QueryValue, to limit: Int, warnings: inout [String]) -> QueryValue {
        func note() { warnings.append("results truncated due to limit") }
        switch value {
        case .vector(let series) where limit > 0 && series.count > limit:
            note()
            return .vector(Array(series.prefix(limit)))
        case .matrix(let series) where limit > 0 && series.count > limit:
            note()
            return .matrix(Array(series.prefix(limit)))
        default: return value
        }
    }
}

extension JSONWriter {
    mutating func labels(_ labels: Labels) {
        object { json in
            labels.packed.withUnsafeBytes { bytes in
                labels.forEachRange { name, value in
                    json.keyUTF8(UnsafeRawBufferPointer(rebasing: bytes[name]))
                    json.string(utf8: UnsafeRawBufferPointer(rebasing: bytes[value]))
                }
            }
        }
    }

    mutating func point(_ sample: Sample) {
        array { json in
            json.seconds(sample.timestamp)
            json.string { ValueFormat.appendJSON(sample.value, to: &$0) }
        }
    }

    /// The histogram that a value stands for, with its time; buckets as `[bounds' rule, lower, upper, count]`, empty
    /// ones left out.
    mutating func point(_ histogram: NativeHistogram, at time: Timestamp) {
        array { json in
            json.seconds(time)
            json.object { json in
                json.key("count")
                json.string(ValueFormat.json(histogram.count))
                json.key("sum")
                json.string(ValueFormat.json(histogram.sum))
                // Subtraction makes counts below zero, which a person wants to see.
                let buckets = histogram.buckets(withZero: histogram.zeroCount != 0).filter { $0.count != 0 }
                if buckets.isEmpty { return }
                json.key("buckets")
                json.array { json in
                    for bucket in buckets { json.write(bucket) }
                }
            }
        }
    }

    /// Floats under `values`, histograms under `histograms`; a series may have both.
    fileprivate mutating func points(_ samples: [Sample], _ histograms: [NativeHistogram]) {
        let hasHistograms = !histograms.isEmpty && samples.contains { HistogramBox.isBox($0.value) }
        if !hasHistograms || samples.contains(where: { !HistogramBox.isBox($0.value) }) {
            key("values")
            array { json in
                for sample in samples where !hasHistograms || !HistogramBox.isBox(sample.value) { json.point(sample) }
            }
        }
        guard hasHistograms else { return }
        key("histograms")
        array { json in
            for sample in samples where HistogramBox.isBox(sample.value) {
                json.point(histograms[HistogramBox.place(sample.value)], at: sample.timestamp)
            }
        }
    }

    private mutating func write(_ bucket: HistogramBucket) {
        array { json in
            json.integer(bucket.holdsLower ? (bucket.holdsUpper ? 3 : 1) : bucket.holdsUpper ? 0 : 2)
            for value in [bucket.lower, bucket.upper, bucket.count] { json.string(ValueFormat.json(value)) }
        }
    }

    fileprivate mutating func write(_ value: QueryValue, _ histograms: [NativeHistogram]) {
        key("resultType")
        switch value {
        case .scalar(let sample):
            string("scalar")
            key("result")
            point(sample)
        case .string(let text, let time):
            string("string")
            key("result")
            array { json in
                json.seconds(time)
                json.string(text)
            }
        case .vector(let series):
            string("vector")
            key("result")
            array { json in
                json.reserve(series.count * 128)
                for entry in series {
                    json.object { json in
                        json.key("metric")
                        json.labels(entry.labels)
                        if HistogramBox.isBox(entry.sample.value) {
                            json.key("histogram")
                            json.point(
                                histograms[HistogramBox.place(entry.sample.value)], at: entry.sample.timestamp)
                        } else {
                            json.key("value")
                            json.point(entry.sample)
                        }
                    }
                }
            }
        case .matrix(let series):
            string("matrix")
            key("result")
            array { json in
                for entry in series {
                    json.object { json in
                        json.key("metric")
                        json.labels(entry.labels)
                        json.points(entry.samples, histograms)
                    }
                }
            }
        }
    }
}
