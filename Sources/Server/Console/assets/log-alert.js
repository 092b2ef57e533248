// An alert out of the present query: a metric that counts its lines, and a rule over that metric.
import { APIProblem } from "./api.js";
import { send } from "./log-api.js";

const element = (id) => document.getElementById(id);
const namespace = "logs";

/** What a name of people's is as a metric's. */
const metricName = (text) => {
  const plain = text.trim().toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return plain ? `log_${plain}` : "";
};

/** Annotations are templates: braces in them are to stay what they are. */
const plain = (text) => text.replaceAll("{{", '{{"{{"}}');

/** The rule group of an alert, as rule files have it. */
function ruleGroup({ name, metric, above, within, severity, label, summary, query }) {
  const by = label ? ` by (${label})` : "";
  return {
    name: metric,
    rules: [{
      alert: name, expr: `sum${by}(increase(${metric}_total[${within}])) > ${above}`,
      labels: { severity }, annotations: { summary: plain(summary), query: plain(query) },
    }],
  };
}

/** `query` is the page's. */
export function alertForm({ csrf, query }) {
  const sheet = element("alert-sheet");
  const form = element("alert-form");
  const problem = element("alert-problem");

  const told = (error, done = "") => {
    problem.hidden = !error;
    problem.textContent = error?.message ?? "";
    element("alert-done").hidden = !done;
    element("alert-done").textContent = done;
  };

  function preview() {
    const metric = metricName(form.elements.name.value);
    element("alert-series").textContent = `${metric}_total`;
    element("alert-series").parentElement.hidden = !metric;
  }

  element("alert-open").addEventListener("click", () => {
    told(null);
    const text = query.text();
    element("alert-query").textContent = text || "every line";
    form.elements.query.value = text;
    if (!form.elements.name.value) {
      const words = query.filters.filter((one) => !one.isOff && typeof one.value === "string").map((one) => one.value);
      form.elements.name.value = [...words, query.typed].join(" ").replace(/[^\p{L}\p{N}]+/gu, " ").trim().slice(0, 60);
    }
    preview();
    sheet.showModal();
    load();
  });
  element("alert-close").addEventListener("click", () => sheet.close());
  form.addEventListener("input", preview);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    const metric = metricName(values.name);
    if (!metric) return told(new APIProblem("a name needs letters or digits of ASCII, as \"checkout timeouts\"", 0));
    const [label, field] = values.by ? values.by.split("=") : ["", ""];
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    try {
      const { metrics } = await send("GET", "metrics");
      if (metrics.some((one) => one.name === metric)) throw new APIProblem(`there is an alert or a metric of this name already: ${metric}`, 409);
      await send("PUT", `metrics/${metric}`, {
        csrf, json: { query: values.query, language: query.language, indices: [], labels: label ? { [label]: field } : {} },
      });
      const group = ruleGroup({
        name: values.name.trim(), metric, above: Number(values.above), within: values.within, severity: values.severity, label,
        summary: values.summary.trim() || `${values.name.trim()}: more than ${values.above} lines in ${values.within}`, query: values.query,
      });
      try {
        await rules("POST", "", csrf, JSON.stringify(group));
      } catch (error) {
        // Without its rule the metric is of no use.
        await send("DELETE", `metrics/${metric}`, { csrf });
        throw error;
      }
      told(null, `“${values.name.trim()}” watches lines that come from now on, and fires when there are more than ${values.above} within ${values.within}.`);
      form.elements.name.value = "";
      form.elements.summary.value = "";
      preview();
      load();
    } catch (error) {
      told(error);
    } finally {
      button.removeAttribute("aria-busy");
    }
  });

  /** What was made of queries, each to be taken back. */
  async function load() {
    const list = element("alert-list");
    try {
      const { metrics } = await send("GET", "metrics");
      const made = metrics.filter((one) => one.source === "api");
      list.replaceChildren(...made.map(entry));
      element("alert-made").hidden = made.length === 0;
    } catch (error) {
      told(error);
    }
  }

  function entry(metric) {
    const item = document.createElement("li");
    const name = document.createElement("a");
    name.href = `/explore?query=${encodeURIComponent(`${metric.name}_total`)}`;
    name.textContent = metric.name;
    const text = document.createElement("code");
    text.textContent = metric.query ?? "";
    const end = document.createElement("button");
    end.type = "button";
    end.className = "quiet";
    end.textContent = "×";
    end.setAttribute("aria-label", `Remove ${metric.name}`);
    end.addEventListener("click", async () => {
      if (end.dataset.asked !== "yes") {
        end.dataset.asked = "yes";
        end.textContent = "Remove?";
        return;
      }
      try {
        // The rule first: without its metric it would never fire.
        await rules("DELETE", `/${metric.name}`, csrf);
        await send("DELETE", `metrics/${metric.name}`, { csrf });
      } catch (error) {
        return told(error);
      }
      load();
    });
    item.append(name, text, end);
    return item;
  }
}

/** The API of rules; a group that is not there any more is gone as well. */
async function rules(method, path, csrf, body) {
  const answer = await fetch(`/config/v1/rules/${namespace}${path}`, { method, body, headers: { "X-CSRF-Token": csrf, "Content-Type": "application/yaml" } });
  if (answer.ok || (method === "DELETE" && answer.status === 404)) return;
  const text = await answer.text();
  let reason = text;
  try {
    reason = JSON.parse(text).error ?? text;
  } catch {
    // It is no JSON: the text says what there is to say.
  }
  throw new APIProblem(reason || `the server answered ${answer.status}`, answer.status);
}
