// What a level means: the colour of a line and of its part of the histogram.
const kinds = [
  ["bad", /^(fatal|crit|emerg|alert|panic|err|severe|5\d\d$)/i],
  ["warn", /^(warn|4\d\d$)/i],
  ["info", /^(info|notice|2\d\d$|3\d\d$)/i],
  ["low", /^(debug|trace|fine|verbose)/i],
];

/** `bad`, `warn`, `info`, `low` or nothing. */
export function levelKind(value) {
  return kinds.find(([, pattern]) => pattern.test(String(value ?? "")))?.[0] ?? "";
}

export function levelOf(fields) {
  return fields["log.level"] ?? fields.level ?? fields.severity_text ?? fields["log.syslog.severity.name"] ?? null;
}
