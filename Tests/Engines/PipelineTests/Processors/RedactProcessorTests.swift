import Testing

struct RedactProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","patterns":["%{EMAILADDRESS:EMAIL}","%{IP:CLIENT}"]}"#,
            #"{"a":"x@y.org from 10.0.0.1 and 10.0.0.2"}"#, #"{"a":"<EMAIL> from <CLIENT> and <CLIENT>"}"#
        ),
        (
            #"{"field":"a","patterns":["%{SSN:SSN}"],"pattern_definitions":{"SSN":"\\d{3}-\\d{2}-\\d{4}"},"prefix":"*","suffix":"*"}"#,
            #"{"a":"no 123-45-6789."}"#, #"{"a":"no *SSN*."}"#
        ),
        (#"{"field":"a","patterns":["%{IP:X}"]}"#, #"{}"#, #"{}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("redact", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","patterns":[]}"#, #"patterns"# as String?, #"[patterns] List of patterns must not be empty"#)
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("redact", options).expectRefused(property, reason)
    }
}
