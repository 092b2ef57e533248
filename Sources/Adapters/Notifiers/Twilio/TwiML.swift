/// What Twilio is to say or do, as it reads it.
///
/// Source: https://www.twilio.com/docs/voice/twiml and /docs/messaging/twiml
package enum TwiML {
    /// Says something and waits for one key; without one it asks for the next turn.
    package static func ask(_ text: String, next url: String) -> String {
        document(
            "<Gather numDigits=\"1\" timeout=\"10\" action=\"\(escape(url))\"><Say>\(escape(text))</Say></Gather>"
                + "<Redirect>\(escape(url))</Redirect>")
    }

    package static func say(_ text: String) -> String { document("<Say>\(escape(text))</Say><Hangup/>") }
    package static func message(_ text: String) -> String { document("<Message>\(escape(text))</Message>") }
    package static let nothing = document("")

    private static func document(_ content: String) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\(content)</Response>"
    }

    /// Control characters may not stand in XML at all.
    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7f || scalar.value >= 0xfffe:
                escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
