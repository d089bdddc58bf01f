/* Assay's only script. Every page works without it; every sentence it says comes from data-text-* on <body>. */
"use strict";

(() => {
  const body = document.body;
  const language = document.documentElement.lang || "en";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (key, values = {}) =>
    (body.dataset["text" + key[0].toUpperCase() + key.slice(1)] || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const clock = (moment) => {
    const when = new Date(moment || Date.now());
    const today = when.toDateString() === new Date().toDateString();
    const shape = today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
    return new Intl.DateTimeFormat(language, shape).format(isNaN(when) ? Date.now() : when);
  };
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  /* One submission at a time. The server is safe against repeats; this only spares people the wait. */
  const free = (form) => {
    delete form.dataset.sent;
    all("button[data-resting]", form).forEach((button) => { button.disabled = false; delete button.dataset.resting; });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    /* Later than this event, so that the pressed button's name and value are sent. */
    setTimeout(() => all("button:not(:disabled)", form).forEach((button) => {
      button.disabled = true;
      button.dataset.resting = "1";
    }));
    setTimeout(free, 5000, form);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(free));

  /* Counters. Counted as app/calls/form_schema/counting.py does. */
  const whisper = make("div", "hidden-text");
  whisper.setAttribute("aria-live", "polite");
  let whispering;
  function count(input) {
    const place = document.querySelector(`[data-count-for="${CSS.escape(input.id)}"]`);
    if (!place) return;
    const limit = Number(input.dataset.countLimit);
    const text = input.value;
    const used = input.dataset.countUnit === "words" ? (text.match(/[^\s\u0085\ufeff]+/g) || []).length
      : [...text.replace(/^[\s\u0085\ufeff]+|[\s\u0085\ufeff]+$/g, "").normalize("NFC")].length;
    const over = used > limit;
    place.textContent = over ? say("over", { n: used - limit }) : say("left", { n: limit - used });
    place.classList.toggle("over-limit", over);
    if (document.activeElement !== input || used < limit * 0.9) return;
    clearTimeout(whispering);
    whispering = setTimeout(() => { whisper.textContent = place.textContent; }, 1000);
  }
  const counted = all("[data-count-limit]");
  if (counted.length) body.append(whisper);
  counted.forEach((input) => { count(input); input.addEventListener("input", () => count(input)); });

  /* Honest autosave. */
  const PRIVATE = new Set(["csrf_token", "idempotency_key", "version"]);
  function values(form) {
    const found = {};
    for (const input of form.elements) {
      if (!input.name || PRIVATE.has(input.name) || /^(file|password|submit|button|image|reset|hidden|fieldset)$/.test(input.type)) continue;
      const list = (found[input.name] ||= []);
      if (/^(checkbox|radio)$/.test(input.type)) { if (input.checked) list.push(input.value); }
      else if (input.type === "select-multiple") list.push(...[...input.selectedOptions].map((option) => option.value));
      else list.push(input.value);
    }
    return found;
  }
  function put(form, fields) {
    for (const [name, list] of Object.entries(fields)) {
      const inputs = [...form.elements].filter((input) => input.name === name);
      let next = 0;
      inputs.forEach((input) => {
        if (/^(checkbox|radio)$/.test(input.type)) input.checked = list.includes(input.value);
        else if (input.type === "select-multiple") [...input.options].forEach((option) => { option.selected = list.includes(option.value); });
        else input.value = list[next++] ?? "";
        if (input.dataset.countLimit) count(input);
      });
    }
  }
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function autosave(form) {
    const url = form.dataset.autosave;
    const key = `assay:${body.dataset.viewer}:${new URL(url, location.href).pathname}`;
    const version = form.elements.namedItem("version");
    /* A page shown again with errors holds text that the server has not kept: treat all of it as new. */
    let saved = document.querySelector(".error-summary") ? {} : values(form);
    let timer, running = null, again = false, stopped = false, leaving = false, last = form, kept = true;

    const changed = () => Object.fromEntries(Object.entries(values(form)).filter(([name, list]) => !same(list, saved[name])));
    const show = (state, text) => {
      const place = last.closest?.(".field")?.querySelector("[data-save-state]") || form.querySelector("[data-save-state]") || document.querySelector("[data-save-state]");
      if (!place) return;
      place.setAttribute("role", "status");
      place.dataset.state = state;
      if (place.textContent !== text) place.textContent = text;
    };
    const trouble = (key_, state = "failed") => show(state, kept ? say(key_) : say("unkept"));
    const forget = () => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };
    const keep = () => {
      const fields = changed();
      if (!Object.keys(fields).length) return forget();
      try { localStorage.setItem(key, JSON.stringify({ version: version?.value, at: Date.now(), fields })); kept = true; }
      catch { kept = false; }
    };
    const later = (delay) => { clearTimeout(timer); if (!stopped && !leaving) timer = setTimeout(save, delay); };

    function mark(errors, names) {
      names.forEach((name) => all("[data-auto-error]", form).filter((note) => note.dataset.autoError === name).forEach((note) => {
        all(`[aria-describedby~="${note.id}"]`, form).forEach((input) => {
          input.removeAttribute("aria-invalid");
          input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replace(note.id, "").trim());
        });
        note.remove();
      }));
      for (const [name, message] of Object.entries(errors || {})) {
        const input = [...form.elements].find((element) => element.name === name);
        const field = input?.closest(".field, .criterion");
        if (!field) continue;
        const note = make("p", "field-error", message);
        note.id = `auto-error-${input.id || name}`;
        note.dataset.autoError = name;
        field.append(note);
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${note.id}`.trim());
      }
    }

    async function send(fields) {
      const data = new URLSearchParams();
      for (const name of ["csrf_token", "version"]) { const input = form.elements.namedItem(name); if (input) data.append(name, input.value); }
      for (const [name, list] of Object.entries(fields)) (list.length ? list : [""]).forEach((value) => data.append(name, value));
      const stop = new AbortController();
      const limit = setTimeout(() => stop.abort(), 20000);
      running.stop = () => stop.abort();
      let response;
      try {
        response = await fetch(url, { method: "POST", body: data, headers: { "X-Autosave": "1", Accept: "application/json" }, credentials: "same-origin", redirect: "manual", signal: stop.signal, keepalive: String(data).length < 60000 });
      } catch { trouble("offline"); return 15000; } finally { clearTimeout(limit); }
      if (response.status === 401 || response.type === "opaqueredirect") { trouble("signin"); return 60000; }
      if (response.status === 409) { stopped = true; trouble("conflict", "conflict"); return 0; }
      let answer;
      try { answer = await response.json(); } catch { answer = {}; }
      if (answer.version === undefined) { trouble("failed"); return 30000; }
      Object.assign(saved, fields);
      if (version) version.value = answer.version;
      keep();
      mark(answer.errors, Object.keys(fields));
      for (const [name, text] of Object.entries(answer.live || {})) all(`[data-live="${CSS.escape(name)}"]`).forEach((place) => { place.textContent = text; });
      const wrong = Object.keys(answer.errors || {}).length;
      show("saved", say(wrong ? "mend" : "saved", { time: clock(answer.saved_at) }));
      return 0;
    }

    async function save() {
      clearTimeout(timer);
      if (running) { again = true; return; }
      const fields = changed();
      if (stopped || leaving || !Object.keys(fields).length) return;
      show("saving", say("saving"));
      running = {};
      running.done = send(fields);
      const retry = await running.done;
      running = null;
      if (retry) later(retry);
      else if (again) later(300);
      again = false;
    }

    form.addEventListener("input", (event) => {
      last = event.target;
      if (!last.name || PRIVATE.has(last.name) || last.type === "file") return;
      keep();
      if (stopped) return trouble("conflict", "conflict");
      show("waiting", kept ? say("waiting") : say("unkept"));
      later(/^(checkbox|radio|select-one)$/.test(last.type) ? 400 : 3000);
    });
    /* Leaving a field saves it, a moment later, so that pressing a button in this form is one request and not two. */
    form.addEventListener("focusout", () => { if (timer && Object.keys(changed()).length) later(400); });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      keep();
      leaving = true;
      if (!running) return;
      event.preventDefault();
      const { submitter } = event;
      const pause = setTimeout(() => running?.stop?.(), 4000);
      running.done.finally(() => { clearTimeout(pause); setTimeout(() => form.requestSubmit(submitter)); });
    });
    addEventListener("online", () => later(200));
    addEventListener("pageshow", () => { leaving = false; });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    addEventListener("beforeunload", (event) => { if (!kept && !leaving && Object.keys(changed()).length) event.preventDefault(); });

    /* What an earlier visit could not save. */
    let old;
    try { old = JSON.parse(localStorage.getItem(key)); } catch { old = null; }
    if (!old?.fields) return;
    const now = values(form);
    const fields = Object.fromEntries(Object.entries(old.fields).filter(([name, list]) => name in now && !same(list, now[name])));
    if (!Object.keys(fields).length) return forget();
    const before = Object.fromEntries(Object.keys(fields).map((name) => [name, now[name]]));
    const bar = make("div", "notice is-warning kept");
    bar.setAttribute("role", "status");
    const inside = make("div", "notice-body stack");
    const buttons = make("p", "row");
    const button = (text, act) => {
      const element = make("button", "button button-small", text);
      element.type = "button";
      element.addEventListener("click", () => { act(); bar.remove(); });
      buttons.append(element);
    };
    const use = () => { put(form, fields); keep(); show("waiting", say("waiting")); later(1000); };
    const undo = () => { put(form, before); clearTimeout(timer); keep(); if (Object.keys(changed()).length) later(400); };
    const unchanged = old.version === version?.value;
    inside.append(make("p", "notice-title", say(unchanged ? "restored" : "kept", { time: clock(old.at) })));
    if (unchanged) {
      use();
      button(say("undo"), undo);
    } else {
      Object.entries(fields).forEach(([name, list]) => {
        const input = [...form.elements].find((element) => element.name === name);
        const title = input.closest("fieldset")?.querySelector("legend") || input.labels?.[0];
        inside.append(make("p", "note", title?.textContent.trim() || name), make("blockquote", "keep-lines", list.join(", ") || "–"));
      });
      button(say("use"), use);
      button(say("drop"), forget);
    }
    inside.append(buttons);
    bar.append(make("span"), inside);
    form.prepend(bar);
  }
  all("form[data-autosave]").forEach(autosave);

  /* Score sheets: j and k walk, digits score. Single keys can be turned off (WCAG 2.1.4). */
  const criteria = all("[data-criterion]");
  const here = (criterion) => criteria.forEach((other) => other.toggleAttribute("data-here", other === criterion));
  function keysOn() { try { return localStorage.getItem("assay:keys") !== "off"; } catch { return true; } }
  if (criteria.length) {
    criteria.forEach((criterion) => { if (!criterion.hasAttribute("tabindex")) criterion.tabIndex = -1; });
    document.addEventListener("focusin", (event) => { const found = event.target.closest("[data-criterion]"); if (found) here(found); });
    const place = document.querySelector("[data-keys]");
    if (place) {
      const label = make("label", "row");
      const box = make("input");
      box.type = "checkbox";
      box.checked = keysOn();
      box.addEventListener("change", () => { try { localStorage.setItem("assay:keys", box.checked ? "on" : "off"); } catch { /* for this page only */ } });
      label.append(box, say("keys"));
      place.replaceChildren(label);
      place.hidden = false;
    }
    document.addEventListener("keydown", (event) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn()) return;
      if (target.matches("textarea, select, [contenteditable]") || (target.matches("input") && !/^(radio|checkbox)$/.test(target.type))) return;
      const at = criteria.findIndex((criterion) => criterion.hasAttribute("data-here"));
      if (event.key === "j" || event.key === "k") {
        const next = criteria[Math.min(criteria.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: "nearest" });
        event.preventDefault();
      } else if (/^[0-9]$/.test(event.key) && at >= 0) {
        const radio = all("input[type=radio]", criteria[at]).find((input) => input.value === event.key && !input.disabled);
        if (!radio) return;
        radio.checked = true;
        radio.focus();
        for (const name of ["input", "change"]) radio.dispatchEvent(new Event(name, { bubbles: true }));
        event.preventDefault();
      }
    });
  }

  /* The two tabs of a split page on a phone: say which is open, and come back to where one was. */
  const tabs = all(".split-tabs a");
  function tell() {
    const open = tabs.find((tab) => document.querySelector(tab.hash)?.getClientRects().length);
    tabs.forEach((tab) => { if (tab === open) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current"); });
  }
  if (tabs.length) {
    tell();
    addEventListener("hashchange", () => {
      tell();
      if (location.hash === "#pane-right") document.querySelector("[data-here]")?.scrollIntoView({ block: "center" });
    });
  }

  /* Countdowns in the last week; data-now, when given, is the server's clock at the time of the page. */
  const loaded = Date.now();
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  function tick() {
    all("time[data-countdown]").forEach((element) => {
      const skew = element.dataset.now ? Date.parse(element.dataset.now) - loaded : 0;
      const minutes = (Date.parse(element.dateTime) - Date.now() - skew) / 60000;
      if (isNaN(minutes) || Math.abs(minutes) > 7 * 1440) return;
      const size = Math.abs(minutes);
      element.textContent = size >= 2880 ? relative.format(Math.trunc(minutes / 1440), "day")
        : size >= 120 ? relative.format(Math.trunc(minutes / 60), "hour")
        : relative.format(Math.trunc(minutes), "minute");
    });
  }
  if (document.querySelector("time[data-countdown]")) { tick(); setInterval(tick, 20000); }

  document.querySelector("[data-focus]")?.focus();
})();
