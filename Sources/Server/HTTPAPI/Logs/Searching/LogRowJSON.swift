import Logs

/// Records as `/ops/v1/logs` writes them.
enum LogRowJSON {
    /// What a client hands back to go on from a record.
    static func cursor(_ place: LogCursor) -> String { "\(place.timestampNanoseconds):\(place.sequence)" }

    static func write(_ row: LogRow, to json: inout JSONWriter) {
        json.object { json in
            json.key("time")
            json.string(RecordTime.text(row.place.timestampNanoseconds))
            json.key("cursor")
            json.string(cursor(row.place))
            json.key("index")
            json.string(row.index)
            json.key("id")
            json.string(row.identity)
            json.key("fields")
            json.object { json in
                for field in row.fields {
                    json.key(field.name)
                    write(field, to: &json)
                }
            }
        }
    }

    static func write(_ field: LogRow.Field, to json: inout JSONWriter) {
        guard field.isArray || field.values.count != 1 else {
            write(field.values[0], to: &json)
            return
        }
        json.array { json in for value in field.values { write(value, to: &json) } }
    }

    static func write(_ value: FieldValue, to json: inout JSONWriter) {
        switch value {
        case .null: json.null()
        case .bool(let value): json.bool(value)
        case .integer(let value): json.integer(value)
        case .double(let value): if value.isFinite { json.number(value) } else { json.null() }
        case .string(let text): json.string(text)
        }
    }
}
