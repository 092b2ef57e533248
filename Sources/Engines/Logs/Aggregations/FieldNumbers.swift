internal import Basics
internal import SignalModel

/// A field's values as numbers, row by row. Texts that spell a number count as it; dates are asked for apart.
struct FieldNumbers {
    /// Of each row its number, not a number where it has none, when no row has several.
    private let single: [Double]
    private let isSingle: Bool
    private let several: Several?
    private let missing: Double?

    private struct Several {
        var column: DecodedColumn
        /// Of each value of the column.
        var numbers: [Double]
    }

    init(_ field: String, missing: Double? = nil, _ view: LogBlockView) throws(LogQueryError) {
        self.missing = missing
        if field == "@timestamp" {
            single = try view.timestamps().map { Double($0) / 1e6 }
            (isSingle, several) = (true, nil)
            return
        }
        guard let column = try view.column(field) else {
            single = [Double](repeating: .nan, count: view.rowCount)
            (isSingle, several) = (true, nil)
            return
        }
        let numbers = Self.numbers(column.list)
        isSingle = column.arrayRows.isEmpty
        single = isSingle ? column.ofRows(numbers, none: .nan) : []
        several = isSingle ? nil : Several(column: column, numbers: numbers)
    }

    static func numbers(_ list: ValueList) -> [Double] {
        switch list {
        case .integers(let values): values.map(Double.init)
        case .doubles(let values): values
        case .strings, .mixed: (0..<list.count).map { number(list[$0]) ?? .nan }
        }
    }

    static func number(_ value: FieldValue) -> Double? {
        switch value {
        case .null: nil
        case .bool(let value): value ? 1 : 0
        case .integer(let value): Double(value)
        case .double(let value): value
        case .string(let text):
            text.utf8.first.map { $0 == 45 || $0 == 46 || (48...57).contains($0) } == true ? Double(text) : nil
        }
    }

    /// Calls `body` with each number of a row.
    @inline(__always)
    func each(_ row: Int32, _ body: (Double) -> Void) {
        guard isSingle else { return eachOfSeveral(row, body) }
        let number = single[Int(row)]
        if number == number { body(number) } else if let missing { body(missing) }
    }

    private func eachOfSeveral(_ row: Int32, _ body: (Double) -> Void) {
        var isFound = false
        if let several {
            for entry in several.column.entries(of: Int(row)) {
                let number = several.numbers[several.column.place(of: entry)]
                guard number == number else { continue }
                body(number)
                isFound = true
            }
        }
        if !isFound, let missing { body(missing) }
    }
}

/// A field's values as instants, row by row.
struct FieldTimes {
    private let column: DecodedColumn?
    private let timestamps: [Int64]?
    private let times: [Int64?]
    private let missing: Int64?

    init(_ field: String, missing: Int64? = nil, _ view: LogBlockView) throws(LogQueryError) {
        self.missing = missing
        if field == "@timestamp" {
            timestamps = try view.timestamps()
            column = nil
            times = []
            return
        }
        timestamps = nil
        column = try view.column(field)
        times = column.map { column in (0..<column.list.count).map { Self.time(column.list[$0]) } } ?? []
    }

    /// ISO 8601, or milliseconds since 1970.
    static func time(_ value: FieldValue) -> Int64? {
        switch value {
        case .null, .bool: return nil
        case .integer(let number):
            let (product, isTooFar) = number.multipliedReportingOverflow(by: 1_000_000)
            return isTooFar ? nil : product
        case .double(let number): return abs(number) < 9e12 ? Int64(number * 1e6) : nil
        case .string(let text): return DateText(text, zone: .utc)?.first
        }
    }

    @inline(__always)
    func each(_ row: Int32, _ body: (Int64) throws(LogQueryError) -> Void) throws(LogQueryError) {
        if let timestamps {
            try body(timestamps[Int(row)])
            return
        }
        var isFound = false
        if let column {
            for entry in column.entries(of: Int(row)) {
                guard let time = times[column.place(of: entry)] else { continue }
                try body(time)
                isFound = true
            }
        }
        if !isFound, let missing { try body(missing) }
    }
}
