internal import Basics

/// What records a query wants: the one syntax tree behind every query language. Languages compile to it, access rules
/// are added to it, and the executor alone gives it meaning.
package indirect enum LogFilter: Sendable, Hashable {
    case all
    case nothing
    case and([LogFilter])
    case or([LogFilter])
    case not(LogFilter)
    /// At least `count` of them.
    case atLeast(Int, [LogFilter])
    case test(FieldSelector, ValueTest)
}

/// Which fields a test looks at: it holds when one of their values passes.
package enum FieldSelector: Sendable, Hashable {
    /// A dotted name. `_id`, `_index` and `@timestamp` are names like others. Of `x.keyword` and `x.text`, where no
    /// field has that name, `x` taken as a keyword or as text.
    case named(String)
    /// Every field whose name matches; `*` stands for any characters.
    case matching(String)
    case any
}

/// A constant of a query.
package enum QueryValue: Sendable, Hashable {
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    /// A point in time, since 1970, UTC; `@timestamp` is compared with nothing else. Of other fields, strings count as
    /// the dates they spell in ISO 8601 and numbers as milliseconds since 1970.
    case time(nanoseconds: Int64)
}

/// What is asked of a value. Fields are of one of two classes (`FieldClasses`): of *keywords* the whole value counts,
/// of *text* its words do.
package enum ValueTest: Sendable, Hashable {
    case exists
    /// The whole value of a keyword, compared as a number or a boolean where it is one: "503" equals 503. Of text: all
    /// the words of the constant, in any order or as a phrase.
    case match(QueryValue, MatchMode)
    case anyOf([QueryValue])
    case prefix(String, ignoresCase: Bool)
    /// `*` for any characters, `?` for one, a backslash before either for itself.
    case wildcard(String, ignoresCase: Bool)
    /// Whole values of keywords, single words of text; RE2, linear time.
    case expression(String, ignoresCase: Bool)
    /// At most `edits` characters inserted, deleted, changed or swapped.
    case fuzzy(String, edits: Int, prefixCount: Int)
    case range(lower: Bound?, upper: Bound?)

    package enum MatchMode: Sendable, Hashable {
        /// One of the words.
        case anyWord
        case allWords
        /// The words in their order, with at most `slop` moves between them.
        case phrase(slop: Int)
        /// A phrase whose last word may go on.
        case phrasePrefix
    }

    package struct Bound: Sendable, Hashable {
        package var value: QueryValue
        package var isInclusive: Bool

        package init(_ value: QueryValue, isInclusive: Bool) {
            self.value = value
            self.isInclusive = isInclusive
        }
    }
}
