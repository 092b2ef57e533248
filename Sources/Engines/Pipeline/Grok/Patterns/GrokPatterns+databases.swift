extension GrokPatterns {
    /// PostgreSQL, MongoDB, Redis.
    static let databasesLegacy = #"""
        POSTGRESQL %{DATESTAMP:timestamp} %{TZ} %{DATA:user_id} %{GREEDYDATA:connection_id} %{POSINT:pid}
        MONGO_LOG %{SYSLOGTIMESTAMP:timestamp} \[%{WORD:component}\] %{GREEDYDATA:message}
        MONGO_QUERY \{ (?<={ ).*(?= } ntoreturn:) \}
        MONGO_WORDDASH \b[\w-]+\b
        MONGO_SLOWQUERY %{WORD} %{MONGO_WORDDASH:database}\.%{MONGO_WORDDASH:collection} %{WORD}: %{MONGO_QUERY:query} %{WORD}:%{NONNEGINT:ntoreturn} %{WORD}:%{NONNEGINT:ntoskip} %{WORD}:%{NONNEGINT:nscanned}.*nreturned:%{NONNEGINT:nreturned}..+ (?<duration>[0-9]+)ms
        MONGO3_SEVERITY \w
        MONGO3_COMPONENT %{WORD}|-
        MONGO3_LOG %{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:severity} %{MONGO3_COMPONENT:component}%{SPACE}(?:\[%{DATA:context}\])? %{GREEDYDATA:message}
        REDISTIMESTAMP %{MONTHDAY} %{MONTH} %{TIME}
        REDISLOG \[%{POSINT:pid}\] %{REDISTIMESTAMP:timestamp} \* 
        REDISMONLOG %{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "%{WORD:command}"\s?%{GREEDYDATA:params}
        """#

    static let databasesECS = #"""
        POSTGRESQL %{DATESTAMP:timestamp} %{TZ:event.timezone} %{DATA:user.name} %{GREEDYDATA:postgresql.log.connection_id} %{POSINT:process.pid:int}
        MONGO_LOG %{SYSLOGTIMESTAMP:timestamp} \[%{WORD:mongodb.component}\] %{GREEDYDATA:message}
        MONGO_QUERY \{ (?<={ ).*(?= } ntoreturn:) \}
        MONGO_WORDDASH \b[\w-]+\b
        MONGO_SLOWQUERY %{WORD:mongodb.profile.op} %{MONGO_WORDDASH:mongodb.database}\.%{MONGO_WORDDASH:mongodb.collection} %{WORD}: %{MONGO_QUERY:mongodb.query.original} %{WORD}:%{NONNEGINT:mongodb.profile.ntoreturn:int} %{WORD}:%{NONNEGINT:mongodb.profile.ntoskip:int} %{WORD}:%{NONNEGINT:mongodb.profile.nscanned:int}.*nreturned:%{NONNEGINT:mongodb.profile.nreturned:int}.+ %{INT:mongodb.profile.duration:int}ms
        MONGO3_SEVERITY \w
        MONGO3_COMPONENT %{WORD}
        MONGO3_LOG %{TIMESTAMP_ISO8601:timestamp} %{MONGO3_SEVERITY:log.level} (?:-|%{MONGO3_COMPONENT:mongodb.component})%{SPACE}(?:\[%{DATA:mongodb.context}\])? %{GREEDYDATA:message}
        REDISTIMESTAMP %{MONTHDAY} %{MONTH} %{TIME}
        REDISLOG \[%{POSINT:process.pid:int}\] %{REDISTIMESTAMP:timestamp} \* 
        REDISMONLOG %{NUMBER:timestamp} \[%{INT:redis.database.id} %{IP:client.ip}:%{POSINT:client.port:int}\] "%{WORD:redis.command.name}"\s?%{GREEDYDATA:redis.command.args}
        """#
}
