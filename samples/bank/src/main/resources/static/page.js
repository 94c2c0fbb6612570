// Shows what the bank sends, and presses its buttons. Nothing is decided here.
import { Board } from "./board.js";

const $ = id => document.getElementById(id);
const number = value => value.toLocaleString("en-US");
const brief = id => id.slice(0, 6);
const conditions = { up: "up", down: "killed, restarts", frozen: "frozen", cut: "cut off", silent: "not reached" };

const board = new Board($("lanes"), $("lane"), press);
let state = null;
let lastNews = 0;

// ---- the stream

const stream = new EventSource("api/show/stream");
stream.addEventListener("open", () => {
  lastNews = 0;
  $("news").replaceChildren();
  board.clear();
  link("live", "live");
});
stream.addEventListener("error", () => link("lost", "the bank is gone, waiting for it"));
stream.addEventListener("state", event => show(JSON.parse(event.data)));
stream.addEventListener("steps", event => JSON.parse(event.data).forEach(step => board.step(step)));
stream.addEventListener("news", event => JSON.parse(event.data).forEach(tell));

function link(is, text) {
  $("link").dataset.is = is;
  $("link").textContent = text;
}

// ---- the state

function show(now) {
  state = now;
  money(now.audit);
  now.nodes.forEach(node => board.node(node, conditions[node.condition], now.embedded));
  board.reconcile(now);
  counts(now.counts);
  waiting(now);
  buttons(now);
}

function money(audit) {
  for (const [node, amount] of Object.entries(audit.money)) {
    const output = $("money-" + node);
    if (output) {
      output.textContent = number(amount);
      output.classList.toggle("stale", audit.missing === node);
    }
  }
  $("total").textContent = audit.total ? number(audit.total) : "–";
  const [is, text] = verdict(audit);
  $("verdict").dataset.is = is;
  $("verdict").querySelector(".text").textContent = text;
}

function verdict(audit) {
  if (audit.verdict === "wrong") {
    return ["wrong", `should be ${number(audit.expected)}`];
  }
  if (audit.verdict === "unreadable") {
    return ["unknown", audit.missing ? `${audit.missing} cannot be read now` : "not counted yet"];
  }
  return audit.onTheWay
    ? ["constant", `constant, ${number(Math.abs(audit.onTheWay))} of it decided and on the way`]
    : ["constant", "constant: nothing lost, nothing made"];
}

function counts(ended) {
  const unknown = ended.unknown ? `, ${number(ended.unknown)} unknown` : "";
  const speed = ended.medianMillis ? `, median commit ${ended.medianMillis} ms` : "";
  $("counts").textContent = `${number(ended.committed)} committed, ${number(ended.rolledBack)} rolled back${unknown}${speed}`;
}

function waiting(now) {
  const phases = new Map(now.underWay.map(active => [active.id, phase(active.phase)]));
  const rows = now.waiting.map(branch => ({ ...branch, reason: !branch.doubt && phases.get(branch.id) || sentence(branch.reason) }));
  now.underWay
    .filter(active => active.seconds > 0 && !rows.some(row => row.id === active.id))
    .forEach(active => rows.push({ id: active.id, node: active.nodes.join(", "), seconds: active.seconds, reason: phase(active.phase) }));
  $("waiting-count").textContent = rows.length;
  $("nothing").hidden = rows.length > 0;
  const table = $("waiting").querySelector("table");
  table.hidden = rows.length === 0;
  table.tBodies[0].replaceChildren(...rows.slice(0, 6).map(row => {
    const tr = document.createElement("tr");
    tr.dataset.doubt = row.doubt ?? false;
    cell(tr, "code", brief(row.id));
    cell(tr, "span", row.node);
    cell(tr, "span", `${row.seconds} s`);
    cell(tr, "span", (row.doubt ? "In doubt. " : "") + row.reason);
    return tr;
  }));
}

function cell(tr, tag, text) {
  const inside = document.createElement(tag);
  inside.textContent = text;
  tr.insertCell().append(inside);
}

const sentence = text => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.?$/, ".");

function phase(name) {
  switch (name) {
    case "active": return "At work, or waits for a lock or a node.";
    case "preparing": return "Is being prepared.";
    case "deciding": return "Prepared; its decision is under way.";
    case "unknown": return "The reply to its decision was lost; its home is queried.";
    default: return `Is ${name}.`;
  }
}

// ---- buttons

function buttons(now) {
  $("buttons").hidden = !now.embedded;
  $("no-buttons").hidden = now.embedded;
  $("load").textContent = now.load ? "Stop transfers" : "Start transfers";
  label($("crash"), { starting: "Starting a process…", ready: "Crash a coordinator", working: "Working…", dead: "Crashed" }[now.coordinator] ?? "One moment…",
    now.coordinator === "ready");
  const held = now.hold !== "none";
  label($("hold"), held ? "Release the decision" : "Hold a decision", now.hold !== "starting");
  $("hold-hint").textContent = {
    none: "Stuck on the network until you let it go.",
    late: "Recovery was quicker: it comes too late.",
  }[now.hold] ?? "It waits. In 5 s recovery acts.";
}

function label(button, text, enabled) {
  button.textContent = text;
  button.setAttribute("aria-disabled", String(!enabled));
}

$("load").addEventListener("click", () => press(`load/${state?.load ? "stop" : "start"}`));
$("crash").addEventListener("click", event => enabled(event) && press("coordinator/crash"));
$("hold").addEventListener("click", event => enabled(event) && press(state?.hold === "none" ? "decision/hold" : "decision/release"));

const enabled = event => event.currentTarget.getAttribute("aria-disabled") !== "true";

async function press(what) {
  $("answer").textContent = "";
  try {
    const answer = await fetch("api/show/" + what, { method: "POST" });
    if (!answer.ok) {
      $("answer").textContent = (await answer.json()).detail ?? "That did not work.";
    }
  } catch {
    $("answer").textContent = "The bank does not answer.";
  }
}

// ---- news, the newest first

function tell(item) {
  if (item.number <= lastNews) {
    return;
  }
  lastNews = item.number;
  const li = document.createElement("li");
  li.dataset.tone = item.tone;
  li.dataset.number = item.number;
  const time = document.createElement("time");
  time.dateTime = item.at;
  time.textContent = new Date(item.at).toLocaleTimeString("en-GB");
  li.append(time, item.text);
  $("news").prepend(li);
  while ($("news").children.length > 40) {
    $("news").lastElementChild.remove();
  }
}
