import Testing

struct GsubProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","pattern":"\\.","replacement":"-"}"#, #"{"a":"127.0.0.1"}"#, #"{"a":"127-0-0-1"}"#),
        (#"{"field":"a","pattern":"(\\w+)=(\\w+)","replacement":"$2=$1"}"#, #"{"a":"a=b c=d"}"#, #"{"a":"b=a d=c"}"#),
        (#"{"field":"a","pattern":"(?<k>x)","replacement":"[${k}]"}"#, #"{"a":"axa"}"#, #"{"a":"a[x]a"}"#),
        (#"{"field":"a","pattern":"x*","replacement":"-"}"#, #"{"a":"abc"}"#, #"{"a":"-a-b-c-"}"#),
        (#"{"field":"a","pattern":"\\p{Alpha}","replacement":"*"}"#, #"{"a":"ab1"}"#, #"{"a":"**1"}"#),
        (#"{"field":"a","pattern":"a","replacement":"\\$1"}"#, #"{"a":"xa"}"#, #"{"a":"x$1"}"#),
        (#"{"field":"a","pattern":"ü","replacement":"u"}"#, #"{"a":["für","x"]}"#, #"{"a":["fur","x"]}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("gsub", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","pattern":"(a+)+$","replacement":"x"}"#,
            #"{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}"#,
            #"the pattern [(a+)+$] took too many steps"#
        )
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("gsub", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","pattern":"(","replacement":"x"}"#, #"pattern"# as String?,
            #"[pattern] Invalid regex pattern. missing closing parenthesis at position 1"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("gsub", options).expectRefused(property, reason)
    }
}
