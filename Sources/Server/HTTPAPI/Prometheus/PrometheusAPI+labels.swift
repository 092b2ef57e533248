import Basics
import Hummingbird
import SignalModel

extension PrometheusAPI {
    func labelNames(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let lookup = try await LabelLookup(PrometheusParameters.read(request))
        return try await answer(lookup) { source, matchers in
            try source.labelNames(matchers, from: lookup.from, through: lookup.through)
        }
    }

    func labelValues(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = LabelName.unescaped(FormParameters.decode(pathPart: try context.parameters.require("name")))
        guard !name.isEmpty else { throw APIError(.badData, "invalid label name: \(quoted(name))") }
        let lookup = try await LabelLookup(PrometheusParameters.read(request))
        return try await answer(lookup) { source, matchers in
            try source.labelValues(name, matchers, from: lookup.from, through: lookup.through)
        }
    }

    func series(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let lookup = try await LabelLookup(PrometheusParameters.read(request))
        guard !lookup.selectors.isEmpty else { throw APIError(.badData, "no match[] parameter provided") }
        let source = source
        return try await threads.run {
            var found: [Labels] = []
            for matchers in lookup.selectors {
                found += try source.series(matchers, from: lookup.from, through: lookup.through)
            }
            // One selector finds nothing twice; in no order, as with Prometheus, unless a limit asks which come first.
            if lookup.selectors.count > 1 || lookup.limit > 0 {
                found.sort()
                found = zip(found.indices, found).filter { $0 == 0 || found[$0 - 1] != $1 }.map(\.1)
            }
            return Self.listing(found, limit: lookup.limit) { $0.labels($1) }
        }
    }

    private struct LabelLookup: Sendable {
        var selectors: [[Matcher]]
        var from: Timestamp
        var through: Timestamp
        var limit: Int

        init(_ parameters: PrometheusParameters) throws {
            selectors = try parameters.selectors()
            from = try parameters.time("start", absent: .distantPast)
            through = try parameters.time("end", absent: .distantFuture)
            limit = try parameters.limit()
            guard through >= from else {
                throw APIError(.badData, "invalid parameter \"end\": end timestamp must not be before start time")
            }
        }
    }

    private func answer(
        _ lookup: LabelLookup, _ find: @escaping @Sendable (any SampleSource, [Matcher]) throws -> [String]
    ) async throws -> Response {
        let source = source
        return try await threads.run {
            // Fast path: at most one selector, whose answer is sorted already.
            var values = try find(source, lookup.selectors.first ?? [])
            if lookup.selectors.count > 1 {
                var all = Set(values)
                for matchers in lookup.selectors.dropFirst() { all.formUnion(try find(source, matchers)) }
                values = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
            return Self.listing(values, limit: lookup.limit) { $0.string($1) }
        }
    }

    private static func listing<Element>(
        _ elements: [Element], limit: Int, _ write: (inout JSONWriter, Element) -> Void
    ) -> Response {
        let isCut = limit > 0 && elements.count > limit
        let shown = isCut ? elements.prefix(limit) : elements[...]
        return PrometheusEnvelope.success(warnings: isCut ? ["results truncated due to limit"] : []) { json in
            json.array { json in
                for element in shown { write(&json, element) }
            }
        }
    }
}
