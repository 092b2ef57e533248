/// Cells of the earth, each within one of a letter less: bits of longitude and latitude in turn, five a letter
/// (Gustavo Niemeyer, 2008).
enum Geohash {
    private static let letters = Array("0123456789bcdefghjkmnpqrstuvwxyz".unicodeScalars)

    static func cell(latitude: Double, longitude: Double, letters count: Int) -> Int64 {
        var (south, north, west, east) = (-90.0, 90.0, -180.0, 180.0)
        var cell: Int64 = 0
        for bit in 0..<count * 5 {
            if bit % 2 == 0 {
                let middle = (west + east) / 2
                cell = cell << 1 | (longitude >= middle ? 1 : 0)
                if longitude >= middle { west = middle } else { east = middle }
            } else {
                let middle = (south + north) / 2
                cell = cell << 1 | (latitude >= middle ? 1 : 0)
                if latitude >= middle { south = middle } else { north = middle }
            }
        }
        return cell
    }

    static func text(_ cell: Int64, letters count: Int) -> String {
        var text = String.UnicodeScalarView()
        for letter in (0..<count).reversed() { text.append(letters[Int(cell >> Int64(letter * 5) & 31)]) }
        return String(text)
    }
}
