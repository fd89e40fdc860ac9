// What only JavaScript can do, on every page: say that a question is at work, the "/" key, and
// the questions asked before, which are kept in this browser only.

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const field = one("#q");
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=file]), textarea");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

for (const form of all("[data-ask]")) {
  form.addEventListener("submit", () => {
    form.setAttribute("aria-busy", "true");
    one("[data-working]", form).textContent = "Reading the reports…";
    one("button:not([type=button])", form).disabled = true;
  });
}
// A page taken back out of the browser's memory is no longer at work.
addEventListener("pageshow", () => {
  for (const form of all("[data-ask]")) {
    form.removeAttribute("aria-busy");
    one("[data-working]", form).textContent = "";
    one("button:not([type=button])", form).disabled = false;
  }
});

const KEY = "asked";
const recall = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
};
const keep = (questions) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(questions));
  } catch {
    // Storage is full or switched off: the list is a convenience.
  }
};

const answered = one("[data-asked]");
if (answered) {
  const question = answered.dataset.asked;
  keep([question, ...recall().filter((other) => other !== question)].slice(0, 12));
}
const before = one("[data-before]");
if (before && recall().length) {
  const list = one("ul", before);
  for (const question of recall()) {
    const link = document.createElement("a");
    link.href = "/?" + new URLSearchParams({ q: question });
    link.textContent = question;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  one("button", before).addEventListener("click", () => {
    keep([]);
    before.hidden = true;
    field?.focus();
  });
  before.hidden = false;
}

// Copying: the answer as plain text, or any of its other forms.
async function copy(text) {
  let said = "Copied.";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "The browser does not allow copying here: select the text instead.";
  }
  one("[data-copied]").textContent = said;
}
for (const button of all("[data-copy], [data-copy-answer], [data-copy-link]")) {
  const text =
    button.dataset.copyLink ?? one("pre", button.closest(".format") ?? one(".take")).textContent;
  button.addEventListener("click", () => copy(text));
}

// Once thanks are said, the address is that of the answer again.
const here = new URL(location.href);
if (here.searchParams.has("said")) {
  here.searchParams.delete("said");
  history.replaceState(null, "", here);
}

// A long list of reports gets a field to narrow it.
function narrow() {
  for (const set of all("[data-filter]")) {
    const choices = all("li", set);
    if (choices.length < 10 || one("[type=search]", set)) continue;
    const filter = document.createElement("input");
    filter.type = "search";
    filter.placeholder = "Narrow the list";
    filter.setAttribute("aria-label", "Narrow the list of reports");
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/);
      for (const item of choices) {
        const text = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => text.includes(word));
      }
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    set.prepend(filter);
  }
}
narrow();
addEventListener("reports", narrow);
