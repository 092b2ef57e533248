import Basics

/// A message of syslog, in the form of RFC 5424 or the older one of RFC 3164, as a document with ECS' field names. What is
/// of neither form is a message all the same.
package struct SyslogDecoder {
    private var document = DocumentText()

    private static let severities = [
        "emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug",
    ]
    private static let facilities = [
        "kernel", "user-level", "mail", "system", "security/authorization", "syslogd", "line printer", "network news",
        "UUCP", "clock", "security/authorization", "FTP", "NTP", "log audit", "log alert", "clock", "local0",
        "local1",
        "local2", "local3", "local4", "local5", "local6", "local7",
    ]

    package init() {}

    /// The document's bytes. `receivedAt`, nanoseconds since 1970, lends the year to times that have none; those are
    /// taken for UTC. `sender` is the address it came from.
    package mutating func document(
        _ message: UnsafeRawBufferPointer, receivedAt: Int64, sender: String
    ) -> [UInt8] {
        document.begin()
        var parts = SyslogParts(Self.withoutLineEnd(message))
        if let priority = parts.priority() {
            document.add("log.syslog.priority", integer: Int64(priority))
            document.add("log.syslog.facility.code", integer: Int64(priority >> 3))
            document.add("log.syslog.facility.name", Self.facilities[priority >> 3])
            document.add("log.syslog.severity.code", integer: Int64(priority & 7))
            document.add("log.syslog.severity.name", Self.severities[priority & 7])
            document.add("log.level", Self.severities[priority & 7])
        }
        if parts.isVersionOne() { readNew(&parts) } else { readOld(&parts, receivedAt) }
        document.add("message", utf8: parts.rest())
        if !sender.isEmpty { document.add("log.source.address", sender) }
        document.end()
        return document.bytes
    }

    /// Datagrams, and messages behind their length, often carry the end of the line they once were.
    private static func withoutLineEnd(_ message: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var message = message
        while let last = message.last, last == 0x0a || last == 0 || last == 0x0d {
            message = UnsafeRawBufferPointer(rebasing: message.dropLast())
        }
        return message
    }

    /// RFC 5424: `<34>1 TIME HOST APP PROCID MSGID STRUCTURED-DATA MSG`; `-` stands for none.
    private mutating func readNew(_ parts: inout SyslogParts) {
        document.add("log.syslog.version", "1")
        if let time = parts.word() {
            if let nanoseconds = RecordTime.nanoseconds(time) {
                document.add("@timestamp", RecordTime.text(nanoseconds: nanoseconds))
            } else {
                document.add("@timestamp", time)
            }
        }
        if let host = parts.word() { addHost(host) }
        if let name = parts.word() {
            document.add("log.syslog.appname", name)
            document.add("process.name", name)
        }
        if let process = parts.word() {
            document.add("log.syslog.procid", process)
            if let number = Int64(process) { document.add("process.pid", integer: number) }
        }
        if let kind = parts.word() { document.add("log.syslog.msgid", kind) }
        for (element, name, value) in parts.structuredData() {
            document.add("log.syslog.structured_data.\(element).\(name)", value)
        }
    }

    /// RFC 3164: `<34>Oct 11 22:14:15 HOST APP[PID]: MSG`, each part of which many senders leave out.
    private mutating func readOld(_ parts: inout SyslogParts, _ receivedAt: Int64) {
        guard let time = parts.oldTime(receivedAt: receivedAt) else { return }
        document.add("@timestamp", RecordTime.text(nanoseconds: time))
        if let host = parts.oldHost() { addHost(host) }
        guard let (name, process) = parts.oldTag() else { return }
        document.add("log.syslog.appname", name)
        document.add("process.name", name)
        if let process {
            document.add("log.syslog.procid", process)
            if let number = Int64(process) { document.add("process.pid", integer: number) }
        }
    }

    private mutating func addHost(_ host: String) {
        document.add("log.syslog.hostname", host)
        document.add("host.hostname", host)
    }
}
