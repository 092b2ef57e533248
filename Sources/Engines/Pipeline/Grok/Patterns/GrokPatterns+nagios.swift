extension GrokPatterns {
    /// Lines of Nagios: a kind, a colon, and values between semicolons. Written from tables, since they all have one
    /// form.
    static let nagiosLegacy = nagios(ecs: false)
    static let nagiosECS = nagios(ecs: true)

    private static let lineKinds: KeyValuePairs = [
        "CURRENT_SERVICE_STATE": "CURRENT SERVICE STATE", "CURRENT_HOST_STATE": "CURRENT HOST STATE",
        "SERVICE_NOTIFICATION": "SERVICE NOTIFICATION", "HOST_NOTIFICATION": "HOST NOTIFICATION",
        "SERVICE_ALERT": "SERVICE ALERT", "HOST_ALERT": "HOST ALERT",
        "SERVICE_FLAPPING_ALERT": "SERVICE FLAPPING ALERT", "HOST_FLAPPING_ALERT": "HOST FLAPPING ALERT",
        "SERVICE_DOWNTIME_ALERT": "SERVICE DOWNTIME ALERT", "HOST_DOWNTIME_ALERT": "HOST DOWNTIME ALERT",
        "PASSIVE_SERVICE_CHECK": "PASSIVE SERVICE CHECK", "PASSIVE_HOST_CHECK": "PASSIVE HOST CHECK",
        "SERVICE_EVENT_HANDLER": "SERVICE EVENT HANDLER", "HOST_EVENT_HANDLER": "HOST EVENT HANDLER",
        "EXTERNAL_COMMAND": "EXTERNAL COMMAND", "TIMEPERIOD_TRANSITION": "TIMEPERIOD TRANSITION",
    ]

    private static let commands = [
        "DISABLE_SVC_CHECK", "ENABLE_SVC_CHECK", "DISABLE_HOST_CHECK", "ENABLE_HOST_CHECK",
        "PROCESS_SERVICE_CHECK_RESULT", "PROCESS_HOST_CHECK_RESULT", "SCHEDULE_SERVICE_DOWNTIME",
        "SCHEDULE_HOST_DOWNTIME", "DISABLE_HOST_SVC_NOTIFICATIONS", "ENABLE_HOST_SVC_NOTIFICATIONS",
        "DISABLE_HOST_NOTIFICATIONS", "ENABLE_HOST_NOTIFICATIONS", "DISABLE_SVC_NOTIFICATIONS",
        "ENABLE_SVC_NOTIFICATIONS",
    ]

    /// A value of a line: what it is called before ECS and in it. The last takes the rest of the line.
    private static let values: [String: (legacy: String, ecs: String)] = [
        "host": ("DATA:nagios_hostname", "DATA:host.hostname"),
        "service": ("DATA:nagios_service", "DATA:service.name"),
        "state": ("DATA:nagios_state", "DATA:service.state"),
        "statetype": ("DATA:nagios_statetype", "DATA:nagios.log.state_type"),
        "statecode": ("DATA:nagios_statecode", "DATA:nagios.log.attempt"),
        "level": ("DATA:nagios_statelevel", "DATA:nagios.log.state_type"),
        "attempt": ("NUMBER:nagios_attempt", "INT:nagios.log.attempt:int"),
        "notify": ("DATA:nagios_notifyname", "DATA:user.name"),
        "contact": ("DATA:nagios_contact", "DATA:nagios.log.notification_command"),
        "message": ("GREEDYDATA:nagios_message", "GREEDYDATA:message"),
        "comment": ("GREEDYDATA:nagios_comment", "GREEDYDATA:nagios.log.comment"),
        "handler": ("DATA:nagios_event_handler_name", "DATA:nagios.log.event_handler_name"),
        "from": ("DATA:nagios_unknown1", "NUMBER:nagios.log.period_from:int"),
        "to": ("DATA:nagios_unknown2", "NUMBER:nagios.log.period_to:int"),
        "result": ("GREEDYDATA:nagios_check_result", "GREEDYDATA:nagios.log.check_result"),
        "start": ("NUMBER:nagios_start_time", "NUMBER:nagios.log.start_time:int"),
        "end": ("NUMBER:nagios_end_time", "NUMBER:nagios.log.end_time:int"),
        "fixed": ("NUMBER:nagios_fixed", "NUMBER:nagios.log.fixed:int"),
        "trigger": ("NUMBER:nagios_trigger_id", "NUMBER:nagios.log.trigger_id:int"),
        "duration": ("NUMBER:nagios_duration", "NUMBER:nagios.log.duration:int"),
        "author": ("DATA:author", "DATA:user.name"),
        "remark": ("DATA:comment", "DATA:nagios.log.comment"),
    ]

    private static let lines: KeyValuePairs = [
        "CURRENT_SERVICE_STATE": "host service state statetype statecode message",
        "CURRENT_HOST_STATE": "host state statetype statecode message",
        "SERVICE_NOTIFICATION": "notify host service state contact message",
        "HOST_NOTIFICATION": "notify host state contact message",
        "SERVICE_ALERT": "host service state level attempt message",
        "HOST_ALERT": "host state level attempt message",
        "SERVICE_FLAPPING_ALERT": "host service state message",
        "HOST_FLAPPING_ALERT": "host state message",
        "SERVICE_DOWNTIME_ALERT": "host service state comment",
        "HOST_DOWNTIME_ALERT": "host state comment",
        "PASSIVE_SERVICE_CHECK": "host service state comment",
        "PASSIVE_HOST_CHECK": "host state comment",
        "SERVICE_EVENT_HANDLER": "host service state level handler",
        "HOST_EVENT_HANDLER": "host state level handler",
        "TIMEPERIOD_TRANSITION": "service from to",
    ]

    private static let commandLines: KeyValuePairs = [
        "DISABLE_SVC_CHECK": "host service", "DISABLE_HOST_CHECK": "host", "ENABLE_SVC_CHECK": "host service",
        "ENABLE_HOST_CHECK": "host", "PROCESS_SERVICE_CHECK_RESULT": "host service state result",
        "PROCESS_HOST_CHECK_RESULT": "host state result", "DISABLE_HOST_SVC_NOTIFICATIONS": "host",
        "DISABLE_HOST_NOTIFICATIONS": "host", "DISABLE_SVC_NOTIFICATIONS": "host service",
        "ENABLE_HOST_SVC_NOTIFICATIONS": "host", "ENABLE_HOST_NOTIFICATIONS": "host",
        "ENABLE_SVC_NOTIFICATIONS": "host service",
        "SCHEDULE_HOST_DOWNTIME": "host start end fixed trigger duration author remark",
    ]

    private static func nagios(ecs: Bool) -> String {
        let epoch = ecs ? "timestamp" : "nagios_epoch"
        let type = ecs ? "nagios.log.type" : "nagios_type"
        let command = ecs ? "nagios.log.command" : "nagios_command"
        func fields(_ names: String) -> String {
            names.split(separator: " ").map { name in
                let value = values[String(name)]!
                return "%{\(ecs ? value.ecs : value.legacy)}"
            }.joined(separator: ";")
        }
        var result = [
            "NAGIOSTIME \\[%{NUMBER:\(epoch)}\\]",
            "NAGIOS_WARNING Warning:%{SPACE}%{GREEDYDATA:\(ecs ? "message" : "nagios_message")}",
        ]
        var all: [String] = ["%{NAGIOS_WARNING}"]
        result += lineKinds.map { "NAGIOS_TYPE_\($0) \($1)" }
        result += commands.map { "NAGIOS_EC_\($0) \($0)" }
        for (name, names) in lines {
            result.append("NAGIOS_\(name) %{NAGIOS_TYPE_\(name):\(type)}: \(fields(names))")
            all.append("%{NAGIOS_\(name)}")
        }
        for (name, names) in commandLines {
            result.append(
                "NAGIOS_EC_LINE_\(name) %{NAGIOS_TYPE_EXTERNAL_COMMAND:\(type)}: %{NAGIOS_EC_\(name):\(command)};\(fields(names))"
            )
            all.append("%{NAGIOS_EC_LINE_\(name)}")
        }
        result.append("NAGIOSLOGLINE %{NAGIOSTIME} (?:\(all.joined(separator: "|")))")
        return result.joined(separator: "\n")
    }
}
