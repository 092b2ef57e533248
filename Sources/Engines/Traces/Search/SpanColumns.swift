import Logs
import SignalModel

/// The columns of a block that counts over spans look at, row by row.
struct SpanColumns {
    let times: [Int64]
    let services: Texts
    let names: Texts
    let kinds: Texts
    private let measures: SpanMeasures
    private let hasParent: RowBitmap
    private let transactions: RowBitmap

    /// A field of few values: numbers instead of texts.
    struct Texts {
        /// Of each row; -1 where it has none.
        private var places: [Int32] = []
        /// Of each place; no text stands there twice.
        private(set) var values: [String] = []

        init(_ column: DecodedColumn?) {
            guard let column, column.entryCount > 0 else { return }
            var numbers: [String: Int32] = [:]
            // What is in memory only may have a text for each row.
            var ofList = [Int32](repeating: 0, count: column.list.count)
            for place in ofList.indices {
                let text = column.list[place].text
                if let known = numbers[text] {
                    ofList[place] = known
                } else {
                    ofList[place] = Int32(values.count)
                    numbers[text] = ofList[place]
                    values.append(text)
                }
            }
            places = column.firstEntries
            for row in places.indices where places[row] >= 0 {
                places[row] = ofList[column.place(of: Int(places[row]))]
            }
        }

        /// -1 where the row has none.
        func place(_ row: Int) -> Int { places.isEmpty ? -1 : Int(places[row]) }

        /// The place of a text; -2, which no row has, where it does not occur.
        func place(of text: String) -> Int { values.firstIndex(of: text) ?? -2 }

        subscript(row: Int) -> String {
            let place = place(row)
            return place < 0 ? "" : values[place]
        }
    }

    init(_ view: LogBlockView) throws(LogQueryError) {
        times = try view.timestamps()
        services = Texts(try view.column(SpanFields.service))
        names = Texts(try view.column(SpanFields.name))
        kinds = Texts(try view.column(SpanFields.kind))
        measures = try SpanMeasures(view)
        hasParent = try view.rowsHaving(SpanFields.parent)
        transactions = try view.rowsHaving(SpanFields.transaction)
    }

    func duration(_ row: Int) -> Int64 { measures.duration(row) }
    func weight(_ row: Int) -> Double { measures.weight(row) }
    func isError(_ row: Int) -> Bool { measures.isError(row) }

    /// A request to its service, rather than something that the service does meanwhile.
    func isEntry(_ row: Int) -> Bool {
        if !hasParent[row] || transactions[row] { return true }
        let kind = kinds[row]
        return kind == "server" || kind == "consumer"
    }
}
