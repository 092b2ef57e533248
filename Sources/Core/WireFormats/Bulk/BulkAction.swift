/// The line of a bulk request that says what is to be done: `{"create":{"_index":"logs","_id":"1"}}`.
enum BulkAction {
    static func read(_ line: UnsafeRawBufferPointer, line number: Int) throws(WireFormatError) -> BulkItem {
        let value: JSONValue
        do throws(WireFormatError) { value = try JSONValue(parsing: Array(line)) } catch {
            var column = 1
            if case .byte(let offset) = error.place { column = offset + 1 }
            throw WireFormatError(
                .malformed, .line(number, column: column), "the action is no JSON: \(error.message)")
        }
        func bad(_ message: String) -> WireFormatError {
            WireFormatError(.malformed, .line(number, column: 1), message)
        }
        guard case .object(let members) = value else {
            throw bad("Malformed action/metadata line [\(number)], expected START_OBJECT but found \(value.kind)")
        }
        guard members.count == 1, let (name, meta) = members.first else {
            throw bad("Malformed action/metadata line [\(number)], expected one action but found \(members.count)")
        }
        guard let operation = BulkItem.Operation(rawValue: name) else {
            throw bad(
                "Malformed action/metadata line [\(number)], expected field [create], [delete], [index] or [update] "
                    + "but found [\(name)]")
        }
        guard case .object(let parts) = meta else {
            throw bad("Malformed action/metadata line [\(number)], expected START_OBJECT but found \(meta.kind)")
        }
        var item = BulkItem(operation: operation, source: 0..<0, line: number)
        for (name, value) in parts where value != .null {
            switch name {
            case "_index": item.index = try text(value, name, bad)
            case "_id": item.identity = try text(value, name, bad)
            case "pipeline": item.pipeline = try text(value, name, bad)
            case "if_seq_no", "if_primary_term", "version", "_version": item.condition = name
            case "op_type" where operation == .index:
                guard let wanted = Self.operations[try text(value, name, bad)] else {
                    throw bad("Action/metadata line [\(number)]: [op_type] must be create or index")
                }
                item.operation = wanted
            // Of no meaning here: one store without shards, every name may be written to.
            case "_type", "routing", "_routing", "require_alias", "require_data_stream", "list_executed_pipelines",
                "dynamic_templates", "retry_on_conflict", "_retry_on_conflict", "version_type", "_version_type",
                "parent",
                "_parent", "_source", "op_type":
                continue
            default:
                throw bad("Action/metadata line [\(number)] contains an unknown parameter [\(name)]")
            }
        }
        return item
    }

    /// By which `op_type` makes another action of `index`.
    private static let operations: [String: BulkItem.Operation] = ["create": .create, "index": .index]

    private static func text(
        _ value: JSONValue, _ name: String, _ bad: (String) -> WireFormatError
    ) throws(WireFormatError) -> String {
        guard let text = value.scalarText else { throw bad("[\(name)] must be a text, not \(value.kind)") }
        return text
    }
}
