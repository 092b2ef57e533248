// Bytes of the files that lie beside the console's code, put here by the compiler (C23's #embed). A new file needs
// its two entries; ConsoleTests fails when one is missing.
#include "CConsoleAssets.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#if !__has_embed("../../Server/Console/vendor/dygraph.min.js") \
    || !__has_embed("../../Server/Console/vendor/dygraph.min.css") \
    || !__has_embed("../../Server/Console/vendor/dygraphs-licence.txt")
#error "The console's third-party files are missing: run scripts/fetch-web-assets (make does it by itself)."
#else

static const unsigned char templates_about_mustache[] = {
#embed "../../Server/Console/templates/about.mustache"
};
static const unsigned char templates_alerts_region_mustache[] = {
#embed "../../Server/Console/templates/alerts-region.mustache"
};
static const unsigned char templates_alerts_mustache[] = {
#embed "../../Server/Console/templates/alerts.mustache"
};
static const unsigned char templates_explore_mustache[] = {
#embed "../../Server/Console/templates/explore.mustache"
};
static const unsigned char templates_explain_mustache[] = {
#embed "../../Server/Console/templates/explain.mustache"
};
static const unsigned char templates_groups_region_mustache[] = {
#embed "../../Server/Console/templates/groups-region.mustache"
};
static const unsigned char templates_groups_mustache[] = {
#embed "../../Server/Console/templates/groups.mustache"
};
static const unsigned char templates_icons_mustache[] = {
#embed "../../Server/Console/templates/icons.mustache"
};
static const unsigned char templates_keyboard_mustache[] = {
#embed "../../Server/Console/templates/keyboard.mustache"
};
static const unsigned char templates_layout_mustache[] = {
#embed "../../Server/Console/templates/layout.mustache"
};
static const unsigned char templates_logs_mustache[] = {
#embed "../../Server/Console/templates/logs.mustache"
};
static const unsigned char templates_notice_mustache[] = {
#embed "../../Server/Console/templates/notice.mustache"
};
static const unsigned char templates_now_region_mustache[] = {
#embed "../../Server/Console/templates/now-region.mustache"
};
static const unsigned char templates_now_mustache[] = {
#embed "../../Server/Console/templates/now.mustache"
};
static const unsigned char templates_oncall_region_mustache[] = {
#embed "../../Server/Console/templates/oncall-region.mustache"
};
static const unsigned char templates_oncall_mustache[] = {
#embed "../../Server/Console/templates/oncall.mustache"
};
static const unsigned char templates_agreements_mustache[] = {
#embed "../../Server/Console/templates/agreements.mustache"
};
static const unsigned char templates_objective_region_mustache[] = {
#embed "../../Server/Console/templates/objective-region.mustache"
};
static const unsigned char templates_objective_mustache[] = {
#embed "../../Server/Console/templates/objective.mustache"
};
static const unsigned char templates_objectives_region_mustache[] = {
#embed "../../Server/Console/templates/objectives-region.mustache"
};
static const unsigned char templates_objectives_mustache[] = {
#embed "../../Server/Console/templates/objectives.mustache"
};
static const unsigned char templates_page_region_mustache[] = {
#embed "../../Server/Console/templates/page-region.mustache"
};
static const unsigned char templates_page_mustache[] = {
#embed "../../Server/Console/templates/page.mustache"
};
static const unsigned char templates_row_mustache[] = {
#embed "../../Server/Console/templates/row.mustache"
};
static const unsigned char templates_rules_region_mustache[] = {
#embed "../../Server/Console/templates/rules-region.mustache"
};
static const unsigned char templates_rules_mustache[] = {
#embed "../../Server/Console/templates/rules.mustache"
};
static const unsigned char templates_settings_mustache[] = {
#embed "../../Server/Console/templates/settings.mustache"
};
static const unsigned char templates_severity_mustache[] = {
#embed "../../Server/Console/templates/severity.mustache"
};
static const unsigned char templates_sign_in_mustache[] = {
#embed "../../Server/Console/templates/sign-in.mustache"
};
static const unsigned char templates_silence_form_mustache[] = {
#embed "../../Server/Console/templates/silence-form.mustache"
};
static const unsigned char templates_silence_row_mustache[] = {
#embed "../../Server/Console/templates/silence-row.mustache"
};
static const unsigned char templates_silences_region_mustache[] = {
#embed "../../Server/Console/templates/silences-region.mustache"
};
static const unsigned char templates_silences_mustache[] = {
#embed "../../Server/Console/templates/silences.mustache"
};
static const unsigned char templates_target_region_mustache[] = {
#embed "../../Server/Console/templates/target-region.mustache"
};
static const unsigned char templates_target_mustache[] = {
#embed "../../Server/Console/templates/target.mustache"
};
static const unsigned char templates_targets_region_mustache[] = {
#embed "../../Server/Console/templates/targets-region.mustache"
};
static const unsigned char templates_targets_mustache[] = {
#embed "../../Server/Console/templates/targets.mustache"
};
static const unsigned char templates_time_range_mustache[] = {
#embed "../../Server/Console/templates/time-range.mustache"
};
static const unsigned char templates_usage_region_mustache[] = {
#embed "../../Server/Console/templates/usage-region.mustache"
};
static const unsigned char templates_usage_mustache[] = {
#embed "../../Server/Console/templates/usage.mustache"
};
static const unsigned char templates_trace_mustache[] = {
#embed "../../Server/Console/templates/trace.mustache"
};
static const unsigned char templates_traces_asking_mustache[] = {
#embed "../../Server/Console/templates/traces-asking.mustache"
};
static const unsigned char templates_traces_doctor_mustache[] = {
#embed "../../Server/Console/templates/traces-doctor.mustache"
};
static const unsigned char templates_traces_errors_mustache[] = {
#embed "../../Server/Console/templates/traces-errors.mustache"
};
static const unsigned char templates_traces_map_mustache[] = {
#embed "../../Server/Console/templates/traces-map.mustache"
};
static const unsigned char templates_traces_sampling_mustache[] = {
#embed "../../Server/Console/templates/traces-sampling.mustache"
};
static const unsigned char templates_traces_search_mustache[] = {
#embed "../../Server/Console/templates/traces-search.mustache"
};
static const unsigned char templates_traces_send_mustache[] = {
#embed "../../Server/Console/templates/traces-send.mustache"
};
static const unsigned char templates_traces_service_mustache[] = {
#embed "../../Server/Console/templates/traces-service.mustache"
};
static const unsigned char templates_traces_tabs_mustache[] = {
#embed "../../Server/Console/templates/traces-tabs.mustache"
};
static const unsigned char templates_traces_mustache[] = {
#embed "../../Server/Console/templates/traces.mustache"
};
static const unsigned char assets_api_js[] = {
#embed "../../Server/Console/assets/api.js"
};
static const unsigned char assets_base_css[] = {
#embed "../../Server/Console/assets/base.css"
};
static const unsigned char assets_channels_js[] = {
#embed "../../Server/Console/assets/channels.js"
};
static const unsigned char assets_completion_js[] = {
#embed "../../Server/Console/assets/completion.js"
};
static const unsigned char assets_editor_js[] = {
#embed "../../Server/Console/assets/editor.js"
};
static const unsigned char assets_explore_css[] = {
#embed "../../Server/Console/assets/explore.css"
};
static const unsigned char assets_explore_js[] = {
#embed "../../Server/Console/assets/explore.js"
};
static const unsigned char assets_graph_js[] = {
#embed "../../Server/Console/assets/graph.js"
};
static const unsigned char assets_icon_maskable_svg[] = {
#embed "../../Server/Console/assets/icon-maskable.svg"
};
static const unsigned char assets_icon_svg[] = {
#embed "../../Server/Console/assets/icon.svg"
};
static const unsigned char assets_live_js[] = {
#embed "../../Server/Console/assets/live.js"
};
static const unsigned char assets_log_alert_js[] = {
#embed "../../Server/Console/assets/log-alert.js"
};
static const unsigned char assets_copy_js[] = {
#embed "../../Server/Console/assets/copy.js"
};
static const unsigned char assets_log_bar_keys_js[] = {
#embed "../../Server/Console/assets/log-bar-keys.js"
};
static const unsigned char assets_log_columns_js[] = {
#embed "../../Server/Console/assets/log-columns.js"
};
static const unsigned char assets_log_completion_js[] = {
#embed "../../Server/Console/assets/log-completion.js"
};
static const unsigned char assets_log_export_js[] = {
#embed "../../Server/Console/assets/log-export.js"
};
static const unsigned char assets_log_open_js[] = {
#embed "../../Server/Console/assets/log-open.js"
};
static const unsigned char assets_log_problem_js[] = {
#embed "../../Server/Console/assets/log-problem.js"
};
static const unsigned char assets_log_text_js[] = {
#embed "../../Server/Console/assets/log-text.js"
};
static const unsigned char assets_log_api_js[] = {
#embed "../../Server/Console/assets/log-api.js"
};
static const unsigned char assets_log_fields_js[] = {
#embed "../../Server/Console/assets/log-fields.js"
};
static const unsigned char assets_log_histogram_js[] = {
#embed "../../Server/Console/assets/log-histogram.js"
};
static const unsigned char assets_log_level_js[] = {
#embed "../../Server/Console/assets/log-level.js"
};
static const unsigned char assets_log_patterns_js[] = {
#embed "../../Server/Console/assets/log-patterns.js"
};
static const unsigned char assets_log_query_js[] = {
#embed "../../Server/Console/assets/log-query.js"
};
static const unsigned char assets_log_rows_js[] = {
#embed "../../Server/Console/assets/log-rows.js"
};
static const unsigned char assets_log_searches_js[] = {
#embed "../../Server/Console/assets/log-searches.js"
};
static const unsigned char assets_log_tail_js[] = {
#embed "../../Server/Console/assets/log-tail.js"
};
static const unsigned char templates_logs_processing_mustache[] = {
#embed "../../Server/Console/templates/logs-processing.mustache"
};
static const unsigned char assets_json_text_js[] = {
#embed "../../Server/Console/assets/json-text.js"
};
static const unsigned char assets_log_processing_js[] = {
#embed "../../Server/Console/assets/log-processing.js"
};
static const unsigned char assets_log_processing_css[] = {
#embed "../../Server/Console/assets/log-processing.css"
};
static const unsigned char assets_processing_api_js[] = {
#embed "../../Server/Console/assets/processing-api.js"
};
static const unsigned char assets_processing_confirm_js[] = {
#embed "../../Server/Console/assets/processing-confirm.js"
};
static const unsigned char assets_processing_flow_js[] = {
#embed "../../Server/Console/assets/processing-flow.js"
};
static const unsigned char assets_processing_letters_js[] = {
#embed "../../Server/Console/assets/processing-letters.js"
};
static const unsigned char assets_processing_pipelines_js[] = {
#embed "../../Server/Console/assets/processing-pipelines.js"
};
static const unsigned char assets_processing_replay_js[] = {
#embed "../../Server/Console/assets/processing-replay.js"
};
static const unsigned char assets_processing_steps_js[] = {
#embed "../../Server/Console/assets/processing-steps.js"
};
static const unsigned char assets_processing_work_js[] = {
#embed "../../Server/Console/assets/processing-work.js"
};
static const unsigned char assets_document_changes_js[] = {
#embed "../../Server/Console/assets/document-changes.js"
};
static const unsigned char assets_logs_css[] = {
#embed "../../Server/Console/assets/logs.css"
};
static const unsigned char assets_offer_list_js[] = {
#embed "../../Server/Console/assets/offer-list.js"
};
static const unsigned char assets_objectives_css[] = {
#embed "../../Server/Console/assets/objectives.css"
};
static const unsigned char assets_logs_js[] = {
#embed "../../Server/Console/assets/logs.js"
};
static const unsigned char assets_morph_js[] = {
#embed "../../Server/Console/assets/morph.js"
};
static const unsigned char assets_pages_css[] = {
#embed "../../Server/Console/assets/pages.css"
};
static const unsigned char assets_progress_js[] = {
#embed "../../Server/Console/assets/progress.js"
};
static const unsigned char assets_promql_js[] = {
#embed "../../Server/Console/assets/promql.js"
};
static const unsigned char assets_push_js[] = {
#embed "../../Server/Console/assets/push.js"
};
static const unsigned char assets_service_worker_js[] = {
#embed "../../Server/Console/assets/service-worker.js"
};
static const unsigned char assets_series_js[] = {
#embed "../../Server/Console/assets/series.js"
};
static const unsigned char assets_shell_js[] = {
#embed "../../Server/Console/assets/shell.js"
};
static const unsigned char assets_time_range_js[] = {
#embed "../../Server/Console/assets/time-range.js"
};
static const unsigned char assets_time_js[] = {
#embed "../../Server/Console/assets/time.js"
};
static const unsigned char assets_brush_js[] = {
#embed "../../Server/Console/assets/brush.js"
};
static const unsigned char assets_elements_js[] = {
#embed "../../Server/Console/assets/elements.js"
};
static const unsigned char assets_exemplars_js[] = {
#embed "../../Server/Console/assets/exemplars.js"
};
static const unsigned char assets_json_api_js[] = {
#embed "../../Server/Console/assets/json-api.js"
};
static const unsigned char assets_span_card_js[] = {
#embed "../../Server/Console/assets/span-card.js"
};
static const unsigned char assets_trace_api_js[] = {
#embed "../../Server/Console/assets/trace-api.js"
};
static const unsigned char assets_trace_chart_js[] = {
#embed "../../Server/Console/assets/trace-chart.js"
};
static const unsigned char assets_trace_distribution_js[] = {
#embed "../../Server/Console/assets/trace-distribution.js"
};
static const unsigned char assets_trace_error_groups_js[] = {
#embed "../../Server/Console/assets/trace-error-groups.js"
};
static const unsigned char assets_trace_figures_js[] = {
#embed "../../Server/Console/assets/trace-figures.js"
};
static const unsigned char assets_trace_form_js[] = {
#embed "../../Server/Console/assets/trace-form.js"
};
static const unsigned char assets_trace_hues_js[] = {
#embed "../../Server/Console/assets/trace-hues.js"
};
static const unsigned char assets_trace_links_js[] = {
#embed "../../Server/Console/assets/trace-links.js"
};
static const unsigned char assets_trace_map_layout_js[] = {
#embed "../../Server/Console/assets/trace-map-layout.js"
};
static const unsigned char assets_trace_map_picture_js[] = {
#embed "../../Server/Console/assets/trace-map-picture.js"
};
static const unsigned char assets_trace_minimap_js[] = {
#embed "../../Server/Console/assets/trace-minimap.js"
};
static const unsigned char assets_trace_notes_js[] = {
#embed "../../Server/Console/assets/trace-notes.js"
};
static const unsigned char assets_trace_stack_js[] = {
#embed "../../Server/Console/assets/trace-stack.js"
};
static const unsigned char assets_trace_waterfall_js[] = {
#embed "../../Server/Console/assets/trace-waterfall.js"
};
static const unsigned char assets_trace_css[] = {
#embed "../../Server/Console/assets/trace.css"
};
static const unsigned char assets_trace_js[] = {
#embed "../../Server/Console/assets/trace.js"
};
static const unsigned char assets_traces_doctor_js[] = {
#embed "../../Server/Console/assets/traces-doctor.js"
};
static const unsigned char assets_traces_errors_js[] = {
#embed "../../Server/Console/assets/traces-errors.js"
};
static const unsigned char assets_traces_map_js[] = {
#embed "../../Server/Console/assets/traces-map.js"
};
static const unsigned char assets_traces_sampling_js[] = {
#embed "../../Server/Console/assets/traces-sampling.js"
};
static const unsigned char assets_traces_search_js[] = {
#embed "../../Server/Console/assets/traces-search.js"
};
static const unsigned char assets_traces_service_js[] = {
#embed "../../Server/Console/assets/traces-service.js"
};
static const unsigned char assets_traces_services_js[] = {
#embed "../../Server/Console/assets/traces-services.js"
};
static const unsigned char assets_traces_css[] = {
#embed "../../Server/Console/assets/traces.css"
};
static const unsigned char assets_trace_later_js[] = {
#embed "../../Server/Console/assets/trace-later.js"
};
static const unsigned char assets_trace_list_js[] = {
#embed "../../Server/Console/assets/trace-list.js"
};
static const unsigned char vendor_dygraph_min_js[] = {
#embed "../../Server/Console/vendor/dygraph.min.js"
};
static const unsigned char vendor_dygraph_min_css[] = {
#embed "../../Server/Console/vendor/dygraph.min.css"
};
static const unsigned char vendor_dygraphs_licence_txt[] = {
#embed "../../Server/Console/vendor/dygraphs-licence.txt"
};

#define FILE_OF(folder, name, symbol) {folder "/" name, symbol, sizeof symbol}

static const struct console_asset all[] = {
    FILE_OF("templates", "about.mustache", templates_about_mustache),
    FILE_OF("templates", "alerts-region.mustache", templates_alerts_region_mustache),
    FILE_OF("templates", "alerts.mustache", templates_alerts_mustache),
    FILE_OF("templates", "explore.mustache", templates_explore_mustache),
    FILE_OF("templates", "explain.mustache", templates_explain_mustache),
    FILE_OF("templates", "groups-region.mustache", templates_groups_region_mustache),
    FILE_OF("templates", "groups.mustache", templates_groups_mustache),
    FILE_OF("templates", "icons.mustache", templates_icons_mustache),
    FILE_OF("templates", "keyboard.mustache", templates_keyboard_mustache),
    FILE_OF("templates", "layout.mustache", templates_layout_mustache),
    FILE_OF("templates", "logs.mustache", templates_logs_mustache),
    FILE_OF("templates", "logs-processing.mustache", templates_logs_processing_mustache),
    FILE_OF("templates", "notice.mustache", templates_notice_mustache),
    FILE_OF("templates", "now-region.mustache", templates_now_region_mustache),
    FILE_OF("templates", "now.mustache", templates_now_mustache),
    FILE_OF("templates", "oncall-region.mustache", templates_oncall_region_mustache),
    FILE_OF("templates", "oncall.mustache", templates_oncall_mustache),
    FILE_OF("templates", "agreements.mustache", templates_agreements_mustache),
    FILE_OF("templates", "objective-region.mustache", templates_objective_region_mustache),
    FILE_OF("templates", "objective.mustache", templates_objective_mustache),
    FILE_OF("templates", "objectives-region.mustache", templates_objectives_region_mustache),
    FILE_OF("templates", "objectives.mustache", templates_objectives_mustache),
    FILE_OF("templates", "page-region.mustache", templates_page_region_mustache),
    FILE_OF("templates", "page.mustache", templates_page_mustache),
    FILE_OF("templates", "row.mustache", templates_row_mustache),
    FILE_OF("templates", "rules-region.mustache", templates_rules_region_mustache),
    FILE_OF("templates", "rules.mustache", templates_rules_mustache),
    FILE_OF("templates", "settings.mustache", templates_settings_mustache),
    FILE_OF("templates", "severity.mustache", templates_severity_mustache),
    FILE_OF("templates", "sign-in.mustache", templates_sign_in_mustache),
    FILE_OF("templates", "silence-form.mustache", templates_silence_form_mustache),
    FILE_OF("templates", "silence-row.mustache", templates_silence_row_mustache),
    FILE_OF("templates", "silences-region.mustache", templates_silences_region_mustache),
    FILE_OF("templates", "silences.mustache", templates_silences_mustache),
    FILE_OF("templates", "target-region.mustache", templates_target_region_mustache),
    FILE_OF("templates", "target.mustache", templates_target_mustache),
    FILE_OF("templates", "targets-region.mustache", templates_targets_region_mustache),
    FILE_OF("templates", "targets.mustache", templates_targets_mustache),
    FILE_OF("templates", "time-range.mustache", templates_time_range_mustache),
    FILE_OF("templates", "usage-region.mustache", templates_usage_region_mustache),
    FILE_OF("templates", "usage.mustache", templates_usage_mustache),
    FILE_OF("templates", "trace.mustache", templates_trace_mustache),
    FILE_OF("templates", "traces-asking.mustache", templates_traces_asking_mustache),
    FILE_OF("templates", "traces-doctor.mustache", templates_traces_doctor_mustache),
    FILE_OF("templates", "traces-errors.mustache", templates_traces_errors_mustache),
    FILE_OF("templates", "traces-map.mustache", templates_traces_map_mustache),
    FILE_OF("templates", "traces-sampling.mustache", templates_traces_sampling_mustache),
    FILE_OF("templates", "traces-search.mustache", templates_traces_search_mustache),
    FILE_OF("templates", "traces-send.mustache", templates_traces_send_mustache),
    FILE_OF("templates", "traces-service.mustache", templates_traces_service_mustache),
    FILE_OF("templates", "traces-tabs.mustache", templates_traces_tabs_mustache),
    FILE_OF("templates", "traces.mustache", templates_traces_mustache),
    FILE_OF("assets", "api.js", assets_api_js),
    FILE_OF("assets", "base.css", assets_base_css),
    FILE_OF("assets", "channels.js", assets_channels_js),
    FILE_OF("assets", "completion.js", assets_completion_js),
    FILE_OF("assets", "editor.js", assets_editor_js),
    FILE_OF("assets", "explore.css", assets_explore_css),
    FILE_OF("assets", "explore.js", assets_explore_js),
    FILE_OF("assets", "graph.js", assets_graph_js),
    FILE_OF("assets", "icon-maskable.svg", assets_icon_maskable_svg),
    FILE_OF("assets", "icon.svg", assets_icon_svg),
    FILE_OF("assets", "live.js", assets_live_js),
    FILE_OF("assets", "log-alert.js", assets_log_alert_js),
    FILE_OF("assets", "copy.js", assets_copy_js),
    FILE_OF("assets", "log-bar-keys.js", assets_log_bar_keys_js),
    FILE_OF("assets", "log-columns.js", assets_log_columns_js),
    FILE_OF("assets", "log-completion.js", assets_log_completion_js),
    FILE_OF("assets", "log-export.js", assets_log_export_js),
    FILE_OF("assets", "log-open.js", assets_log_open_js),
    FILE_OF("assets", "log-problem.js", assets_log_problem_js),
    FILE_OF("assets", "log-text.js", assets_log_text_js),
    FILE_OF("assets", "log-api.js", assets_log_api_js),
    FILE_OF("assets", "log-fields.js", assets_log_fields_js),
    FILE_OF("assets", "log-histogram.js", assets_log_histogram_js),
    FILE_OF("assets", "log-level.js", assets_log_level_js),
    FILE_OF("assets", "log-patterns.js", assets_log_patterns_js),
    FILE_OF("assets", "log-query.js", assets_log_query_js),
    FILE_OF("assets", "log-rows.js", assets_log_rows_js),
    FILE_OF("assets", "log-searches.js", assets_log_searches_js),
    FILE_OF("assets", "log-tail.js", assets_log_tail_js),
    FILE_OF("assets", "logs.css", assets_logs_css),
    FILE_OF("assets", "json-text.js", assets_json_text_js),
    FILE_OF("assets", "log-processing.js", assets_log_processing_js),
    FILE_OF("assets", "log-processing.css", assets_log_processing_css),
    FILE_OF("assets", "processing-api.js", assets_processing_api_js),
    FILE_OF("assets", "processing-confirm.js", assets_processing_confirm_js),
    FILE_OF("assets", "processing-flow.js", assets_processing_flow_js),
    FILE_OF("assets", "processing-letters.js", assets_processing_letters_js),
    FILE_OF("assets", "processing-pipelines.js", assets_processing_pipelines_js),
    FILE_OF("assets", "processing-replay.js", assets_processing_replay_js),
    FILE_OF("assets", "processing-steps.js", assets_processing_steps_js),
    FILE_OF("assets", "processing-work.js", assets_processing_work_js),
    FILE_OF("assets", "document-changes.js", assets_document_changes_js),
    FILE_OF("assets", "objectives.css", assets_objectives_css),
    FILE_OF("assets", "offer-list.js", assets_offer_list_js),
    FILE_OF("assets", "logs.js", assets_logs_js),
    FILE_OF("assets", "morph.js", assets_morph_js),
    FILE_OF("assets", "pages.css", assets_pages_css),
    FILE_OF("assets", "progress.js", assets_progress_js),
    FILE_OF("assets", "promql.js", assets_promql_js),
    FILE_OF("assets", "push.js", assets_push_js),
    FILE_OF("assets", "service-worker.js", assets_service_worker_js),
    FILE_OF("assets", "series.js", assets_series_js),
    FILE_OF("assets", "shell.js", assets_shell_js),
    FILE_OF("assets", "time-range.js", assets_time_range_js),
    FILE_OF("assets", "time.js", assets_time_js),
    FILE_OF("assets", "brush.js", assets_brush_js),
    FILE_OF("assets", "elements.js", assets_elements_js),
    FILE_OF("assets", "exemplars.js", assets_exemplars_js),
    FILE_OF("assets", "json-api.js", assets_json_api_js),
    FILE_OF("assets", "span-card.js", assets_span_card_js),
    FILE_OF("assets", "trace-api.js", assets_trace_api_js),
    FILE_OF("assets", "trace-chart.js", assets_trace_chart_js),
    FILE_OF("assets", "trace-distribution.js", assets_trace_distribution_js),
    FILE_OF("assets", "trace-error-groups.js", assets_trace_error_groups_js),
    FILE_OF("assets", "trace-figures.js", assets_trace_figures_js),
    FILE_OF("assets", "trace-form.js", assets_trace_form_js),
    FILE_OF("assets", "trace-hues.js", assets_trace_hues_js),
    FILE_OF("assets", "trace-links.js", assets_trace_links_js),
    FILE_OF("assets", "trace-map-layout.js", assets_trace_map_layout_js),
    FILE_OF("assets", "trace-map-picture.js", assets_trace_map_picture_js),
    FILE_OF("assets", "trace-minimap.js", assets_trace_minimap_js),
    FILE_OF("assets", "trace-notes.js", assets_trace_notes_js),
    FILE_OF("assets", "trace-stack.js", assets_trace_stack_js),
    FILE_OF("assets", "trace-waterfall.js", assets_trace_waterfall_js),
    FILE_OF("assets", "trace.css", assets_trace_css),
    FILE_OF("assets", "trace.js", assets_trace_js),
    FILE_OF("assets", "traces-doctor.js", assets_traces_doctor_js),
    FILE_OF("assets", "traces-errors.js", assets_traces_errors_js),
    FILE_OF("assets", "traces-map.js", assets_traces_map_js),
    FILE_OF("assets", "traces-sampling.js", assets_traces_sampling_js),
    FILE_OF("assets", "traces-search.js", assets_traces_search_js),
    FILE_OF("assets", "traces-service.js", assets_traces_service_js),
    FILE_OF("assets", "traces-services.js", assets_traces_services_js),
    FILE_OF("assets", "traces.css", assets_traces_css),
    FILE_OF("assets", "trace-later.js", assets_trace_later_js),
    FILE_OF("assets", "trace-list.js", assets_trace_list_js),
    FILE_OF("vendor", "dygraph.min.js", vendor_dygraph_min_js),
    FILE_OF("vendor", "dygraph.min.css", vendor_dygraph_min_css),
    FILE_OF("vendor", "dygraphs-licence.txt", vendor_dygraphs_licence_txt),
};

const struct console_asset *console_assets(size_t *count) {
    *count = sizeof all / sizeof *all;
    return all;
}

#endif
