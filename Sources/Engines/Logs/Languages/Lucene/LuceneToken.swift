/// A token of Lucene's classic query syntax.
struct LuceneToken {
    enum Kind: Equatable {
        case and
        case or
        case not
        case plus
        case minus
        /// `+`, `-` or `!` before a blank: a word like others.
        case bareOperator
        case openGroup
        case closeGroup
        case colon
        /// `*` alone.
        case star
        case caret
        case quoted
        case term
        /// `~`, with a number or without.
        case fuzziness
        /// A word whose only wildcard is a `*` at its end.
        case prefix
        case wildcard
        case expression
        /// `[` or `{`: from here up to its end, a range.
        case openRange
        case end
    }

    var kind: Kind
    /// In the text; of quoted and expressions, without their quotes.
    var range: Range<Int>
    /// In the text, with quotes.
    var start: Int
}
