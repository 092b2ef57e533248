import Hummingbird
package import Logs
import SignalModel
package import Traces

/// What every way to look at traces goes through: that of logs, with the same restriction, masks, audit and time.
package struct TraceQueries: Sendable {
    let search: LogSearch
    let store: TraceStore

    package init(search: LogSearch, store: TraceStore) {
        self.search = search
        self.store = store
    }

    /// Runs `body` on a thread of its own, with what the one who asks may see.
    func run<Value: Sendable>(
        _ context: SignalboxRequestContext, _ body: @escaping @Sendable (TraceReader) throws -> Value
    ) async throws -> Value {
        let access = context.principal.map { search.policy().access(of: $0) } ?? LogAccess(restriction: .nothing)
        let (store, classes) = (store, search.classes)
        return try await search.run(context) { _, cancellation in
            try body(TraceReader(store, access: access, classes: classes, cancellation: cancellation))
        }
    }

    /// A trace's id as a part of a path.
    static func trace(_ text: String) throws -> TraceID {
        guard let trace = TraceID(hexadecimal: Array(text.utf8)), !trace.isNone else {
            throw APIError(
                .badData, "a trace's id is 1 to 32 hexadecimal digits and not all zeros, not \(quoted(text))")
        }
        return trace
    }

    static func unknown(_ trace: TraceID) -> APIError {
        APIError(.notFound, "there is no trace \(trace.hexadecimal), or none that may be seen")
    }
}
