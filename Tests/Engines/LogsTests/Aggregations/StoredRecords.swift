import SignalModel
import WireFormats

@testable import Logs

/// Documents in a store in memory, and what is asked of them.
struct StoredRecords {
    let snapshot: LogSnapshot

    /// Each as JSON; in two batches, so that answers are put together from several blocks.
    init(_ documents: [String], index: String = "logs-app-default") throws {
        let store = LogStore()
        let half = documents.count / 2
        for part in [0..<half, half..<documents.count] where !part.isEmpty {
            var flattener = RecordFlattener()
            for place in part {
                _ = try flattener.append(
                    json: Array(documents[place].utf8),
                    .init(
                        index: index, identity: nil, sequence: UInt64(place), conflict: .keepsFirst,
                        receivedNanoseconds: 0))
            }
            try store.append(flattener.take(), through: UInt64(part.upperBound))
        }
        snapshot = store.snapshot()
    }

    /// The answer of aggregations, as JSON.
    func aggregations(_ definition: String, where filter: String = #"{"match_all":{}}"#) throws -> String {
        let context = QueryClock.context
        let query = LogQuery(filter: try QueryDSL.filter(try DocumentReader.value(Array(filter.utf8)), context))
        let answer = try snapshot.aggregate(query, try DocumentReader.value(Array(definition.utf8)), context)
        return DocumentWriter.string(of: answer)
    }
}
