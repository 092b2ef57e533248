/// How far a template may go. Templates are written by whoever writes rules, and fed labels that strangers choose.
package enum TemplateLimits {
    /// Beyond this a template is refused when its rule file is read.
    package static let sourceBytesMax = 64 << 10
    /// The same for a file of notification templates.
    package static let fileBytesMax = 1 << 20
    /// Output of one text of a notification; beyond it the expansion ends with an error.
    package static let messageBytesMax = 1 << 20
    /// Actions, parentheses and pipelines inside one another; deeper nesting is refused when the rule file is read.
    package static let nestingMax = 50
    /// Nodes and calls evaluated in one expansion; beyond it the expansion ends with an error in the text.
    package static let stepsMax = 100_000
    /// Templates calling templates; beyond it the expansion ends with an error in the text.
    package static let invocationDepthMax = 20
    /// Output of one expansion and any single text value within it; beyond it the expansion ends with an error.
    package static let textBytesMax = 64 << 10
    /// Queries one expansion may run; one more ends it with an error.
    package static let queriesMax = 32
    /// Elements of one query's answer a template sees; more end the expansion with an error.
    package static let querySamplesMax = 10_000
    /// Width and precision in `printf`; beyond it Go, too, writes `%!(BADWIDTH)` (its bound is 10⁶).
    package static let printfWidthMax = 1000
}
