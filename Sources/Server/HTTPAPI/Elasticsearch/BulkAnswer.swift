import Pipeline
import SignalModel
import WireFormats

/// The answer to a bulk request, byte for byte as clients search through it: no blanks, `errors` right before
/// `items`, one member an item, its members in Elasticsearch's order.
struct BulkAnswer {
    private struct Kept {
        var index, identity, version, result, shards, sequence, term, status, errorType, errorReason: Bool

        init(_ filter: FilterPath, _ operation: String) {
            func keeps(_ part: String) -> Bool { filter.keeps("items", operation, part) }
            index = keeps("_index")
            identity = keeps("_id")
            version = keeps("_version")
            result = keeps("result")
            shards = keeps("_shards")
            sequence = keeps("_seq_no")
            term = keeps("_primary_term")
            status = keeps("status")
            errorType = filter.keeps("items", operation, "error", "type")
            errorReason = filter.keeps("items", operation, "error", "reason")
        }
    }

    private var bytes: [UInt8] = []
    private var isFirstMember = true

    static func bytes(
        _ items: [(item: BulkItem, outcome: BulkOutcome)], defaultIndex: String?, places: DocumentPlaces,
        tookMilliseconds: Int, filter: FilterPath
    ) -> [UInt8] {
        var answer = BulkAnswer()
        answer.bytes.reserveCapacity(64 + items.count * 180)
        answer.write("{")
        if filter.keeps("took") { answer.write("\"took\":\(tookMilliseconds),") }
        let hasErrors = items.contains { if case .refused = $0.outcome { true } else { false } }
        if filter.keeps("errors") { answer.write(hasErrors ? "\"errors\":true," : "\"errors\":false,") }
        let kept = BulkItem.Operation.allCases.map { ($0, Kept(filter, $0.rawValue)) }
        answer.write("\"items\":[")
        var isFirst = true
        for (item, outcome) in items {
            guard let kept = kept.first(where: { $0.0 == item.operation })?.1 else { continue }
            let start = answer.bytes.count
            if !isFirst { answer.write(",") }
            answer.write("{\"")
            answer.write(item.operation.rawValue)
            answer.write("\":{")
            answer.isFirstMember = true
            answer.write(item, outcome, item.index ?? defaultIndex ?? "", places, kept)
            guard !answer.isFirstMember else {
                // Of this item the client wants nothing.
                answer.bytes.removeSubrange(start...)
                continue
            }
            answer.write("}}")
            isFirst = false
        }
        if isFirst, !filter.keeps("items", "*"), answer.bytes.count > 1 {
            answer.bytes.removeLast("\"items\":[".utf8.count)
            if answer.bytes.last == UInt8(ascii: ",") { answer.bytes.removeLast() }
            answer.write("}")
        } else {
            answer.write("]}")
        }
        return answer.bytes
    }

    private mutating func write(
        _ item: BulkItem, _ outcome: BulkOutcome, _ index: String, _ places: DocumentPlaces, _ kept: Kept
    ) {
        if kept.index {
            member("\"_index\":")
            quoted(index)
        }
        switch outcome {
        case .queued(let number, let isKnown):
            let isDeletion = item.operation == .delete
            if kept.identity {
                member("\"_id\":")
                if let identity = item.identity {
                    quoted(identity)
                } else {
                    quoted(places.identity(of: number))
                }
            }
            if kept.version { member(isKnown ? "\"_version\":2" : "\"_version\":1") }
            if kept.result {
                let result = isDeletion ? (isKnown ? "deleted" : "not_found") : (isKnown ? "updated" : "created")
                member("\"result\":\"\(result)\"")
            }
            if kept.shards { member("\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}") }
            if kept.sequence { member("\"_seq_no\":\(places.sequence(of: number))") }
            if kept.term { member("\"_primary_term\":1") }
            if kept.status {
                member("\"status\":\(isDeletion ? (isKnown ? 200 : 404) : (isKnown ? 200 : 201))")
            }
        case .noop:
            if kept.identity {
                member("\"_id\":")
                quoted(item.identity ?? "")
            }
            if kept.version { member("\"_version\":1") }
            if kept.result { member("\"result\":\"noop\"") }
            if kept.shards { member("\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}") }
            if kept.status { member("\"status\":200") }
        case .refused(let status, let type, let reason):
            if kept.identity {
                member("\"_id\":")
                if let identity = item.identity { quoted(identity) } else { write("null") }
            }
            if kept.status { member("\"status\":\(status)") }
            if kept.errorType || kept.errorReason {
                member("\"error\":{")
                if kept.errorType {
                    write("\"type\":")
                    quoted(type)
                }
                if kept.errorReason {
                    write(kept.errorType ? ",\"reason\":" : "\"reason\":")
                    quoted(reason)
                }
                write("}")
            }
        }
    }

    private mutating func member(_ text: String) {
        if !isFirstMember { bytes.append(UInt8(ascii: ",")) }
        isFirstMember = false
        write(text)
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func quoted(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain {
            bytes.append(UInt8(ascii: "\""))
            write(text)
            bytes.append(UInt8(ascii: "\""))
        } else {
            var json = JSONWriter()
            json.string(text)
            bytes.append(contentsOf: json.bytes)
        }
    }
}
