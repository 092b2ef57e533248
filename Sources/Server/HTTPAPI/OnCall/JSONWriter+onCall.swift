import Basics
import Response

extension JSONWriter {
    private mutating func texts(_ entries: [(key: String, text: String)]) {
        for (key, text) in entries {
            self.key(key)
            string(text)
        }
    }

    private mutating func span(_ from: Int64, _ through: Int64) {
        key("from")
        time(from)
        key("through")
        time(through)
    }

    mutating func shift(_ shift: Shift?, _ configuration: PagingConfiguration) {
        guard let shift else { return null() }
        object { json in
            json.texts([
                ("person", shift.person), ("name", configuration.people[shift.person]?.name ?? shift.person),
            ])
            json.span(shift.fromMilliseconds, shift.throughMilliseconds)
            json.key(shift.override == nil ? "layer" : "override")
            json.string(shift.override ?? shift.layer)
        }
    }

    mutating func shifts(_ shifts: [Shift], _ configuration: PagingConfiguration) {
        array { json in for shift in shifts { json.shift(shift, configuration) } }
    }

    mutating func spans(_ spans: [OnCallSpan]) {
        array { json in
            for span in spans { json.object { $0.span(span.fromMilliseconds, span.throughMilliseconds) } }
        }
    }

    mutating func override(_ override: OnCallOverride) {
        object { json in
            json.texts([("id", override.id), ("schedule", override.schedule), ("person", override.person)])
            json.span(override.fromMilliseconds, override.throughMilliseconds)
            json.texts([("by", override.by), ("why", override.why)])
            if let swap = override.swap { json.texts([("swap", swap)]) }
        }
    }

    mutating func note(_ note: HandOverNote) {
        object { json in
            json.key("at")
            json.time(note.atMilliseconds)
            json.texts([("by", note.by), ("text", note.text)])
        }
    }

    mutating func transfer(_ transfer: KnowledgeTransfer) {
        object { json in
            json.texts([("id", transfer.id), ("outgoing", transfer.outgoing), ("incoming", transfer.incoming)])
            json.key("at")
            json.time(transfer.atMilliseconds)
            json.key("done")
            json.time(transfer.doneAtMilliseconds)
            json.texts([("done_by", transfer.doneBy ?? ""), ("notes", transfer.notes)])
        }
    }

    /// Within an object.
    mutating func calendar(_ calendar: OnCallCalendar) {
        texts([("id", calendar.id), ("name", calendar.name)])
        for (key, text) in [("schedule", calendar.schedule), ("person", calendar.person)] {
            self.key(key)
            if let text { string(text) } else { null() }
        }
        texts([("created_by", calendar.by)])
        key("created")
        time(calendar.atMilliseconds)
    }
}
