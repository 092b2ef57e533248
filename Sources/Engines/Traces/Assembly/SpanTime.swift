import Basics

package enum SpanTime {
    /// The end of a span; a negative duration counts as none.
    package static func end(_ start: Int64, _ duration: Int64) -> Int64 { start.addingSaturated(max(0, duration)) }
}
