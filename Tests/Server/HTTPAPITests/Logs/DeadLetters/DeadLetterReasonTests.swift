import Testing

@testable import HTTPAPI

@Suite("What dead letters of one cause share")
struct DeadLetterReasonTests {
    @Test(
        "what differs from document to document is left out, what names the cause stays",
        arguments: [
            (
                "illegal_argument_exception: Provided Grok expressions do not match field value: [10.0.0.1 [x] 7]",
                "illegal_argument_exception: Provided Grok expressions do not match field value: […]"
            ),
            ("x: unable to convert [ab]c] to integer", "x: unable to convert […] to integer"),
            (
                "x: field [status2] not present as part of path [a.status2]",
                "x: field [status2] not present as part of path [a.status2]"
            ),
            ("x: 'ten' is not an IP string literal.", "x: '…' is not an IP string literal."),
            ("x: field [a] doesn't exist", "x: field [a] doesn't exist"),
            ("x: For input string: \"4\"4\"", "x: For input string: \"…\""),
            (
                "d: Unable to find match for dissect pattern: %{a} against source: no [ blank 7",
                "d: Unable to find match for dissect pattern: %{a} against source: …"
            ),
            ("the document cannot be read: byte 17: expected :", "the document cannot be read: byte #: expected :"),
            ("x: field value: [cut off in the mid", "x: field value: […]"),
            ("x: a quote alone \"", "x: a quote alone \"…\""),
            ("", ""),
        ])
    func shapes(reason: String, shape: String) {
        #expect(DeadLetterReason(reason).shape == shape)
        let placed = DeadLetterReason(reason + " (pipeline web-2, processor grok, tag t 1)")
        #expect(placed.shape == shape + " (pipeline web-2, processor grok, tag t 1)")
        #expect(placed.pipeline == "web-2" && placed.processor == "grok" && placed.tag == "t 1")
    }

    @Test("a reason without a place names none, and a long one is cut")
    func bounds() {
        let plain = DeadLetterReason("index cycle detected: a -> b")
        #expect(plain.pipeline == nil && plain.processor == nil)
        #expect(DeadLetterReason(String(repeating: "ä", count: 5000)).shape.count == 400)
    }
}
