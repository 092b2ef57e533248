// Sampling: rates by environment, what was set by people, and a form to set another.
import { button, make, offer, table } from "./elements.js";
import { ask, removeSampling, setSampling, valuesOf } from "./trace-api.js";
import { agoText } from "./trace-figures.js";

const element = (id) => document.getElementById(id);
const box = element("sampling");
/** Names are offered of what came within a day. */
const lately = { from: "now-1d" };
const mayEdit = "mayEdit" in box.dataset;

async function show() {
  try {
    const data = await ask("sampling");
    problem(null);
    element("rates").replaceChildren(table(["Environment", "Keeps", ""], data.environments.map((one) => [one.environment, rate(one.rate), bar(one.rate)])),
      make("p", "dim gone", "In an environment that is not listed, agents go by their own setting. One of OpenTelemetry that followed a rate there stays with it, once it is taken back, until its process starts anew."));
    const rows = data.overrides.map((one) => [
      one.service || make("span", "dim", "every service"), one.environment || make("span", "dim", "every environment"), rate(one.rate), bar(one.rate),
      [`${one.changed_by} `, make("span", "dim", agoText(Date.parse(one.changed_at)))], ...(mayEdit ? [remove(one)] : [])]);
    element("overrides").replaceChildren(rows.length ? table(["Service", "Environment", "Keeps", "", "Set by", ...(mayEdit ? [""] : [])], rows)
      : make("p", "dim", mayEdit ? "Nothing is set: rates of the environments hold. Set one above for a service that is looked into." : "Nothing is set: rates of the environments hold."));
  } catch (error) {
    problem(error);
  }
}

/** `1 %, one trace in 100`. */
function rate(value) {
  const percent = `${Number((value * 100).toPrecision(4))} %`;
  const words = value === 0 ? "none" : value === 1 ? "all" : `one trace in ${Math.round(1 / value).toLocaleString()}`;
  return [make("b", "", percent), make("span", "dim", ` ${words}`)];
}

function bar(value) {
  const line = make("span", "share-bar", make("i"));
  line.firstChild.style.width = `${value * 100}%`;
  return line;
}

function remove(one) {
  const take = button("Take back", "", async () => {
    take.setAttribute("aria-busy", "true");
    try {
      await removeSampling(one.service, one.environment, box.dataset.csrf);
      await show();
      say(`Taken back: ${one.service || "every service"} in ${one.environment || "every environment"}`);
    } catch (error) {
      problem(error);
    }
  });
  return take;
}

element("sampling-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const typed = form.elements.percent.value.replace(",", ".").replace("%", "").trim();
  const percent = Number(typed);
  if (!typed || !Number.isFinite(percent)) return problem(new Error("a share is a number of percent, such as 10"));
  try {
    await setSampling({ service: form.elements.service.value.trim(), environment: form.elements.environment.value.trim(), rate: percent / 100 }, box.dataset.csrf);
    form.reset();
    await show();
    say("Set. Agents follow within half a minute.");
  } catch (error) {
    problem(error);
  }
});

const say = (text) => (document.getElementById("announcer").textContent = text);

function problem(error) {
  const line = element("query-problem");
  line.hidden = !error;
  line.textContent = error?.message ?? "";
}

show();
valuesOf("service.name", lately).then((values) => offer("services", values));
valuesOf("service.environment", lately).then((values) => offer("environments", values));
