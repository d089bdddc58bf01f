/* Autosave that cannot lose. Every edit goes into a queue on this device first, then to the server, which takes each edit of
   an open page once, however often it is sent. What a page could not send is sent by the next page of the site. */
"use strict";

(() => {
  const { all, say, make, clock, showing } = globalThis.assay;
  const { viewer, random, keep, drop, queues, open } = globalThis.assay.queues;
  const { same, isTyped, named, valuesOf, values, put } = globalThis.assay.fields;
  const { engines, pathOf, transmit, patch, tell, replay } = globalThis.assay.sending;

  function autosave(form) {
    const version = form.elements.namedItem("version");
    /* Forms that tell what they showed merge field by field; the others save as a whole and say when they were overtaken. */
    const merges = Boolean(form.elements.namedItem("page:shown"));
    const queue = { client: random(), seq: 0, url: form.dataset.autosave, version: Number(version?.value), at: Date.now(), simple: !merges, fields: {} };
    const { show, mark, mended, showTexts } = showing(form);
    const held = {};
    let saved = values(form);
    let timer, dirtySince, running, tries = 0, stopped = false, leaving = false, kept = true;
    open(queue);

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

    function learn(answer) {
      for (const [name, list] of Object.entries(answer.newer || {})) {
        if (queue.fields[name] || held[name] !== undefined || !named(form, name).length || same(list, saved[name])) continue;
        put(form, { [name]: list });
        saved[name] = valuesOf(named(form, name));
      }
      queue.version = answer.version;
      if (version) version.value = answer.version;
      if (merges) showTexts(answer.texts);
      if (answer.wrong) mended(answer.wrong);
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
      } else if (/^(conflict|refused|gone)$/.test(what)) {
        stopped = what !== "refused" && what;
        trouble(what, detail);
      } else {
        trouble(what);
        backoff();
      }
    }

    form.addEventListener("input", (event) => {
      const { name, type } = event.target;
      if (!isTyped(event.target)) return;
      note(name);
      if (stopped) return trouble(stopped);
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

  if (viewer) {
    engines.push(...all("form[data-autosave]").map(autosave));
    replay();
    addEventListener("online", replay);
    setInterval(() => { if (queues().length) replay(); }, 30000);
  } else {
    /* Nobody is signed in: say that text waits, and nothing of what it is. */
    tell("info", say("signedout"));
  }
})();
