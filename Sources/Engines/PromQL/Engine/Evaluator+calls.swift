import Basics
import Glibc
import SignalModel

extension Evaluator {
    func call(_ node: CallExpression) throws -> Evaluated {
        let name = node.function.name
        if let function = RangeFunctions.table[name] { return .vector(try range(node, function)) }
        if let function = InstantFunctions.table[name] { return try map(node, function) }
        if let part = DateFunctions.table[name] { return try date(node, part) }
        switch name {
        case "time": return .scalar((0..<steps).map { Double(time($0)) / 1000 })
        case "pi": return .scalar(Array(repeating: Double.pi, count: steps))
        case "scalar": return .scalar(toScalar(try vector(node.arguments[0])))
        case "vector":
            var table = SeriesTable(steps: steps)
            table.append(.empty, try scalar(node.arguments[0]))
            return .vector(table)
        case "timestamp": return .vector(try timestamp(node))
        case "absent": return .vector(absent(node.arguments[0], try vector(node.arguments[0])))
        case "absent_over_time":
            return .vector(absent(node.arguments[0], try overWindows(node.arguments[0]) { window, _ in 1 }))
        case "round", "clamp", "clamp_min", "clamp_max": return try withParameters(node)
        case "histogram_quantile": return .vector(try histogramQuantile(node))
        case "label_replace": return .vector(try labelReplace(node))
        case "label_join": return .vector(try labelJoin(node))
        case "sort", "sort_desc", "sort_by_label", "sort_by_label_desc": return .vector(try sort(node))
        case "histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar":
            // Only native histograms have an answer, and none are stored: floats are left out, as Prometheus does.
            _ = try vector(node.arguments[0])
            return .vector(SeriesTable(steps: steps))
        default: throw QueryError(.execution, "the function \(name) is not supported by this version")
        }
    }

    private func map(_ node: CallExpression, _ function: (Double) -> Double) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        for index in table.values.indices where !SeriesTable.isAbsent(table.values[index]) {
            table.values[index] = function(table.values[index])
        }
        return .vector(try unnamed(table))
    }

    private func unnamed(_ table: SeriesTable) throws -> SeriesTable {
        var table = table
        table.labels = table.labels.map(\.withoutName)
        try checkUnique(table.labels)
        return table
    }

    private func withParameters(_ node: CallExpression) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        let first = node.arguments.count > 1 ? try scalar(node.arguments[1]) : Array(repeating: 1, count: steps)
        let second = node.arguments.count > 2 ? try scalar(node.arguments[2]) : first
        for row in 0..<table.count {
            for index in 0..<steps {
                let value = table[row, index]
                if SeriesTable.isAbsent(value) { continue }
                let a = first[index]
                let b = second[index]
                switch node.function.name {
                case "round":
                    // By the inverse, so that round(x, 0.1) gives what people write.
                    let inverse = 1 / a
                    table[row, index] = (value * inverse + 0.5).rounded(.down) / inverse
                case "clamp": table[row, index] = a > b ? SeriesTable.absent : Self.maximum(a, Self.minimum(b, value))
                case "clamp_min": table[row, index] = Self.maximum(a, value)
                default: table[row, index] = Self.minimum(a, value)
                }
            }
        }
        return .vector(try unnamed(table))
    }

    /// Go's math.Max and math.Min: NaN wins.
    private static func maximum(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.max(a, b) }
    private static func minimum(_ a: Double, _ b: Double) -> Double { a.isNaN || b.isNaN ? .nan : Swift.min(a, b) }

    private func toScalar(_ table: SeriesTable) -> [Double] {
        (0..<steps).map { index in
            var found: Double?
            for row in 0..<table.count where !SeriesTable.isAbsent(table[row, index]) {
                if found != nil { return .nan }
                found = table[row, index]
            }
            return found ?? .nan
        }
    }

    private func timestamp(_ node: CallExpression) throws -> SeriesTable {
        if case .vectorSelector(let selector) = node.arguments[0].unwrapped {
            return try unnamed(try instantValues(selector) { milliseconds, _ in Double(milliseconds) / 1000 })
        }
        var table = try vector(node.arguments[0])
        for row in 0..<table.count {
            for index in 0..<steps where !SeriesTable.isAbsent(table[row, index]) {
                table[row, index] = Double(time(index)) / 1000
            }
        }
        return try unnamed(table)
    }

    private func absent(_ argument: Expression, _ table: SeriesTable) -> SeriesTable {
        var result = SeriesTable(steps: steps)
        let row = result.appendEmpty(Self.absentLabels(argument))
        for index in 0..<steps where (0..<table.count).allSatisfy({ SeriesTable.isAbsent(table[$0, index]) }) {
            result[row, index] = 1
        }
        return result
    }

    /// Labels that only one matcher names, with `=`.
    private static func absentLabels(_ argument: Expression) -> Labels {
        let matchers: [Matcher]
        switch argument.unwrapped {
        case .vectorSelector(let selector): matchers = selector.matchers
        case .matrixSelector(let node): matchers = node.selector.matchers
        default: return .empty
        }
        var builder = LabelsBuilder()
        for matcher in matchers where matcher.name != Labels.metricName && matcher.operation == .equal {
            if matchers.filter({ $0.name == matcher.name }).count == 1 { builder.set(matcher.name, matcher.value) }
        }
        return builder.labels()
    }

    private func date(_ node: CallExpression, _ part: (Int64) -> Double) throws -> Evaluated {
        var table: SeriesTable
        if node.arguments.isEmpty {
            table = SeriesTable(steps: steps)
            table.append(.empty, (0..<steps).map { Double(time($0)) / 1000 })
        } else {
            table = try vector(node.arguments[0])
        }
        for index in table.values.indices where !SeriesTable.isAbsent(table.values[index]) {
            let value = table.values[index]
            table.values[index] = value.isNaN || abs(value) > 9e15 ? .nan : part(Int64(value))
        }
        return .vector(try unnamed(table))
    }

    private func sort(_ node: CallExpression) throws -> SeriesTable {
        let table = try vector(node.arguments[0])
        // Only an instant query has an order.
        guard steps == 1 else { return table }
        let names = try node.arguments.dropFirst().map(string)
        let isDescending = node.function.name.hasSuffix("desc")
        let order = (0..<table.count).sorted { left, right in
            if names.isEmpty {
                let a = table[left, 0]
                let b = table[right, 0]
                if a.isNaN || b.isNaN { return !a.isNaN }
                return isDescending ? a > b : a < b
            }
            for name in names {
                let a = table.labels[left][name]
                let b = table.labels[right][name]
                if a != b { return isDescending ? b < a : a < b }
            }
            return isDescending ? table.labels[right] < table.labels[left] : table.labels[left] < table.labels[right]
        }
        var result = SeriesTable(steps: 1)
        for row in order { result.append(table.labels[row], table.row(row)) }
        return result
    }

    private func labelReplace(_ node: CallExpression) throws -> SeriesTable {
        var table = try vector(node.arguments[0])
        let texts = try node.arguments.dropFirst().map(string)
        let (target, replacement, source, pattern) = (texts[0], texts[1], texts[2], texts[3])
        let expression: RegularExpression
        do { expression = try RegularExpression(pattern) } catch {
            throw QueryError(.execution, "invalid regular expression in label_replace(): \(pattern)")
        }
        if target.isEmpty { throw QueryError(.execution, "invalid destination label name in label_replace(): \(target)") }
        for row in 0..<table.count {
            guard let groups = expression.captures(of: table.labels[row][source]) else { continue }
            let value = Self.expand(replacement, groups, expression)
            table.labels[row] = table.labels[row].setting(target, to: value)
        }
        try checkUnique(table.labels)
        return table
    }

    /// Go's Regexp.Expand: `$1`, `${name}`, `$$`.
    private static func expand(_ template: String, _ groups: [Substring?], _ expression: RegularExpression) -> String {
        var result = ""
        var rest = template[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest.removeFirst()
                continue
            }
            var name: Substring
            if rest.first == "{", let end = rest.firstIndex(of: "}") {
                name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
            } else {
                name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                rest = rest[name.endIndex...]
            }
            if name.isEmpty {
                result += "$"
                continue
            }
            let index = Int(name) ?? (1...max(1, expression.groupCount)).first { expression.groupName($0) == String(name) } ?? -1
            if groups.indices.contains(index), let group = groups[index] { result += group }
        }
        return result + rest
    }

    private func labelJoin(_ node: CallExpression) throws -> SeriesTable {
        var table = try vector(node.arguments[0])
        let texts = try node.arguments.dropFirst().map(string)
        if texts[0].isEmpty { throw QueryError(.execution, "invalid destination label name in label_join(): \(texts[0])") }
        for row in 0..<table.count {
            let joined = texts.dropFirst(2).map { table.labels[row][$0] }.joined(separator: texts[1])
            table.labels[row] = table.labels[row].setting(texts[0], to: joined)
        }
        try checkUnique(table.labels)
        return table
    }

    private func range(_ node: CallExpression, _ function: RangeFunctions.Function) throws -> SeriesTable {
        var parameters: [[Double]] = []
        var matrix: Expression?
        for argument in node.arguments {
            if argument.type == .matrix { matrix = argument } else { parameters.append(try scalar(argument)) }
        }
        guard let matrix else { throw QueryError(.execution, "expected a range vector") }
        let keepsName = node.function.name == "last_over_time" || node.function.name == "first_over_time"
        if node.function.name == "quantile_over_time", let bad = parameters[0].first(where: { $0.isNaN || $0 < 0 || $0 > 1 }) {
            warn("quantile value should be between 0 and 1, got \(ValueFormat.json(bad))", at: node.position)
        }
        if ["rate", "increase", "irate"].contains(node.function.name) { noteCounterName(matrix) }
        return try overWindows(matrix, keepName: keepsName) { window, index in
            try function(&window, parameters.map { $0[index] }, time(index))
        }
    }

    private func noteCounterName(_ matrix: Expression) {
        guard case .matrixSelector(let node) = matrix.unwrapped, let name = node.selector.name else { return }
        let isCounter = ["_total", "_sum", "_count", "_bucket"].contains { name.hasSuffix($0) }
        if !isCounter {
            inform(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \(quoted(name))",
                at: matrix.position)
        }
    }
}
