import Testing

struct GrokProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","patterns":["%{WORD:x} %{NUMBER:y:int}"]}"#, #"{"a":"... abc 12 ..."}"#,
            #"{"a":"... abc 12 ...","x":"abc","y":12}"#
        ),
        (
            #"{"field":"a","patterns":["%{INT:x:long}$","%{IP:source.ip}"]}"#, #"{"a":"10.0.0.1 x"}"#,
            #"{"a":"10.0.0.1 x","source":{"ip":"10.0.0.1"}}"#
        ),
        (
            #"{"field":"a","patterns":["%{MINE:[x][y]:float}"],"pattern_definitions":{"MINE":"%{NUMBER}"}}"#,
            #"{"a":"1.5"}"#, #"{"a":"1.5","x":{"y":1.5}}"#
        ),
        (
            #"{"field":"a","patterns":["(?<h>\\h+)-(?<b>true|false)"]}"#, #"{"a":"beef-true"}"#,
            #"{"a":"beef-true","h":"beef","b":"true"}"#
        ),
        (#"{"field":"a","patterns":["%{WORD:b:boolean}"]}"#, #"{"a":"TRUE"}"#, #"{"a":"TRUE","b":true}"#),
        (#"{"field":"a","patterns":["(?:x=%{INT:v}|y=%{INT:v})"]}"#, #"{"a":"y=5"}"#, #"{"a":"y=5","v":"5"}"#),
        (#"{"field":"a","patterns":["x"],"ignore_missing":true}"#, #"{}"#, #"{}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("grok", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","patterns":["%{INT:x}"]}"#, #"{"a":"none"}"#,
            #"Provided Grok expressions do not match field value: [none]"#
        ),
        (
            #"{"field":"a","patterns":["^(a+)+$"]}"#,
            #"{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"}"#,
            #"grok pattern matching was interrupted: it took too many steps"#
        ),
        (#"{"field":"a","patterns":["%{INT:x:int}"]}"#, #"{"a":"99999999999"}"#, #"For input string: "99999999999""#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("grok", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{"field":"a","patterns":[]}"#, #"patterns"# as String?, #"[patterns] List of patterns must not be empty"#),
        (
            #"{"field":"a","patterns":["%{NOPE:x}"]}"#, #"patterns"# as String?,
            #"[patterns] Invalid regex pattern found in: [%{NOPE:x}]. Unable to find pattern [NOPE] in Grok's pattern dictionary"#
        ),
        (
            #"{"field":"a","patterns":["%{A}"],"pattern_definitions":{"A":"%{A}"}}"#,
            #"pattern_definitions"# as String?,
            #"[pattern_definitions] circular reference in pattern [A]: it refers to itself"#
        ),
        (
            #"{"field":"a","patterns":["%{A}"],"pattern_definitions":{"A":"%{B}","B":"%{A}"}}"#,
            #"pattern_definitions"# as String?,
            #"[pattern_definitions] circular reference in pattern [A]: A -> B -> A"#
        ),
        (
            #"{"field":"a","patterns":["x"],"ecs_compatibility":"v2"}"#, #"ecs_compatibility"# as String?,
            #"[ecs_compatibility] unsupported mode 'v2'"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("grok", options).expectRefused(property, reason)
    }
}
