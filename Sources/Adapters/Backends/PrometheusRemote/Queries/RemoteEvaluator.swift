import Basics
import PromQL
import SignalModel
import WireFormats

/// Hands whole expressions to the backend, which does the work.
struct RemoteEvaluator: QueryEvaluator {
    let asking: RemoteAsking
    let limits: QueryLimits

    func instant(
        _ expression: Expression, at time: Timestamp, text: String, cancellation: (any QueryCancellation)?
    ) throws -> QueryResult {
        try asking.wait { try await instant(text.isEmpty ? "\(expression)" : text, at: time, cancellation) }
    }

    func range(
        _ expression: Expression, from start: Timestamp, through end: Timestamp, step: Duration, text: String,
        cancellation: (any QueryCancellation)?
    ) throws -> QueryResult {
        try asking.wait {
            try await range(
                text.isEmpty ? "\(expression)" : text, from: start, through: end, step: step, cancellation)
        }
    }

    func instant(
        _ text: String, at time: Timestamp, _ cancellation: (any QueryCancellation)? = nil
    ) async throws -> QueryResult {
        try await ask(
            "query", text, [RemoteRequest.Pair("time", RemoteRequest.seconds(time.milliseconds))], cancellation)
    }

    func range(
        _ text: String, from start: Timestamp, through end: Timestamp, step: Duration,
        _ cancellation: (any QueryCancellation)? = nil
    ) async throws -> QueryResult {
        let pairs = [
            RemoteRequest.Pair("start", RemoteRequest.seconds(start.milliseconds)),
            RemoteRequest.Pair("end", RemoteRequest.seconds(end.milliseconds)),
            RemoteRequest.Pair("step", RemoteRequest.seconds(step.milliseconds)),
        ]
        var result = try await ask("query_range", text, pairs, cancellation)
        guard case .matrix(let series) = result.value else {
            throw SampleStoreError(.unavailable, "the backend of metrics.remote answers a range with no matrix")
        }
        result.value = .matrix(series.sorted { $0.labels < $1.labels })
        return result
    }

    private func ask(
        _ path: String, _ text: String, _ pairs: [RemoteRequest.Pair], _ cancellation: (any QueryCancellation)?
    ) async throws -> QueryResult {
        var pairs = [RemoteRequest.Pair("query", text)] + pairs
        pairs.append(RemoteRequest.Pair("timeout", "\(limits.timeout.milliseconds)ms"))
        if limits.lookback != QueryLimits().lookback {
            pairs.append(RemoteRequest.Pair("lookback_delta", "\(limits.lookback.milliseconds)ms"))
        }
        let answer = try await asking.ask(path, pairs, timeout: limits.timeout, cancellation: cancellation) {
            (reader) throws(WireFormatError) in
            var decoder = QueryAnswerDecoder()
            let value = try decoder.value(&reader)
            return QueryResult(value: value, histograms: decoder.histograms)
        }
        var result = answer.value
        result.warnings = answer.warnings
        result.infos = answer.infos
        return result
    }
}

extension RemoteRequest {
    /// Seconds with three digits after the point.
    static func seconds(_ milliseconds: Int64) -> String {
        let fraction = String(milliseconds.magnitude % 1000)
        return (milliseconds < 0 ? "-" : "") + String(milliseconds.magnitude / 1000) + "."
            + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }
}
