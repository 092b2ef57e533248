// Searches that the team has given a name; the newest state is asked for whenever the list is opened.
import { APIProblem } from "./api.js";
import { send } from "./log-api.js";

const element = (id) => document.getElementById(id);

/** `address` gives the query part of the page's address; `open` is called with that of a saved one. */
export function savedSearches({ csrf, address, open }) {
  const box = element("saved");
  const list = element("saved-list");
  const form = element("saved-form");
  const button = element("saved-button");
  const problem = element("saved-problem");
  let known = [];

  const told = (error) => {
    problem.hidden = !error;
    problem.textContent = error?.message ?? "";
  };

  async function load() {
    try {
      known = (await send("GET", "searches")).searches;
      told(null);
    } catch (error) {
      return told(error);
    }
    list.replaceChildren(...known.map(entry));
    element("saved-none").hidden = known.length > 0;
  }

  function entry(search) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/logs?${search.search}`;
    link.textContent = search.name;
    link.title = `saved by ${search.changed_by}, ${new Date(search.changed_at).toLocaleString()}`;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      box.open = false;
      form.elements.name.value = search.name;
      open(search.search);
    });
    const end = document.createElement("button");
    end.type = "button";
    end.className = "quiet";
    end.textContent = "×";
    end.setAttribute("aria-label", `Remove the saved search ${search.name}`);
    // Twice, as it is gone for everybody.
    end.addEventListener("click", async () => {
      if (end.dataset.asked !== "yes") {
        end.dataset.asked = "yes";
        end.textContent = "Remove?";
        return;
      }
      try {
        await send("DELETE", `searches/${encodeURIComponent(search.name)}`, { csrf });
      } catch (error) {
        return told(error);
      }
      load();
    });
    item.append(link, end);
    return item;
  }

  box.addEventListener("toggle", () => {
    if (box.open) load();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = form.elements.name.value.trim();
    if (!name) return told(new APIProblem("give it a name", 0));
    const isTaken = known.some((one) => one.name === name);
    if (isTaken && button.dataset.asked !== name) {
      button.dataset.asked = name;
      button.textContent = "Replace it";
      return;
    }
    try {
      await send("PUT", `searches/${encodeURIComponent(name)}`, { csrf, json: { search: address() } });
      button.dataset.asked = "";
      button.textContent = "Save";
    } catch (error) {
      return told(error);
    }
    load();
  });
  form.elements.name.addEventListener("input", () => {
    button.textContent = "Save";
  });
}
