import Testing

struct DissectProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","pattern":"%{x} [%{y.z}] %{w}"}"#, #"{"a":"1 [2] 3 4"}"#,
            #"{"a":"1 [2] 3 4","x":"1","y":{"z":"2"},"w":"3 4"}"#
        ),
        (#"{"field":"a","pattern":"%{x->} %{y}"}"#, #"{"a":"1    2"}"#, #"{"a":"1    2","x":"1","y":"2"}"#),
        (
            #"{"field":"a","pattern":"%{+n} %{+n} %{x}","append_separator":"-"}"#, #"{"a":"a b c"}"#,
            #"{"a":"a b c","x":"c","n":"a-b"}"#
        ),
        (#"{"field":"a","pattern":"%{+n/2} %{+n/1}"}"#, #"{"a":"a b"}"#, #"{"a":"a b","n":"ba"}"#),
        (#"{"field":"a","pattern":"%{?skip},%{},%{x}"}"#, #"{"a":"1,2,3"}"#, #"{"a":"1,2,3","x":"3"}"#),
        (#"{"field":"a","pattern":"[%{*p}] [%{&p}]"}"#, #"{"a":"[k] [v]"}"#, #"{"a":"[k] [v]","k":"v"}"#),
        (#"{"field":"a","pattern":"%{x}:end"}"#, #"{"a":"ü:end"}"#, #"{"a":"ü:end","x":"ü"}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("dissect", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","pattern":"%{x},%{y}"}"#, #"{"a":"1 2"}"#,
            #"Unable to find match for dissect pattern: %{x},%{y} against source: 1 2"#
        ),
        (#"{"field":"a","pattern":"%{x},%{y}"}"#, #"{"a":null}"#, #"field [a] is null, cannot process it."#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("dissect", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","pattern":"nothing"}"#, #"pattern"# as String?,
            #"[pattern] Unable to parse pattern: nothing. Reason: Unable to find any keys or delimiters."#
        ),
        (
            #"{"field":"a","pattern":"%{*x}"}"#, #"pattern"# as String?,
            #"[pattern] Unable to parse pattern: %{*x}. Reason: Found invalid key/reference associations: each '*' needs one '&' of the same name"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("dissect", options).expectRefused(property, reason)
    }
}
