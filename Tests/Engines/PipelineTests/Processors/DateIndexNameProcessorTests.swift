import Testing

struct DateIndexNameProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","date_rounding":"M","index_name_prefix":"logs-"}"#, "2026-11-23T10:00:00.000Z",
            "logs-2026-11-01"
        ),
        (#"{"field":"a","date_rounding":"w"}"#, "2026-11-26T10:00:00.000Z", "2026-11-23"),
        (
            #"{"field":"a","date_rounding":"d","date_formats":["UNIX"],"index_name_format":"yyyyMMdd"}"#, "0",
            "19700101"
        ),
        (
            #"{"field":"a","date_rounding":"h","index_name_format":"yyyy-MM-dd-HH","timezone":"Europe/Berlin"}"#,
            "2026-11-23T10:30:00.000Z", "2026-11-23-11"
        ),
    ])
    func theIndexHasTheDate(options: String, date: String, index: String) throws {
        #expect(try ProcessorCase("date_index_name", options).index(of: #"{"a":"\#(date)"}"#) == index)
    }

    @Test func aMistakeInItsOptionsIsRefused() {
        ProcessorCase("date_index_name", #"{"field":"a"}"#).expectRefused(
            "date_rounding", "[date_rounding] required property is missing")
        ProcessorCase("date_index_name", #"{"field":"a","date_rounding":"d","locale":"de"}"#).expectRefused(
            "locale", "[locale] only English is supported, not [de]")
        ProcessorCase("date_index_name", #"{"field":"a","date_rounding":"q"}"#).expectRefused(
            "date_rounding", "[date_rounding] unit [q] not supported for date math: y, M, w, d, h, m or s")
        ProcessorCase("date_index_name", #"{"field":"a","date_rounding":"d","index_name_prefix":"x-{{"}"#)
            .expectRefused("index_name_prefix", "Improperly closed variable in [x-{{]")
        ProcessorCase("date_index_name", #"{"field":"a","date_rounding":"d","index_name_format":"b"}"#).expectRefused(
            "index_name_format", "[index_name_format] Invalid format: [b]: Unknown pattern letter: b")
    }
}
