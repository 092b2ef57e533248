extension GrokPatterns {
    private static let ruby = #"""
        RUUID \h{32}
        RCONTROLLER (?<CONTROLLERFIELD>[^#]+)#(?<ACTIONFIELD>\w+)
        RUBY_LOGLEVEL (?:DEBUG|FATAL|ERROR|WARN|INFO)
        RPROCESSING \W*Processing by %{RCONTROLLER} as (?<FORMATFIELD>\S+)(?:\W*Parameters: \{%{DATA:PARAMSFIELD}\}\W*)?

        """#

    /// Ruby's logger, and requests of Rails 3.
    static let railsLegacy =
        (ruby + #"""
            RUBY_LOGGER [DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid}\] *%{RUBY_LOGLEVEL:loglevel} -- +%{DATA:progname}: %{GREEDYDATA:message}
            RAILS3HEAD (?m)Started %{WORD:verb} "%{URIPATHPARAM:request}" for %{IPORHOST:clientip} at (?<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE})
            RAILS3FOOT Completed %{NUMBER:response}%{DATA} in %{NUMBER:totalms}ms %{RAILS3PROFILE}%{GREEDYDATA}
            RAILS3PROFILE (?:\(Views: %{NUMBER:viewms}ms \| ActiveRecord: %{NUMBER:activerecordms}ms|\(ActiveRecord: %{NUMBER:activerecordms}ms)?
            RAILS3 %{RAILS3HEAD}(?:%{RPROCESSING})?(?<context>(?:%{DATA}\n)*)(?:%{RAILS3FOOT})?
            """#).replacing("CONTROLLERFIELD", with: "controller").replacing("ACTIONFIELD", with: "action")
        .replacing("FORMATFIELD", with: "format").replacing("PARAMSFIELD", with: "params")

    static let railsECS =
        (ruby + #"""
            RUBY_LOGGER [DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:process.pid:int}\] *%{RUBY_LOGLEVEL:log.level} -- +%{DATA:process.name}: %{GREEDYDATA:message}
            RAILS3HEAD (?m)Started %{WORD:http.request.method} "%{URIPATHPARAM:url.original}" for %{IPORHOST:source.address} at (?<timestamp>%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{HOUR}:%{MINUTE}:%{SECOND} %{ISO8601_TIMEZONE})
            RAILS3FOOT Completed %{POSINT:http.response.status_code:int}%{DATA} in %{NUMBER:rails.request.duration.total:float}ms %{RAILS3PROFILE}%{GREEDYDATA}
            RAILS3PROFILE (?:\(Views: %{NUMBER:rails.request.duration.view:float}ms \| ActiveRecord: %{NUMBER:rails.request.duration.active_record:float}ms|\(ActiveRecord: %{NUMBER:rails.request.duration.active_record:float}ms)?
            RAILS3 %{RAILS3HEAD}(?:%{RPROCESSING})?(?<rails.request.explain.original>(?:%{DATA}\n)*)(?:%{RAILS3FOOT})?
            """#).replacing("CONTROLLERFIELD", with: "rails.controller.class")
        .replacing("ACTIONFIELD", with: "rails.controller.action").replacing(
            "FORMATFIELD", with: "rails.request.format"
        )
        .replacing("PARAMSFIELD", with: "rails.request.params")
}
