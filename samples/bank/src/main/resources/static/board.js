// One lane for each node, one dot for each node's part of a transaction. A commit takes milliseconds, so a dot stays in each stage
// for a moment; one that really waits stays where it is and gets its name.

const STAGES = ["work", "prepared", "decided", "finished"];
const DWELL = 380;
const END = 1100;
const NAMED_AFTER = 900;
const FORGOTTEN_AFTER = 4000;
const ROWS = 5;

export class Board {
  #lanes = new Map();
  #transactions = new Map();
  #root;
  #template;
  #press;

  constructor(root, template, press) {
    this.#root = root;
    this.#template = template;
    this.#press = press;
    setInterval(() => this.#tick(), 60);
  }

  clear() {
    this.#transactions.forEach(transaction => transaction.parts.forEach(part => part.dot.remove()));
    this.#transactions.clear();
  }

  node(node, condition, hasTools) {
    const lane = this.#lanes.get(node.name) ?? this.#addLane(node.name);
    lane.element.dataset.condition = node.condition;
    lane.pill.dataset.is = node.condition;
    lane.pill.textContent = condition;
    lane.pill.title = node.problem ?? "";
    lane.tools.hidden = !hasTools;
    lane.toggle("pause", node.condition === "frozen", "Freeze", "Resume");
    lane.toggle("cut", node.condition === "cut", "Cut", "Heal");
  }

  #addLane(name) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.node = name;
    element.querySelector("h3").textContent = name;
    const find = action => element.querySelector(`[data-do=${action}]`);
    element.querySelectorAll("button").forEach(button => {
      button.setAttribute("aria-label", `${button.textContent} ${name}`);
      button.addEventListener("click", () => this.#press(`nodes/${name}/${button.dataset.on ? button.dataset.undo : button.dataset.do}`));
    });
    const lane = {
      element,
      pill: element.querySelector(".pill"),
      track: element.querySelector(".track"),
      tools: element.querySelector(".tools"),
      toggle(action, on, text, otherwise) {
        const button = find(action);
        on ? button.dataset.on = "" + on : delete button.dataset.on;
        button.textContent = on ? otherwise : text;
        button.setAttribute("aria-label", `${button.textContent} ${name}`);
      },
    };
    this.#root.append(element);
    this.#lanes.set(name, lane);
    return lane;
  }

  // ---- what happens

  step(step) {
    const transaction = this.#find(step.id, step.by);
    const part = step.node ? this.#part(transaction, step.node) : null;
    transaction.touched = performance.now();
    switch (step.what) {
      case "began": this.#lanes.forEach((lane, node) => this.#part(transaction, node)); break;
      case "cast": part.role = step.detail; part.dot.classList.toggle("home", step.detail === "HOME"); break;
      case "ended": this.#ended(transaction, part, step); break;
      case "finished": this.#finished(transaction, step.detail); break;
      case "fenced": this.#go(part, "aborted"); break;
      case "recovered": this.#go(part, end(step.detail)); this.#others(transaction, part, step.detail); break;
    }
  }

  #ended(transaction, part, step) {
    if (!step.done) {
      return;
    }
    switch (step.step) {
      case "PREPARE": this.#go(part, "prepared"); break;
      case "DECIDE": transaction.parts.forEach(each => each.role !== "READER" && this.#go(each, "decided")); break;
      case "FINISH": case "COMMIT": this.#go(part, "committed"); break;
      case "ROLLBACK": this.#go(part, "aborted"); break;
    }
  }

  /** A part that is prepared and was not reached waits for recovery. */
  #finished(transaction, outcome) {
    if (outcome === "UNKNOWN") {
      return;
    }
    const voted = [...transaction.parts.values()].some(part => part.role);
    transaction.parts.forEach(part => {
      const left = part.role === "PARTICIPANT" && (part.goal === "prepared" || part.goal === "decided");
      if (voted && !part.role && outcome === "COMMITTED") {
        part.gone = true; // It had nothing to do there.
      } else if (!left) {
        this.#go(part, end(outcome));
      }
    });
  }

  #others(transaction, recovered, outcome) {
    transaction.parts.forEach(part => {
      if (part !== recovered && part.role !== "PARTICIPANT") {
        this.#go(part, end(outcome));
      }
    });
  }

  #find(id, by) {
    let transaction = this.#transactions.get(id);
    if (!transaction) {
      transaction = { id, by, parts: new Map(), touched: performance.now() };
      this.#transactions.set(id, transaction);
    }
    return transaction;
  }

  #part(transaction, node) {
    let part = transaction.parts.get(node);
    const lane = this.#lanes.get(node);
    if (!part && lane) {
      const dot = document.createElement("span");
      dot.className = "dot";
      dot.dataset.name = transaction.id.slice(0, 6);
      part = { dot, goal: null, next: [], since: 0, place: place(transaction.id) };
      lane.track.append(dot);
      transaction.parts.set(node, part);
      this.#go(part, "work");
    }
    return part ?? { next: [], dot: document.createElement("span") };
  }

  #go(part, stage) {
    if (part.goal !== stage && part.goal !== "committed" && part.goal !== "aborted") {
      part.goal = stage;
      part.next.push(stage);
    }
  }

  // ---- what is shown

  #tick() {
    const now = performance.now();
    this.#transactions.forEach((transaction, id) => {
      transaction.parts.forEach((part, node) => {
        const over = part.stage === "committed" || part.stage === "aborted";
        const hurry = part.next.length > 3;
        if (part.gone || over && now - part.since > END) {
          part.dot.remove();
          transaction.parts.delete(node);
        } else if (part.next.length && (!part.stage || hurry || now - part.since > DWELL)) {
          this.#put(part, part.next.shift(), now);
        } else {
          part.dot.classList.toggle("named", !over && part.next.length === 0 && now - part.since > NAMED_AFTER);
        }
      });
      if (transaction.parts.size === 0) {
        this.#transactions.delete(id);
      }
    });
  }

  /** What is rolled back goes no further: it fades where it is. */
  #put(part, stage, now) {
    part.stage = stage;
    part.since = now;
    part.dot.dataset.stage = stage;
    if (stage !== "aborted") {
      const column = stage === "committed" ? 3 : STAGES.indexOf(stage);
      part.dot.style.left = `${column * 25 + 2 + part.place.x * 13}%`;
      part.dot.style.top = `${10 + part.place.row * (80 / ROWS)}%`;
      passed(STAGES[column]);
    }
  }

  /** Steps may have been lost, or happened before this page was opened: what the state does not know is not there. */
  reconcile(state) {
    const known = new Set();
    state.waiting.forEach(branch => {
      known.add(branch.id);
      const part = this.#part(this.#find(branch.id, ""), branch.node);
      if (part.goal === "work") {
        this.#go(part, "prepared");
        part.role ??= "PARTICIPANT";
      }
      part.dot.classList.toggle("doubt", branch.doubt);
    });
    state.underWay.forEach(active => {
      known.add(active.id);
      active.nodes.forEach(node => this.#part(this.#find(active.id, ""), node));
    });
    const now = performance.now();
    this.#transactions.forEach(transaction => {
      if (known.has(transaction.id)) {
        transaction.touched = now;
      } else if (now - transaction.touched > FORGOTTEN_AFTER) {
        transaction.parts.forEach(part => part.gone = true);
      }
    });
  }
}

const end = outcome => outcome === "COMMITTED" ? "committed" : "aborted";

/** The same place in each lane, so that the parts of a transaction are seen as a pair. */
function place(id) {
  const digits = parseInt(id.slice(0, 7), 16);
  return { row: digits % ROWS, x: (digits >> 5) % 64 / 64 };
}

/** How many parts have come this far. */
function passed(stage) {
  const count = document.querySelector(`.stages [data-stage=${stage}] .count`);
  count.textContent = Number(count.textContent) + 1;
}
