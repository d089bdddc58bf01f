/* Autosave that cannot lose. Every edit goes into a queue on this device first, then to the server, which takes each edit of
   an open page once, however often it is sent. What a page could not send is sent by the next page of the site. */
"use strict";

(() => {
  const { all, say, make, clock, count } = globalThis.assay;
  const viewer = document.body.dataset.viewer;
  const PREFIX = `assay:queue:${viewer}:`;
  const PRIVATE = /^(csrf_token|idempotency_key|version|form_mark|settle|(page|patch):.*)$/;
  const NO_TEXT = /^(file|password|submit|button|image|reset|hidden|fieldset)$/;
  const PICK = /^(checkbox|radio)$/;
  const own = new Set();
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
  const pathOf = (url) => new URL(url, location.href).pathname;

  /* The queues of this device. */
  const keep = (queue) => {
    try {
      if (Object.keys(queue.fields).length) localStorage.setItem(PREFIX + queue.client, JSON.stringify(queue));
      else localStorage.removeItem(PREFIX + queue.client);
      return true;
    } catch { return false; }
  };
  const find = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const drop = (queue) => { try { if (find(PREFIX + queue.client)?.seq === queue.seq) localStorage.removeItem(PREFIX + queue.client); } catch { /* nothing is kept */ } };
  const queues = () => {
    try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map(find).filter((queue) => queue?.fields && !own.has(queue.client)); }
    catch { return []; }
  };
  /* Pages that are still open send their own queue. */
  async function orphans() {
    const waiting = queues();
    if (!waiting.length) return [];
    if (!navigator.locks) return waiting.filter((queue) => Date.now() - queue.at > 20000);
    const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    return waiting.filter((queue) => !held.has(`assay:${queue.client}`));
  }

  /* Sending. */
  const token = () => document.querySelector("input[name=csrf_token]")?.value || "";
  async function renewToken() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("input[name=csrf_token]")?.value;
    if (fresh) all("input[name=csrf_token]").forEach((input) => { input.value = fresh; });
    return page.body.dataset.viewer === viewer;
  }
  async function transmit(url, body, renewed = false) {
    body.set("csrf_token", token());
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    let response;
    let answer = {};
    try {
      response = await fetch(url, { method: "POST", body, headers: { "X-Autosave": "1", Accept: "application/json" }, credentials: "same-origin", redirect: "manual", signal: stop.signal, keepalive: String(body).length < 60000 });
      if (response.type !== "opaqueredirect") answer = await response.json().catch(() => ({}));
      if (response.status === 400 && !renewed) return await renewToken() ? await transmit(url, body, true) : { trouble: "signin" };
    } catch { return { trouble: "offline" }; } finally { clearTimeout(limit); }
    if (response.status === 401 || response.type === "opaqueredirect") return { trouble: "signin" };
    if (response.ok && answer.version !== undefined) return { answer };
    if (response.status === 409) return { trouble: "conflict" };
    return /^(413|422)$/.test(response.status) ? { trouble: "refused", detail: answer.detail || "" } : { trouble: "failed" };
  }
  function patch(queue) {
    const body = new URLSearchParams({ version: queue.version, "patch:client": queue.client, "patch:sequence": queue.seq });
    body.set("patch:bases", JSON.stringify(Object.fromEntries(Object.entries(queue.fields).map(([name, edit]) => [name, edit.b]))));
    for (const [name, edit] of Object.entries(queue.fields)) (edit.v.length ? edit.v : [""]).forEach((value) => body.append(name, value));
    return transmit(queue.url, body);
  }

  /* What pages that are closed could not send, told in one place. */
  let bar;
  function tell(tone, text, href) {
    if (!bar) {
      bar = make("div");
      bar.setAttribute("role", "status");
      (document.querySelector("main h1") || document.querySelector("main")?.firstElementChild)?.after(bar);
    }
    const inside = make("div", "notice-body");
    const words = make("p", "", `${text} `);
    if (href && pathOf(href) !== location.pathname) {
      const link = make("a", "", say("look"));
      link.href = pathOf(href);
      words.append(link);
    }
    inside.append(words);
    const note = make("div", `notice is-${tone}`);
    note.append(make("span"), inside);
    bar.replaceChildren(note);
  }
  let replaying;
  const replay = () => (replaying ||= resend().finally(() => { replaying = null; }));
  async function resend() {
    for (const queue of await orphans()) {
      if (queue.simple) {
        if (Date.now() - queue.at > 14 * 864e5) drop(queue);
        continue;
      }
      const { answer, trouble, detail } = await patch(queue);
      if (!answer) {
        tell("warning", say(trouble === "signin" ? "signin" : "queued", { time: clock(queue.at) }) + (detail ? ` ${detail}` : ""), queue.url);
        if (trouble !== "refused" && trouble !== "failed") return;
        continue;
      }
      drop(queue);
      const here = engines.find((engine) => pathOf(engine.url) === pathOf(queue.url));
      here?.adopt(queue, answer);
      if (answer.repeated) continue;
      const late = Object.values(answer.aside || {}).length;
      const two = (answer.texts || []).some((text) => text.name in queue.fields);
      tell(late || two ? "warning" : "success", say(late ? "late" : two ? "two" : "replayed", { time: clock(queue.at) }), queue.url);
    }
  }

  /* Values of a form, by the names of its fields. */
  const named = (form, name) => [...form.elements].filter((input) => input.name === name && !NO_TEXT.test(input.type));
  function valuesOf(inputs) {
    const list = [];
    for (const input of inputs) {
      if (PICK.test(input.type)) { if (input.checked) list.push(input.value); }
      else if (input.type === "select-multiple") list.push(...[...input.selectedOptions].map((option) => option.value));
      else list.push(input.value);
    }
    return list;
  }
  function values(form) {
    const groups = {};
    for (const input of form.elements) if (input.name && !PRIVATE.test(input.name) && !NO_TEXT.test(input.type)) (groups[input.name] ||= []).push(input);
    return Object.fromEntries(Object.entries(groups).map(([name, inputs]) => [name, valuesOf(inputs)]));
  }
  function put(form, fields) {
    for (const [name, list] of Object.entries(fields)) {
      let next = 0;
      named(form, name).forEach((input) => {
        if (PICK.test(input.type)) input.checked = list.includes(input.value);
        else if (input.type === "select-multiple") [...input.options].forEach((option) => { option.selected = list.includes(option.value); });
        else input.value = list[next++] ?? "";
        if (input.dataset.countLimit) count(input);
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }

  function autosave(form) {
    const version = form.elements.namedItem("version");
    /* Forms that tell what they showed merge field by field; the others save as a whole and say when they were overtaken. */
    const merges = Boolean(form.elements.namedItem("page:shown"));
    const queue = { client: random(), seq: 0, url: form.dataset.autosave, version: Number(version?.value), at: Date.now(), simple: !merges, fields: {} };
    const total = form.querySelector("[data-save-state]") || document.querySelector("[data-save-state]");
    const held = {};
    let saved = values(form);
    let timer, dirtySince, running, tries = 0, stopped = false, leaving = false, kept = true;
    own.add(queue.client);
    navigator.locks?.request(`assay:${queue.client}`, () => new Promise(() => {}));
    total?.setAttribute("role", "status");

    /* The honest state: beside each field that was touched, and of the whole form where it is saved. */
    function spot(name) {
      const field = named(form, name)[0]?.closest(".field, .criterion");
      if (!field) return null;
      let place = field.querySelector(":scope > .under > [data-save-state]");
      if (!place) {
        place = make("span", "save-state");
        place.dataset.saveState = "";
        let under = field.querySelector(":scope > .under");
        if (!under) field.append(under = make("p", "under"));
        under.append(place);
      }
      return place;
    }
    const show = (names, state, text) => [...names.map(spot), total].forEach((place) => {
      if (!place) return;
      place.dataset.state = state;
      if (place.textContent !== text) place.textContent = text;
    });
    const pending = () => Object.keys(queue.fields);
    const trouble = (key, detail) => show(pending(), kept ? (key === "offline" || key === "signin" ? "kept" : "failed") : "failed", kept ? `${say(key)} ${detail || ""}`.trim() : say("unkept"));

    function note(name) {
      const before = queue.fields[name];
      queue.seq += 1;
      queue.at = Date.now();
      queue.fields[name] = { v: valuesOf(named(form, name)), b: before?.b ?? held[name] ?? queue.version, s: queue.seq };
      kept = keep(queue);
    }
    function later(delay) {
      clearTimeout(timer);
      dirtySince ||= Date.now();
      if (!stopped && !leaving) timer = setTimeout(save, Math.max(0, Math.min(delay, dirtySince + 5000 - Date.now())));
    }
    const backoff = () => { dirtySince = Date.now(); clearTimeout(timer); if (!leaving) timer = setTimeout(save, Math.min(60000, 1000 * 2 ** Math.min(6, tries++)) * (0.75 + Math.random() / 2)); };

    function mark(errors, names) {
      names.forEach((name) => all("[data-auto-error]", form).filter((one) => one.dataset.autoError === name).forEach((one) => {
        all(`[aria-describedby~="${one.id}"]`, form).forEach((input) => {
          input.removeAttribute("aria-invalid");
          input.setAttribute("aria-describedby", input.getAttribute("aria-describedby").replace(one.id, "").trim());
        });
        one.remove();
      }));
      for (const [name, message] of Object.entries(errors || {})) {
        const input = named(form, name)[0];
        const field = input?.closest(".field, .criterion");
        if (!field) continue;
        const one = make("p", "field-error", message);
        one.id = `auto-error-${input.id || name}`;
        one.dataset.autoError = name;
        field.append(one);
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${one.id}`.trim());
      }
    }

    /* Texts that wait beside an answer: the server's own words, put beside the question. */
    function showTexts(texts) {
      const wanted = new Map((texts || []).map((text) => [text.id, text]));
      all("[data-text]", form).forEach((block) => { if (!wanted.has(block.dataset.text)) block.remove(); });
      wanted.forEach((text) => {
        const block = new DOMParser().parseFromString(text.html, "text/html").body.firstElementChild;
        const shown = form.querySelector(`[data-text="${CSS.escape(text.id)}"]`);
        if (shown?.contains(document.activeElement)) return;
        if (shown) return shown.replaceWith(block);
        const input = named(form, text.name)[0];
        const question = input?.closest("[data-question]") || form.querySelector(`[data-question="${CSS.escape(text.name.split(".")[0])}"]`);
        question?.after(block);
      });
    }
    function learn(answer) {
      for (const [name, list] of Object.entries(answer.newer || {})) {
        if (queue.fields[name] || held[name] !== undefined || !named(form, name).length || same(list, saved[name])) continue;
        put(form, { [name]: list });
        saved[name] = valuesOf(named(form, name));
      }
      queue.version = answer.version;
      if (version) version.value = answer.version;
      if (merges) showTexts(answer.texts);
      for (const [name, text] of Object.entries(answer.live || {})) all(`[data-live="${CSS.escape(name)}"]`).forEach((place) => { place.textContent = text; });
    }
    function settle(sent, seq, answer) {
      const two = new Set((answer.texts || []).map((text) => text.name));
      const names = Object.keys(sent);
      names.forEach((name) => {
        if (two.has(name) && merges) held[name] ??= sent[name].b;
        if (queue.fields[name]?.s <= seq) delete queue.fields[name];
        saved[name] = sent[name].v;
      });
      learn(answer);
      keep(queue);
      mark(answer.errors, names);
      const time = clock(answer.saved_at);
      show(names.filter((name) => !queue.fields[name]), "saved", say("saved", { time }));
      names.filter((name) => answer.errors?.[name]).forEach((name) => show([name], "saved", say("mend", { time })));
      names.filter((name) => held[name] !== undefined).forEach((name) => show([name], "two", say("two")));
      for (const [name, why] of Object.entries(answer.aside || {})) show([name], "failed", `${say("late")} ${why}`.trim());
    }
    async function save() {
      clearTimeout(timer);
      if (running) return running;
      if (stopped || !pending().length) return null;
      dirtySince = 0;
      running = send().finally(() => { running = null; });
      return running;
    }
    async function send() {
      await replay();
      const sent = { ...queue.fields };
      const seq = queue.seq;
      show(Object.keys(sent), "saving", say("saving"));
      const { answer, trouble: what, detail } = await patch(queue);
      if (answer) {
        tries = 0;
        settle(sent, seq, answer);
        if (pending().length) later(300);
      } else if (what === "conflict" || what === "refused") {
        stopped = what === "conflict";
        trouble(what, detail);
      } else {
        trouble(what);
        backoff();
      }
    }

    form.addEventListener("input", (event) => {
      const { name, type } = event.target;
      if (!name || PRIVATE.test(name) || NO_TEXT.test(type)) return;
      note(name);
      if (stopped) return trouble("conflict");
      show([name], kept ? "waiting" : "failed", say(kept ? "waiting" : "unkept"));
      later(/^(checkbox|radio|select-one)$/.test(type) ? 400 : 2000);
    });
    /* Leaving a field saves it, a moment later, so that pressing a button in this form is one request and not two. */
    form.addEventListener("focusout", () => { if (pending().length) later(400); });

    async function choose(button) {
      await save();
      const body = new URLSearchParams({ settle: button.value, version: queue.version });
      const name = button.closest("[data-name]").dataset.name;
      const { answer, trouble: what } = await transmit(button.formAction, body);
      if (!answer) return trouble(what);
      if (!answer.refusal) {
        delete queue.fields[name];
        delete held[name];
        put(form, answer.settled);
        saved[name] = valuesOf(named(form, name));
      }
      learn(answer);
      keep(queue);
      show([name], answer.refusal ? "failed" : "saved", answer.refusal || say("saved", { time: clock(answer.saved_at) }));
      named(form, name)[0]?.focus();
    }
    const hide = (name, value) => {
      const input = form.elements.namedItem(name) || form.appendChild(Object.assign(make("input"), { type: "hidden", name }));
      input.value = value;
    };
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const { submitter } = event;
      if (submitter?.name === "settle") {
        event.preventDefault();
        choose(submitter);
        return;
      }
      clearTimeout(timer);
      leaving = true;
      if (merges) {
        /* The page posts as one more edit of this queue, so that it is taken once, now or from the queue later. */
        queue.seq += 1;
        kept = keep(queue);
        hide("version", queue.version);
        hide("patch:client", queue.client);
        hide("patch:sequence", queue.seq);
        hide("patch:bases", JSON.stringify(Object.fromEntries(Object.entries(queue.fields).map(([name, edit]) => [name, edit.b]))));
      } else if (running) {
        event.preventDefault();
        Promise.race([running, new Promise((done) => { setTimeout(done, 4000); })]).then(() => setTimeout(() => form.requestSubmit(submitter)));
      }
    });
    const wake = () => { tries = 0; if (pending().length) later(100); };
    addEventListener("online", wake);
    addEventListener("focus", wake);
    addEventListener("pageshow", () => { leaving = false; if (pending().length) later(400); });
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); else wake(); });
    addEventListener("pagehide", () => { if (!leaving) save(); });
    addEventListener("beforeunload", (event) => { if (!kept && !leaving && pending().length) event.preventDefault(); });

    /* A page shown again because it was not saved holds text that the server does not have. */
    if (form.hasAttribute("data-unsaved")) {
      Object.keys(saved).forEach(note);
      trouble("waiting");
      later(2000);
    }
    if (!merges) restore(form, queue, note, later, show);

    return {
      url: queue.url,
      adopt(old, answer) {
        const two = new Set((answer.texts || []).map((text) => text.name));
        if (answer.repeated) return;
        for (const [name, edit] of Object.entries(old.fields)) {
          if (queue.fields[name] || two.has(name) || name in (answer.aside || {}) || !named(form, name).length) continue;
          put(form, { [name]: edit.v });
          saved[name] = edit.v;
          held[name] = answer.version;
          show([name], "saved", say("saved", { time: clock(answer.saved_at) }));
        }
        showTexts(answer.texts);
      },
    };
  }

  /* Forms that save as a whole: what an earlier visit could not save comes back into the page, or is offered beside it. */
  function restore(form, queue, note, later, show) {
    const old = queues().find((other) => other.simple && pathOf(other.url) === pathOf(queue.url));
    if (!old) return;
    const now = values(form);
    const fields = Object.fromEntries(Object.entries(old.fields).filter(([name, edit]) => name in now && !same(edit.v, now[name])).map(([name, edit]) => [name, edit.v]));
    const names = Object.keys(fields);
    const forget = () => drop(old);
    if (!names.length) return forget();
    const note_ = make("div", "notice is-warning kept");
    const inside = make("div", "notice-body stack");
    const buttons = make("p", "row");
    note_.setAttribute("role", "status");
    const button = (text, act) => {
      const element = make("button", "button button-small", text);
      element.type = "button";
      element.addEventListener("click", () => { act(); note_.remove(); });
      buttons.append(element);
    };
    const fill = (list) => { put(form, list); names.forEach(note); forget(); show(names, "waiting", say("waiting")); later(1000); };
    const unchanged = old.version === queue.version;
    inside.append(make("p", "notice-title", say(unchanged ? "restored" : "kept", { time: clock(old.at) })));
    if (unchanged) {
      fill(fields);
      button(say("undo"), () => fill(Object.fromEntries(names.map((name) => [name, now[name]]))));
    } else {
      names.forEach((name) => inside.append(make("p", "note", named(form, name)[0].labels?.[0]?.textContent.trim() || name), make("blockquote", "keep-lines", fields[name].join(", ") || "–")));
      button(say("use"), () => fill(fields));
      button(say("drop"), forget);
    }
    inside.append(buttons);
    note_.append(make("span"), inside);
    form.prepend(note_);
  }

  const engines = viewer ? all("form[data-autosave]").map(autosave) : [];
  if (viewer) {
    replay();
    addEventListener("online", replay);
    setInterval(() => { if (queues().length) replay(); }, 30000);
  } else {
    /* Nobody is signed in: say that text waits, and nothing of what it is. */
    tell("info", say("signedout"));
  }
})();
