extension GrokPatterns {
    /// Exim.
    private static let exim = #"""
        EXIM_MSGID [0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}
        EXIM_FLAGS (?:<=|[-=>*]>|[*]{2}|==)
        EXIM_PID \[%{POSINT}\]
        EXIM_MONTH %{MONTHNUM}
        EXIM_MONTHDAY %{MONTHDAY}
        EXIM_TIME %{TIME}
        EXIM_QT (?:(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?)
        EXIM_EXCLUDE_TERMS (?:Message is frozen|(?:Start|End) queue run| Warning: | retry time not reached | no (?:IP address|host name) found for (?:IP address|host) | unexpected disconnection while reading SMTP command | no immediate delivery: |another process is handling this message)

        """#

    static let mailLegacy =
        exim + #"""
            EXIM_YEAR %{YEAR:exim_year}
            EXIM_DATE (?<exim_date>%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME})
            EXIM_REMOTE_HOST (?:H=(?:%{NOTSPACE:remote_hostname} )?(?:\(%{NOTSPACE:remote_heloname}\) )?\[%{IP:remote_host}\])
            EXIM_INTERFACE (?:I=\[%{IP:exim_interface}\](?::%{NUMBER:exim_interface_port}))
            EXIM_PROTOCOL (?:P=%{NOTSPACE:protocol})
            EXIM_MSG_SIZE (?:S=%{NUMBER:exim_msg_size})
            EXIM_HEADER_ID (?:id=%{NOTSPACE:exim_header_id})
            EXIM_SUBJECT (?:T=%{QS:exim_subject})
            """#

    static let mailECS =
        exim + #"""
            EXIM_YEAR %{YEAR}
            EXIM_DATE (?<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME})
            EXIM_REMOTE_HOST (?:H=(?:%{NOTSPACE:source.address} )?(?:\(%{NOTSPACE:exim.log.remote_address}\) )?\[%{IP:source.ip}\](?::%{POSINT:source.port:int})?)
            EXIM_INTERFACE (?:I=\[%{IP:destination.ip}\](?::%{NUMBER:destination.port:int}))
            EXIM_PROTOCOL (?:P=%{NOTSPACE:network.protocol})
            EXIM_MSG_SIZE (?:S=%{NUMBER:exim.log.message.body.size:int})
            EXIM_HEADER_ID (?:id=%{NOTSPACE:exim.log.header_id})
            EXIM_SUBJECT (?:T=%{QS:exim.log.message.subject})
            """#
}
