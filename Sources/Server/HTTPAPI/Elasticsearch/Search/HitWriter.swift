import Basics
import Logs
import SignalModel
import WireFormats

/// Writes records as hits of a search.
struct HitWriter {
    private let request: SearchRequest
    private let highlighter: Highlighter?

    init(_ request: SearchRequest, _ filter: LogFilter, _ classes: FieldClasses) {
        self.request = request
        highlighter = request.highlight.map {
            Highlighter(filter, classes, before: $0.before, after: $0.after)
        }
    }

    func write(_ hit: SortedRow, to json: inout JSONWriter) throws {
        try json.object { json in
            json.key("_index")
            json.string(hit.row.index)
            json.key("_id")
            json.string(hit.row.identity)
            json.key("_score")
            if request.sort.isEmpty { json.number(1) } else { json.null() }
            try writeSource(hit.row, to: &json)
            writeFields(hit.row, to: &json)
            writeHighlight(hit.row, to: &json)
            if !request.sort.isEmpty {
                json.key("sort")
                json.array { json in for key in hit.keys { LogRowJSON.write(key, to: &json) } }
            }
        }
    }

    private func writeSource(_ row: LogRow, to json: inout JSONWriter) throws {
        guard request.source.isWanted else { return }
        var bytes: [UInt8] = []
        row.appendSource(to: &bytes)
        json.key("_source")
        if request.source.isWhole {
            json.raw(String(decoding: bytes, as: UTF8.self))
        } else {
            let document = request.source.applied(to: try DocumentReader.object(bytes))
            json.raw(DocumentWriter.string(of: .object(document)))
        }
    }

    private func writeFields(_ row: LogRow, to json: inout JSONWriter) {
        guard !request.fields.isEmpty else { return }
        json.key("fields")
        json.object { json in
            if let wanted = wanted("@timestamp") {
                json.key("@timestamp")
                let format = wanted.format ?? DateFormat.standard[0]
                json.array { $0.string(format.text(row.place.timestampNanoseconds, zone: .utc)) }
            }
            for field in row.fields where wanted(field.name) != nil {
                json.key(field.name)
                json.array { json in
                    for value in field.values where value != .null { LogRowJSON.write(value, to: &json) }
                }
            }
        }
    }

    private func wanted(_ name: String) -> SearchRequest.FieldRequest? {
        request.fields.first { $0.pattern == name || Wildcard.matches(name, $0.pattern) }
    }

    private func writeHighlight(_ row: LogRow, to json: inout JSONWriter) {
        guard let highlighter, !highlighter.isEmpty, let patterns = request.highlight?.patterns else { return }
        var marked: [(name: String, texts: [String])] = []
        for field in row.fields where patterns.contains(where: { Wildcard.matches(field.name, $0) }) {
            let texts = field.values.compactMap { value -> String? in
                guard case .string(let text) = value else { return nil }
                return highlighter.marked(text, of: field.name)
            }
            if !texts.isEmpty { marked.append((field.name, texts)) }
        }
        guard !marked.isEmpty else { return }
        json.key("highlight")
        json.object { json in
            for (name, texts) in marked {
                json.key(name)
                json.array { json in for text in texts { json.string(text) } }
            }
        }
    }
}
