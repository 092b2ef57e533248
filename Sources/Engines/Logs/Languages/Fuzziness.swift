/// How many edits a word may be away.
enum Fuzziness {
    /// `AUTO`: none for one or two characters, one for up to five, two for more.
    static func automatic(_ word: String, low: Int = 3, high: Int = 6) -> Int {
        let count = word.unicodeScalars.count
        return count < low ? 0 : (count < high ? 1 : 2)
    }

    /// Whole numbers are edits, at most two; fractions the similarity that must be left.
    static func edits(_ number: Double, _ word: String) -> Int {
        if number >= 1 { return Int(min(number, 2)) }
        if number <= 0 { return 0 }
        return Int(min((1 - number) * Double(word.unicodeScalars.count), 2))
    }
}
