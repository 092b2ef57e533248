import Testing

struct DateProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","formats":["ISO8601"]}"#, #"{"a":"2026-11-23T10:00:00+02:00"}"#,
            #"{"a":"2026-11-23T10:00:00+02:00","@timestamp":"2026-11-23T08:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["ISO8601"],"timezone":"Europe/Berlin"}"#, #"{"a":"2026-11-23T10:00:00"}"#,
            #"{"a":"2026-11-23T10:00:00","@timestamp":"2026-11-23T10:00:00.000+01:00"}"#
        ),
        (
            #"{"field":"a","formats":["UNIX"]}"#, #"{"a":"1795428000.123"}"#,
            #"{"a":"1795428000.123","@timestamp":"2026-11-23T10:00:00.123Z"}"#
        ),
        (
            #"{"field":"a","formats":["UNIX_MS"]}"#, #"{"a":1795428000123}"#,
            #"{"a":1795428000123,"@timestamp":"2026-11-23T10:00:00.123Z"}"#
        ),
        (
            #"{"field":"a","formats":["dd/MMM/yyyy:HH:mm:ss Z"]}"#, #"{"a":"23/Nov/2026:10:00:00 +0100"}"#,
            #"{"a":"23/Nov/2026:10:00:00 +0100","@timestamp":"2026-11-23T09:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["MMM  d HH:mm:ss","MMM dd HH:mm:ss"]}"#, #"{"a":"Nov  3 10:00:00"}"#,
            #"{"a":"Nov  3 10:00:00","@timestamp":"2026-11-03T10:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["MMM dd HH:mm:ss"]}"#, #"{"a":"Dec 24 10:00:00"}"#,
            #"{"a":"Dec 24 10:00:00","@timestamp":"2025-12-24T10:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyyMMddHHmmssSSS"]}"#, #"{"a":"20261123100000123"}"#,
            #"{"a":"20261123100000123","@timestamp":"2026-11-23T10:00:00.123Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyy-MM-dd HH:mm:ss,SSSSSSSSS"],"output_format":"yyyy-MM-dd'T'HH:mm:ss.SSSSSSX"}"#,
            #"{"a":"2026-11-23 10:00:00,123456789"}"#,
            #"{"a":"2026-11-23 10:00:00,123456789","@timestamp":"2026-11-23T10:00:00.123456Z"}"#
        ),
        (
            #"{"field":"a","formats":["EEE MMM d h:mm a yyyy"]}"#, #"{"a":"Mon Nov 23 3:07 PM 2026"}"#,
            #"{"a":"Mon Nov 23 3:07 PM 2026","@timestamp":"2026-11-23T15:07:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyy-DDD"]}"#, #"{"a":"2026-032"}"#,
            #"{"a":"2026-032","@timestamp":"2026-02-01T00:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyy-MM-dd HH:mm z"]}"#, #"{"a":"2026-11-23 10:00 CET"}"#,
            #"{"a":"2026-11-23 10:00 CET","@timestamp":"2026-11-23T09:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyy-MM-dd[ HH:mm]"]}"#, #"{"a":"2026-11-23"}"#,
            #"{"a":"2026-11-23","@timestamp":"2026-11-23T00:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["yyyy-MM-dd HH:mm VV"]}"#, #"{"a":"2026-07-01 10:00 Europe/Berlin"}"#,
            #"{"a":"2026-07-01 10:00 Europe/Berlin","@timestamp":"2026-07-01T08:00:00.000Z"}"#
        ),
        (
            #"{"field":"a","formats":["UNIX"],"target_field":"t.x"}"#, #"{"a":"0"}"#,
            #"{"a":"0","t":{"x":"1970-01-01T00:00:00.000Z"}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("date", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","formats":["ISO8601"]}"#, #"{"a":"x"}"#, #"unable to parse date [x]"#),
        (#"{"field":"a","formats":["yyyy-MM-dd"]}"#, #"{"a":"2026-02-30"}"#, #"unable to parse date [2026-02-30]"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("date", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","formats":["yyyy-QQ"]}"#, #"formats"# as String?,
            #"[formats] Invalid format: [yyyy-QQ]: Unknown pattern letter: QQ"#
        ),
        (#"{"field":"a"}"#, #"formats"# as String?, #"[formats] required property is missing"#),
        (
            #"{"field":"a","formats":["UNIX"],"timezone":"Nowhere/X"}"#, #"timezone"# as String?,
            #"[timezone] Unknown time-zone ID: Nowhere/X"#
        ),
        (
            #"{"field":"a","formats":["UNIX"],"locale":"de"}"#, #"locale"# as String?,
            #"[locale] only English is supported, not [de]"#
        ),
        (
            #"{"field":"a","formats":["UNIX"],"locale":"{{l}}"}"#, #"locale"# as String?,
            #"[locale] only English is supported, not [{{l}}]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("date", options).expectRefused(property, reason)
    }
}
