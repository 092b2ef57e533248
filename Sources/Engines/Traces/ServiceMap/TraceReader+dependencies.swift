package import Logs
import SignalModel

extension TraceReader {
    /// Edges between services, from parents and children that both are seen.
    package func dependencies(
        times: Range<Int64>, filter: LogFilter = .all
    ) throws(LogQueryError) -> ServiceDependencies {
        // What was summed up of parts tells services and environments apart, and nothing else.
        let isByEnds = isDecidedByEnds(filter)
        var query = query(isByEnds ? .all : filter, times: times)
        if isByEnds { query.access = .everything }
        var map = ServiceMap(store, query, usesSums: isByEnds)
        try map.read()
        try map.findCallers()
        return map.dependencies(isByEnds ? try seen(map.reader.ends, filter) : nil)
    }

    private static let endFields: Set<String> = [SpanFields.service, SpanFields.environment]

    private func isDecidedByEnds(_ filter: LogFilter) -> Bool {
        guard access.maskedFields.isEmpty, access.indices.isEmpty, let asked = filter.fields,
            let allowed = access.restriction.fields
        else { return false }
        return asked.union(allowed).isSubset(of: Self.endFields)
    }

    /// Of each end whether its spans pass: a record of each is asked as spans are.
    private func seen(_ ends: CallEnds, _ filter: LogFilter) throws(LogQueryError) -> [Bool] {
        var seen = [Bool](repeating: false, count: ends.list.count)
        guard !ends.list.isEmpty else { return seen }
        var records = LogBatch()
        let index = records.number(of: SpanFields.spansIndex)
        let service = records.number(of: SpanFields.service)
        let environment = records.number(of: SpanFields.environment)
        for (number, end) in ends.list.enumerated() {
            records.add(service, string: end.service)
            if !end.environment.isEmpty { records.add(environment, string: end.environment) }
            records.endRecord(timestampNanoseconds: Int64(number), sequence: UInt64(number), index: index)
        }
        let store = LogStore()
        do throws(LogStoreError) { try store.append(records, through: 1) } catch {
            throw LogQueryError(.overMemory, error.description)
        }
        // In the order of their times, which are their numbers.
        try store.snapshot().visit(query(filter)) { view throws(LogQueryError) in
            for row in view.matching.rows { seen[row] = true }
        }
        return seen
    }
}
