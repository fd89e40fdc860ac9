// Adding reports: drop files, send them one by one, and follow what becomes of them.

const one = (selector, within = document) => within.querySelector(selector);
const form = one("[data-drop]");
const input = one("#files");
const section = one("[data-tasks]");
const list = one("ul", section);
const summary = one("[data-summary]");
const finished = new Set(["ready", "known", "refused"]);
const lines = new Map();
const most = Number(form.dataset.drop) * 1_000_000;

function line(name, key) {
  const item = document.createElement("li");
  const title = document.createElement("span");
  title.className = "task-name";
  title.textContent = name;
  const state = document.createElement("span");
  state.className = "task-state";
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `Progress of ${name}`);
  bar.hidden = true;
  item.append(title, " ", state, bar);
  list.append(item);
  lines.set(key, item);
  return item;
}

function show(item, { stage, sentence, done = 0, total = 0, document_id: id = "" }) {
  item.dataset.stage = stage;
  const name = one(".task-name", item);
  if (id && !name.href) {
    const link = document.createElement("a");
    link.className = name.className;
    link.href = `/documents/${id}`;
    link.textContent = name.textContent;
    name.replaceWith(link);
  }
  one(".task-state", item).textContent = sentence;
  const bar = one("progress", item);
  bar.hidden = finished.has(stage) || !total;
  bar.max = total || 1;
  bar.value = done;
  const all = [...list.children];
  const over = all.filter(({ dataset }) => finished.has(dataset.stage)).length;
  const said = over < all.length ? `${over} of ${all.length} done.` : "All done.";
  if (summary.textContent !== said) summary.textContent = said;
}

function showAll(tasks) {
  section.hidden = false;
  for (const task of tasks) show(lines.get(task.id) ?? line(task.name, task.id), task);
}

const json = { headers: { Accept: "application/json" } };

async function refresh() {
  const response = await fetch("/documents", { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  one("#reports").replaceWith(one("#reports", page));
  dispatchEvent(new Event("reports"));
}

let following = false;
let again = false;
async function follow() {
  // A stream that is about to say that all is done may not know of the newest file.
  again = true;
  if (following) return;
  following = true;
  while (again) {
    again = false;
    await (window.EventSource ? listen().catch(poll) : poll());
  }
  following = false;
  await refresh();
}

function listen() {
  return new Promise((resolve, reject) => {
    const source = new EventSource("/tasks/events");
    let failures = 0;
    source.addEventListener("tasks", (event) => {
      failures = 0;
      showAll(JSON.parse(event.data));
    });
    source.addEventListener("idle", () => {
      source.close();
      resolve();
    });
    source.addEventListener("error", () => {
      // The stream ends now and then and is taken up again; one that never works is given up.
      failures += 1;
      if (failures < 3 && source.readyState !== EventSource.CLOSED) return;
      source.close();
      reject(new Error("no events"));
    });
  });
}

async function poll() {
  for (;;) {
    const tasks = await (await fetch("/tasks", json)).json();
    showAll(tasks);
    if (tasks.every((task) => finished.has(task.stage))) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function send(files) {
  section.hidden = false;
  for (const file of files) {
    const item = line(file.name, file);
    if (file.size > most) {
      show(item, { stage: "refused", sentence: "Refused: the file is too large" });
      continue;
    }
    show(item, { stage: "queued", sentence: "Sending" });
    const body = new FormData();
    body.append("files", file);
    try {
      const response = await fetch("/documents", { method: "POST", body, ...json });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.detail);
      const { id } = answer[0];
      if (lines.has(id)) {
        // The stream was quicker and knows more.
        item.replaceWith(lines.get(id));
      } else {
        lines.set(id, item);
        show(item, answer[0]);
      }
      follow();
    } catch (error) {
      show(item, { stage: "refused", sentence: `Refused: ${error.message}` });
    }
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send([...input.files]);
  form.reset();
});
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  form.classList.remove("over");
  send([...event.dataTransfer.files]);
});

if (section.dataset.idle === "false") {
  list.replaceChildren();
  follow();
}
