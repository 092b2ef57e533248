internal import SignalModel

/// Where on earth records are: fields as `{"lat": …, "lon": …}`, texts as `50.1,14.4`, and pairs as `[14.4, 50.1]`,
/// which GeoJSON writes the other way round.
struct FieldPoints {
    /// Of each row its latitude and longitude, not numbers where it has none.
    private let latitudes: [Double]
    private let longitudes: [Double]

    init(_ field: String, _ view: LogBlockView) throws(LogQueryError) {
        var latitudes = try Self.numbers(field + ".lat", view)
        var longitudes = try Self.numbers(field + ".lon", view)
        if let column = try view.column(field) {
            for row in 0..<view.rowCount {
                let entries = column.entries(of: row)
                guard let point = Self.point(entries.map { column[$0] }) else { continue }
                (latitudes[row], longitudes[row]) = point
            }
        }
        self.latitudes = latitudes
        self.longitudes = longitudes
    }

    private static func numbers(_ field: String, _ view: LogBlockView) throws(LogQueryError) -> [Double] {
        var numbers = [Double](repeating: .nan, count: view.rowCount)
        let values = try FieldNumbers(field, view)
        for row in numbers.indices { values.each(Int32(row)) { if numbers[row].isNaN { numbers[row] = $0 } } }
        return numbers
    }

    private static func point(_ values: [FieldValue]) -> (Double, Double)? {
        if values.count == 2, let longitude = FieldNumbers.number(values[0]),
            let latitude = FieldNumbers.number(values[1])
        {
            return (latitude, longitude)
        }
        guard case .string(let text) = values.first, values.count == 1 else { return nil }
        let parts = text.split(separator: ",").map { part in
            Double(String(part.drop { $0 == " " }))
        }
        guard parts.count == 2, let latitude = parts[0], let longitude = parts[1] else { return nil }
        return (latitude, longitude)
    }

    /// Nil where there is none.
    func point(_ row: Int32) -> (latitude: Double, longitude: Double)? {
        let (latitude, longitude) = (latitudes[Int(row)], longitudes[Int(row)])
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        return (latitude, longitude)
    }
}
