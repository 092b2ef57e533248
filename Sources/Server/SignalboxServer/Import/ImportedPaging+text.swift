import Basics
import HTTPAPI

extension ImportedPaging {
    /// The pieces as YAML, to be put into a paging file.
    var yaml: String {
        var text = "# Imported from \(source). `signalbox check` says what is missing.\n"
        if !people.isEmpty { text += "\npeople:\n" }
        for person in people {
            text += "  \(person.id):\n    name: \(Self.quoted(person.name))\n"
            if !person.email.isEmpty { text += "    email: \(Self.quoted(person.email))\n" }
            text += "    # contacts: [mail]\n"
        }
        if !channels.isEmpty { text += "\nchannels:\n" }
        for channel in channels { text += "  \(channel.name): \(channel.settings)\n" }
        if !schedules.isEmpty { text += "\nschedules:\n" }
        for schedule in schedules {
            text += "  \(schedule.name):\n    zone: \(schedule.zone)\n    layers:\n"
            for layer in schedule.layers { text += Self.yaml(layer) }
        }
        if !levels.isEmpty { text += "\nescalation:\n  levels:\n" }
        for level in levels {
            text += "    - people: [\(level.people.map(Self.quoted).joined(separator: ", "))]\n"
            if let wait = level.waitMinutes, wait > 0 { text += "      wait: \(wait)m\n" }
        }
        return text
    }

    private static func yaml(_ layer: Layer) -> String {
        var text = "      - name: \(quoted(layer.name))\n        rotation: \(layer.turn.unit)\n"
        if layer.turn.every != 1 { text += "        every: \(layer.turn.every)\n" }
        text += "        start: \(layer.start)\n        hand_over: \"\(layer.handOver)\"\n"
        if let weekday = layer.weekday { text += "        weekday: \(weekday)\n" }
        if let until = layer.until { text += "        until: \(until)\n" }
        text += "        people: [\(layer.people.map(quoted).joined(separator: ", "))]\n"
        if !layer.restrictions.isEmpty { text += "        restrictions:\n" }
        for restriction in layer.restrictions {
            let days = restriction.days.isEmpty ? "" : "days: [\(restriction.days.joined(separator: ", "))], "
            text += "          - { \(days)from: \"\(restriction.from)\", to: \"\(restriction.to)\" }\n"
        }
        return text
    }

    /// What came along and what did not, a line each.
    var report: String {
        var lines = ["From \(source):"]
        lines += carried.map { "carried over: \($0)" }
        lines += left.map { "NOT carried over: \($0)" }
        if carried.isEmpty { lines.append("nothing was carried over") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// JSON's strings are YAML's double-quoted ones.
    static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
