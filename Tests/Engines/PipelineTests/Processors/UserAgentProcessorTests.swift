import Testing

struct UserAgentProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a"}"#,
            #"{"a":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"}"#,
            #"{"a":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36","user_agent":{"original":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36","name":"Chrome","version":"126.0.0.0","os":{"name":"Windows","version":"10","full":"Windows 10"},"device":{"name":"Other"}}}"#
        ),
        (
            #"{"field":"a","properties":["name","version"]}"#, #"{"a":"curl/8.5.0"}"#,
            #"{"a":"curl/8.5.0","user_agent":{"name":"curl","version":"8.5.0"}}"#
        ),
        (
            #"{"field":"a","properties":["name","os"]}"#,
            #"{"a":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"}"#,
            #"{"a":"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1","user_agent":{"name":"Mobile Safari","os":{"name":"iOS","version":"17.5","full":"iOS 17.5"}}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("user_agent", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0", "Desktop", "Other"),
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36",
            "Phone", "Pixel 8"
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
            "Tablet", "SM-X700"
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Tablet", "iPad"
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Robot", "Spider"),
        ("curl/8.5.0", "Other", "Other"),
    ])
    func theTypeOfADeviceIsToldWhenAskedFor(agent: String, type: String, name: String) throws {
        try ProcessorCase("user_agent", #"{"field":"a","properties":["device"],"extract_device_type":true}"#).expect(
            #"{"a":"\#(agent)"}"#,
            becomes: #"{"a":"\#(agent)","user_agent":{"device":{"name":"\#(name)","type":"\#(type)"}}}"#)
    }

    @Test(arguments: [
        (
            #"{"field":"a","regex_file":"x.yml"}"#, #"regex_file"# as String?,
            #"[regex_file] files of patterns are not supported"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("user_agent", options).expectRefused(property, reason)
    }
}
