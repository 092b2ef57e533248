import FoundationEssentials

/// How a client command prints a list.
package enum ListFormat: String, CaseIterable, Sendable {
    case table, json

    package func render<Item: Encodable>(_ items: [Item], cells: (Item) -> [String]) -> String {
        switch self {
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            guard let data = try? encoder.encode(items) else { return "[]\n" }
            return String(decoding: data, as: UTF8.self) + "\n"
        case .table:
            let rows = items.map(cells)
            let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            return rows.map { row in
                var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                    .joined(separator: "  ")
                while line.last == " " { line.removeLast() }
                return line + "\n"
            }.joined()
        }
    }
}
