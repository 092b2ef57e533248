/// Which traces are stored, once most of their spans are there. Errors, slow ones and rare routes go first.
package struct TailSamplingSettings: Sendable, Hashable {
    /// So long a trace's spans are waited for.
    package var wait = Duration.seconds(10)
    /// Of spans that wait; beyond it the oldest are decided at once.
    package var windowBytesMax = 128 << 20
    /// A trace with a span that a service was asked for and took as long is kept.
    package var slow = Duration.seconds(1)
    /// Of each operation of a service so many traces are kept in a minute, whatever they are.
    package var rarePerMinute = 1
    /// Of all other traces this part is kept, chosen by their ids.
    package var rate = 0.1
    /// Spans of traces that a service began, kept in a second, in the long run. Ordinary traces use half of it at most.
    package var spansPerSecond = 500.0

    package init() {}
}
