extension TemplateSet {
    /// The named templates that every Alertmanager file may count on: they give the texts of receivers that say nothing
    /// else, and people's own templates call them. Same names and, for subjects, titles and lists, same text as there;
    /// the mail's HTML is our own.
    package static let alertmanager: TemplateSet = {
        var set = TemplateSet()
        do { try set.add(source, file: "default.tmpl") } catch {
            preconditionFailure("the templates that ship are wrong: \(error)")
        }
        return set
    }()

    private static let source = #"""
        {{ define "__alertmanager" }}Signalbox{{ end }}
        {{ define "__alertmanagerURL" }}{{ .ExternalURL }}/alerts{{ end }}
        {{ define "__description" }}{{ end }}

        {{ define "__subject" -}}
        {{ $own := .GroupLabels.SortedPairs.Values | join " " -}}
        [{{ toUpper .Status }}{{ if eq .Status "firing" }}:{{ len .Alerts.Firing }}{{ end }}] {{ $own }} {{ $more := .CommonLabels.Remove .GroupLabels.Names -}}
        {{ if $more }}({{ join " " $more.Values }}){{ end }}
        {{- end }}

        {{ define "__text_alert_list" }}{{ range . }}Labels:
        {{ range .Labels.SortedPairs }} - {{ .Name }} = {{ .Value }}
        {{ end }}Annotations:
        {{ range .Annotations.SortedPairs }} - {{ .Name }} = {{ .Value }}
        {{ end }}Source: {{ .GeneratorURL }}
        {{ end }}{{ end }}

        {{ define "__text_alert_list_markdown" }}{{ range . }}
        Labels:
        {{ range .Labels.SortedPairs }}  - {{ .Name }} = {{ .Value }}
        {{ end }}
        Annotations:
        {{ range .Annotations.SortedPairs }}  - {{ .Name }} = {{ .Value }}
        {{ end }}
        Source: {{ .GeneratorURL }}
        {{ end }}{{ end }}

        {{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "slack.default.fallback" }}{{ template "slack.default.title" . }} | {{ template "slack.default.titlelink" . }}{{ end }}
        {{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.text" }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}

        {{ define "pagerduty.default.description" }}{{ template "__subject" . }}{{ end }}
        {{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}

        {{ define "__firing_and_resolved" }}{{ if .Alerts.Firing }}
        Alerts Firing:
        {{ template "__text_alert_list" .Alerts.Firing }}
        {{ end }}
        {{ if .Alerts.Resolved }}
        Alerts Resolved:
        {{ template "__text_alert_list" .Alerts.Resolved }}
        {{ end }}
        {{ end }}
        {{ define "__annotations_firing_and_resolved" }}{{ .CommonAnnotations.SortedPairs.Values | join " " }}
        {{ template "__firing_and_resolved" . }}{{ end }}

        {{ define "__annotations_and_lists" }}{{ .CommonAnnotations.SortedPairs.Values | join " " }}
        {{ if .Alerts.Firing -}}
        Alerts Firing:
        {{ template "__text_alert_list" .Alerts.Firing }}
        {{- end }}
        {{ if .Alerts.Resolved -}}
        Alerts Resolved:
        {{ template "__text_alert_list" .Alerts.Resolved }}
        {{- end }}
        {{- end }}

        {{ define "opsgenie.default.message" }}{{ template "__subject" . }}{{ end }}
        {{ define "opsgenie.default.description" }}{{ template "__annotations_and_lists" . }}{{ end }}
        {{ define "opsgenie.default.source" }}{{ template "__alertmanagerURL" . }}{{ end }}

        {{ define "victorops.default.state_message" }}{{ template "__annotations_and_lists" . }}{{ end }}
        {{ define "victorops.default.entity_display_name" }}{{ template "__subject" . }}{{ end }}
        {{ define "victorops.default.monitoring_tool" }}{{ template "__alertmanager" . }}{{ end }}

        {{ define "pushover.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "pushover.default.message" }}{{ template "__annotations_firing_and_resolved" . }}{{ end }}
        {{ define "pushover.default.url" }}{{ template "__alertmanagerURL" . }}{{ end }}

        {{ define "sns.default.subject" }}{{ template "__subject" . }}{{ end }}
        {{ define "sns.default.message" }}{{ template "__annotations_firing_and_resolved" . }}{{ end }}

        {{ define "telegram.default.message" }}
        {{ template "__firing_and_resolved" . }}{{ end }}

        {{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "discord.default.message" }}
        {{ template "__firing_and_resolved" . }}{{ end }}

        {{ define "webex.default.message" }}{{ template "__annotations_firing_and_resolved" . }}{{ end }}

        {{ define "msteams.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.summary" }}{{ template "__subject" . }}{{ end }}
        {{ define "msteams.default.text" }}{{ if .Alerts.Firing }}# Alerts Firing:
        {{ template "__text_alert_list_markdown" .Alerts.Firing }}{{ end }}{{ if .Alerts.Resolved }}# Alerts Resolved:
        {{ template "__text_alert_list_markdown" .Alerts.Resolved }}{{ end }}{{ end }}
        {{ define "msteamsv2.default.title" }}{{ template "msteams.default.title" . }}{{ end }}
        {{ define "msteamsv2.default.text" }}{{ template "msteams.default.text" . }}{{ end }}

        {{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
        {{ define "email.default.text" }}{{ if .Alerts.Firing }}Firing: {{ len .Alerts.Firing }}

        {{ template "__text_alert_list" .Alerts.Firing }}{{ end }}{{ if .Alerts.Resolved }}Resolved: {{ len .Alerts.Resolved }}

        {{ template "__text_alert_list" .Alerts.Resolved }}{{ end }}{{ template "__alertmanagerURL" . }}
        {{ end }}
        {{ define "__html_alert" }}<table style="border-collapse: collapse; margin: 0 0 16px">
        {{ range .Labels.SortedPairs }}<tr><td style="padding: 1px 12px 1px 0; color: #57606a">{{ .Name }}</td><td>{{ .Value }}</td></tr>
        {{ end }}{{ range .Annotations.SortedPairs }}<tr><td style="padding: 1px 12px 1px 0; color: #57606a">{{ .Name }}</td><td><b>{{ .Value }}</b></td></tr>
        {{ end }}</table>{{ if .GeneratorURL }}<p><a href="{{ .GeneratorURL }}">Source</a></p>{{ end }}
        {{ end }}
        {{ define "email.default.html" }}<!DOCTYPE html>
        <html><head><meta charset="utf-8"><title>{{ template "__subject" . }}</title></head>
        <body style="font-family: sans-serif; font-size: 14px; color: #1f2328">
        <h2 style="font-size: 18px">{{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }}{{ range .GroupLabels.SortedPairs }} {{ .Name }}={{ .Value }}{{ end }}</h2>
        <p><a href="{{ template "__alertmanagerURL" . }}">View in {{ template "__alertmanager" . }}</a></p>
        {{ if .Alerts.Firing }}<h3>[{{ len .Alerts.Firing }}] Firing</h3>
        {{ range .Alerts.Firing }}{{ template "__html_alert" . }}{{ end }}{{ end }}
        {{ if .Alerts.Resolved }}<h3>[{{ len .Alerts.Resolved }}] Resolved</h3>
        {{ range .Alerts.Resolved }}{{ template "__html_alert" . }}{{ end }}{{ end }}
        </body></html>
        {{ end }}
        """#
}
