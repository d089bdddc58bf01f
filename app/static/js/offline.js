/* The script inside an offline form: keeps what is typed in the browser, adds rows, and saves everything to a file.
   It makes no request: the file's own policy forbids it. */
(() => {
  "use strict";
  const block = document.getElementById("assay-pack");
  const form = document.querySelector("form[data-offline]");
  const whole = "<!doctype html>\n" + document.documentElement.outerHTML;
  const empty = block.outerHTML;
  const pack = JSON.parse(block.textContent);
  /* Each file, and each state of it that was saved to a file, keeps its own text: none replaces that of another. */
  const family = `assay-offline:${pack.proposal}:${pack.stage}:`;
  const store = `${family}${pack.pack}:${pack.saved_at || 0}`;
  const place = form.querySelector("[data-save-state]");
  const words = document.body.dataset;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const say = (text, state) => { place.textContent = text.replace("{time}", clock()); place.dataset.state = state; };
  const isTick = (input) => /^(checkbox|radio)$/.test(input.type);
  const skips = (input) => !input.name || /^(file|submit|button|fieldset)$/.test(input.type);

  function values(from) {
    const found = {};
    for (const input of form.elements) {
      if (skips(input)) continue;
      const list = (found[input.name] ||= []);
      if (isTick(input)) { if (from(input, "checked")) list.push(input.value); }
      else if (input.type === "select-one") list.push(from(input, "select"));
      else list.push(from(input, "value"));
    }
    return found;
  }
  const now = (input, what) => (what === "checked" ? input.checked : input.value);
  const then = (input, what) => {
    if (what === "checked") return input.defaultChecked;
    if (what === "select") return ([...input.options].find((option) => option.defaultSelected) || input.options[0])?.value ?? "";
    return input.defaultValue;
  };
  const base = values(then);

  /* Rows: a new one is the last one with another key and nothing in it. */
  const rowsOf = (question) => all(":scope > fieldset.row-set, :scope > .row-set", question);
  const keyOf = (row) => row.querySelector("input[name], select[name], textarea[name]")?.name.split(".")[1];
  const fresh = () => "r" + [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  function addRow(question, to = fresh()) {
    const name = question.dataset.question;
    const rows = rowsOf(question).filter((row) => !row.hidden);
    const last = rows[rows.length - 1] || rowsOf(question)[0];
    if (!last || rows.length >= (pack.rows[name] || 30)) return null;
    const from = keyOf(last);
    const row = last.cloneNode(true);
    row.hidden = false;
    const swap = (element, key, mark) => {
      const text = element.getAttribute(key);
      if (text) element.setAttribute(key, text.replaceAll(`${name}${mark}${from}${mark}`, `${name}${mark}${to}${mark}`));
    };
    [row, ...all("*", row)].forEach((element) => {
      swap(element, "name", ".");
      ["id", "for", "aria-describedby"].forEach((key) => swap(element, key, "-"));
      if (element.matches("input:not([type=checkbox], [type=radio]), textarea")) { element.value = ""; element.defaultValue = ""; }
      if (element.matches("[type=checkbox], [type=radio]")) { element.checked = false; element.defaultChecked = false; }
      if (element.matches("select")) element.selectedIndex = 0;
    });
    const legend = row.querySelector("legend");
    if (legend) legend.textContent = legend.textContent.replace(/\d+/, String(rows.length + 1));
    all("[name=remove_row]", row).forEach((button) => button.remove());
    last.after(row);
    return row;
  }
  function makeRoom(fields) {
    for (const name of Object.keys(fields)) {
      const [id, key, cell] = name.split(".");
      const question = cell && pack.rows[id] && document.querySelector(`[data-question="${CSS.escape(id)}"]`);
      if (question && !form.elements.namedItem(name)) addRow(question, key);
    }
  }
  function put(fields) {
    makeRoom(fields);
    for (const [name, list] of Object.entries(fields)) {
      let next = 0;
      all(`[name="${CSS.escape(name)}"]`, form).forEach((input) => {
        if (isTick(input)) input.checked = list.includes(input.value);
        else if (input.type !== "file") input.value = list[next++] ?? "";
      });
    }
  }

  function count(input) {
    const note = document.querySelector(`[data-count-for="${CSS.escape(input.id)}"]`);
    if (!note) return;
    const used = window.AssayForms.counted(input.value, input.dataset.countUnit);
    const over = used - Number(input.dataset.countLimit);
    note.textContent = over > 0 ? words.textOver.replace("{n}", over) : words.textLeft.replace("{n}", -over);
    note.classList.toggle("over-limit", over > 0);
  }

  let filed = true;
  function keep(done = false) {
    filed = done;
    try {
      localStorage.setItem(store, JSON.stringify({ at: Date.now(), filed, base, fields: values(now) }));
      say(words.textKept, "saved");
    } catch { say(words.textUnkept, "failed"); }
  }
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const forget = (key) => { try { localStorage.removeItem(key); } catch { /* a browser that keeps nothing has nothing to forget */ } };
  const keys = () => { try { return Object.keys(localStorage); } catch { return []; } };
  function file() {
    const told = { ...pack, base, fields: values(now), saved_at: Date.now() };
    const data = JSON.stringify(told).replace(/</g, "\\u003c");
    const full = empty.slice(0, empty.indexOf(">") + 1) + data + "<" + "/script>";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([whole.replace(empty, () => full)], { type: "text/html" }));
    link.download = pack.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    keep(true);
    say(words.textFiled, "saved");
  }

  /* Text of another file of this form that this browser keeps and no file holds: shown, and put in only when asked. */
  const make = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const alike = (one, other) => JSON.stringify(one || []) === JSON.stringify(other || []);
  const said = (list) => (list || []).some((text) => text.trim());
  function labelOf(name) {
    const [id, key] = name.split(".");
    const question = document.querySelector(`[data-question="${CSS.escape(id)}"]`);
    const own = question?.querySelector("legend, label")?.textContent.trim() || id;
    return key ? `${own} · ${form.elements.namedItem(name)?.labels?.[0]?.textContent.trim() || name.split(".").pop()}` : own;
  }
  function offer(key, other) {
    const here = values(now);
    const fields = Object.entries(other.fields || {}).filter(([name, list]) => !alike(list, here[name]) && (other.base ? !alike(list, other.base[name]) : said(list)));
    if (!fields.length) return;
    const note = make("div", "notice is-warning", "");
    const inside = make("div", "notice-body stack", "");
    const when = new Date(other.at).toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
    const shown = make("details", "", "");
    const buttons = make("p", "row", "");
    shown.append(make("summary", "", words.textLook));
    fields.forEach(([name, list]) => shown.append(make("p", "note", labelOf(name)), make("blockquote", "keep-lines", list.join(", ") || "–")));
    const button = (text, act) => {
      const element = make("button", "button button-small", text);
      element.type = "button";
      element.addEventListener("click", () => { act(); forget(key); note.remove(); });
      buttons.append(element);
    };
    button(words.textUse, () => {
      put(Object.fromEntries(fields));
      all("[data-count-limit]", form).forEach(count);
      form.dispatchEvent(new Event("change"));
    });
    button(words.textDrop, () => {});
    inside.append(make("p", "", words.textEarlier.replace("{time}", when)), shown, buttons);
    note.append(make("span", "", ""), inside);
    note.setAttribute("role", "status");
    form.before(note);
  }

  /* What the file holds, or what this browser kept later. */
  const kept = read(store);
  put(pack.fields);
  if (kept?.fields) { put(kept.fields); say(words.textKept, "saved"); }
  keys().filter((key) => key.startsWith(family) && key !== store).forEach((key) => {
    const other = read(key);
    if (other?.fields && !other.filed) offer(key, other);
  });
  all("[data-count-limit]", form).forEach(count);
  form.dispatchEvent(new Event("change"));

  form.addEventListener("input", (event) => { count(event.target); keep(); });
  form.addEventListener("change", () => keep());
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button?.name) return;
    event.preventDefault();
    if (button.name === "add_row") {
      const row = addRow(button.closest("[data-question]"));
      form.dispatchEvent(new Event("change"));
      row?.querySelector("input, textarea, select")?.focus();
    } else if (button.name === "remove_row") {
      const row = button.closest(".row-set");
      all("input:not([type=checkbox], [type=radio]), textarea", row).forEach((input) => { input.value = ""; });
      all("[type=checkbox], [type=radio]", row).forEach((input) => { input.checked = false; });
      all("select", row).forEach((input) => { input.selectedIndex = 0; });
      row.hidden = true;
    }
    keep();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); file(); });
  addEventListener("beforeunload", (event) => { if (!filed && place.dataset.state === "failed") event.preventDefault(); });
})();
